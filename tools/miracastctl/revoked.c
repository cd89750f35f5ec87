// SPDX-License-Identifier: MIT
#include "revoked.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* What is being read, and where the thread that reads goes when it is gone. */
static const struct mc_buffer *volatile reading;
static sigjmp_buf gone;

static bool is_in(const struct mc_buffer *buffer, const uint8_t *address)
{
	uint32_t i;

	for (i = 0; i < buffer->info.object_count; i++)
		if (address >= buffer->maps[i] && address < buffer->maps[i] + buffer->sizes[i])
			return true;
	return false;
}

/* Everything else is a fault of the program, and comes again without a handler. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (reading && is_in(reading, info->si_addr))
		siglongjmp(gone, 1);
	signal(number, SIG_DFL);
}

int revoked_apply(struct mc_picture *picture, const struct mc_event *event,
		  const struct mc_buffer *buffer, uint64_t *damaged)
{
	static const struct sigaction ours = {
		.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO,
	};
	struct sigaction before;
	int ret;

	if (sigaction(SIGBUS, &ours, &before))
		return -errno;
	if (sigsetjmp(gone, 1)) {
		ret = -ESTALE;
	} else {
		reading = buffer;
		ret = mc_picture_apply(picture, event, buffer, damaged);
	}
	reading = NULL;
	sigaction(SIGBUS, &before, NULL);
	return ret;
}

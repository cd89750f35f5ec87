// SPDX-License-Identifier: MIT
/*
 * One process that calls: QUERY_CAPS and CREATE_CONTEXT on the card node and on
 * /dev/miracast, everything on the files of contexts and on control files, and
 * read(). Arguments are right at first, then some of their words are replaced by others that
 * are likely to matter (miracast_fuzz_values.c). Calls that reached new code, according to
 * KCOV, are tried again with other words.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "miracast_fuzz_values.h"

#define NODE "/dev/miracast"
#define FILES 128

/* The errors that calls may return; any other is no error of the interface. */
static void count_answer(struct fuzz *f, int ret)
{
	static const int known[] = {
		0, EACCES, EAGAIN, ESRCH, ENOENT, EBUSY, EINVAL, E2BIG, EFAULT,
		EOPNOTSUPP, ENOTCONN, EALREADY, ESTALE, ENOMEM, EMFILE, ENFILE,
		EINTR, ENODEV, EBADF, ENOTTY,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (-ret == known[i])
			break;
	igt_assert_f(i < ARRAY_SIZE(known), "an answer is %d (%s)\n", ret,
		     mc_strerror(ret));
	__atomic_add_fetch(&f->board->calls, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&f->board->answers[-ret], 1, __ATOMIC_RELAXED);
}

static int call_errno(struct fuzz *f, int fd, unsigned long request, void *arg)
{
	int ret = mc_ioctl_errno(fd, request, arg);

	count_answer(f, ret);
	return ret;
}

/* Files */

/* In place of another one, which is closed. */
static void put_file(struct fuzz *f, int fd)
{
	unsigned int i = 2 + fuzz_below(f, FUZZ_POOL - 2);

	if (fd < 0)
		return;
	if (f->pool[i] >= 0)
		close(f->pool[i]);
	f->pool[i] = fd;
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

/*
 * Closes destroyed contexts, which are useless, and files of unknown kind that calls
 * without structure returned.
 */
static void close_useless(struct fuzz *f)
{
	struct drm_miracast_statistics stats;
	unsigned int i;
	int fd;

	for (i = 2; i < FUZZ_POOL; i++)
		if (mc_statistics_errno(f->pool[i], &stats) == -ESTALE) {
			close(f->pool[i]);
			f->pool[i] = -1;
		}
	for (fd = f->first_file; fd < FILES; fd++) {
		bool known = false;

		for (i = 0; i < FUZZ_POOL; i++)
			known |= fd == f->pool[i];
		if (!known)
			close(fd);
	}
}

/* Calls */

/* Descriptors and ids in the output of a call. */
static void take_output(struct fuzz *f, const struct fuzz_call *call,
			const uint8_t *output)
{
	const struct drm_miracast_buffer *buffer = (const void *)output;
	uint64_t number;
	unsigned int i;

	memcpy(&number, output, sizeof(number));
	fuzz_remember(f, number);
	if (call->code != DRM_MIRACAST_CODE_GET_BUFFER ||
	    call->out_size < sizeof(*buffer))
		return;
	for (i = 0; i < DRM_MIRACAST_MAX_PLANES; i++) {
		if (buffer->fds[i] < f->first_file)
			continue;
		/* A few dma-bufs are enough. */
		if (fuzz_one_in(f, 8))
			put_file(f, buffer->fds[i]);
		else
			close(buffer->fds[i]);
	}
}

static int run_io_control(struct fuzz *f, int fd, const struct fuzz_call *call)
{
	uint8_t *output = f->memory + FUZZ_MEMORY - 2048;
	uint8_t *input = f->memory + FUZZ_MEMORY - 4096;
	struct drm_miracast_io_control arg = {
		.code = call->code,
		.in = (uintptr_t)input,
		.in_size = call->in_size,
		.out = (uintptr_t)output,
		.out_size = call->out_size,
	};
	bool whole = !fuzz_one_in(f, 6);
	int ret;

	memset(input, 0, 2048);
	memcpy(input, call->bytes, sizeof(call->bytes));
	memset(output, 0, 2048);
	if (!whole) {
		if (fuzz_one_in(f, 2))
			arg.in = (uintptr_t)fuzz_pointer(f);
		if (fuzz_one_in(f, 2))
			arg.out = (uintptr_t)fuzz_pointer(f);
		if (fuzz_one_in(f, 2))
			arg.in_size += 8 * fuzz_below(f, 4) - 8;
		if (fuzz_one_in(f, 2))
			arg.out_size = fuzz_below(f, 300);
		fuzz_replace_words(f, &arg, sizeof(arg), fuzz_one_in(f, 3));
	}
	ret = call_errno(f, fd, call->request, &arg);
	if (!ret && whole)
		take_output(f, call, output);
	return ret;
}

static void run_call(struct fuzz *f)
{
	struct fuzz_call call;
	int fd = fuzz_file(f);
	bool new;

	fuzz_fill_call(f, &call);
	fuzz_replace_words(f, call.bytes, call.in_size < sizeof(call.bytes) ?
			   call.in_size : sizeof(call.bytes), fuzz_count(f));
	fuzz_coverage_clear();
	if (call.request == DRM_IOCTL_MIRACAST_RELEASE_CHUNK) {
		struct drm_miracast_release_chunk arg;

		memcpy(&arg, call.bytes, sizeof(arg));
		call_errno(f, fd, call.request, &arg);
	} else {
		run_io_control(f, fd, &call);
	}
	new = fuzz_coverage_is_new(f->board);
	if (new)
		f->corpus[f->corpus_count++ % FUZZ_CORPUS] = call;
}

/* The steps up to pictures, without which most calls have nothing to do. */
static void go_on(struct fuzz *f)
{
	static const struct drm_miracast_mode plain = {
		.width = 640, .height = 480, .refresh_mhz = 60000,
	};
	struct drm_miracast_monitor_arrive arrive = mc_monitor(&plain, 1);
	uint64_t session;
	int fd = fuzz_file(f);

	count_answer(f, mc_start_errno(fd, &session));
	/* One that replaces another is not visible for a second or two. */
	if (fuzz_one_in(f, 4))
		fuzz_fill_arrive(f, &arrive);
	count_answer(f, mc_arrive_errno(fd, &arrive));
	count_answer(f, mc_complete_errno(fd, f->message, fuzz_one_in(f, 8)));
	count_answer(f, mc_request_frame_errno(fd));
}

static int creating_node(struct fuzz *f)
{
	return f->node >= 0 && fuzz_one_in(f, 2) ? f->node : f->card;
}

static void create(struct fuzz *f)
{
	struct drm_miracast_create_context arg;
	void *at = fuzz_one_in(f, 10) ? fuzz_pointer(f) : &arg;
	int ret;

	fuzz_fill_create(f, &arg);
	fuzz_replace_words(f, &arg, sizeof(arg), fuzz_count(f) / 2);
	ret = call_errno(f, creating_node(f), DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
			 at);
	if (ret || at != &arg)
		return;
	fuzz_remember(f, arg.connector_id);
	fuzz_remember(f, arg.context_number);
	put_file(f, arg.context_fd);
	if (arg.control_fd >= 0)
		put_file(f, arg.control_fd);
}

static void query(struct fuzz *f)
{
	struct drm_miracast_query_caps arg = {
		.formats = (uintptr_t)fuzz_pointer(f),
		.format_stride = fuzz_stride(f,
					     sizeof(struct drm_miracast_format)),
		.format_count = fuzz_below(f, 100),
	};

	fuzz_replace_words(f, &arg, 24, fuzz_one_in(f, 3));
	call_errno(f, creating_node(f), DRM_IOCTL_MIRACAST_QUERY_CAPS, &arg);
}

/* No structure at all: any number, size and direction of the driver's ioctls. */
static void raw(struct fuzz *f)
{
	bool card = fuzz_one_in(f, 4);
	unsigned int number = DRM_COMMAND_BASE + fuzz_below(f, 8);
	uint8_t *bytes = f->memory + fuzz_below(f, 4096) * 8;
	unsigned long request = _IOC(fuzz_below(f, 4), DRM_IOCTL_BASE, number,
				     fuzz_below(f, 4) ? fuzz_below(f, 26) * 8 :
				     fuzz_below(f, 1 << _IOC_SIZEBITS));
	unsigned int i;
	int fd = fuzz_file(f);

	/* The shared files stay open. */
	if (number == DRM_COMMAND_BASE + DRM_MIRACAST_DESTROY_CONTEXT)
		fd = f->pool[2 + fuzz_below(f, FUZZ_POOL - 2)];
	for (i = 0; i < 32; i++) {
		uint64_t word = fuzz_word(f);

		memcpy(bytes + 8 * i, &word, 8);
	}
	call_errno(f, card ? creating_node(f) : fd, request,
		   fuzz_one_in(f, 8) ? fuzz_pointer(f) : (void *)bytes);
}

/* Events */

static void take_chunk(struct fuzz *f, int fd,
		       const struct drm_miracast_event_chunk *chunk)
{
	igt_assert_lte_u64(sizeof(*chunk), chunk->base.header_size);
	igt_assert_lte(chunk->clip_count, DRM_MIRACAST_MAX_CLIPS);
	igt_assert_eq_u64(chunk->base.header_size +
			  (chunk->clip_count * sizeof(struct drm_clip_rect)),
			  chunk->base.length);
	f->chunk = (struct drm_miracast_release_chunk) {
		.buffer = chunk->buffer,
		.chunk_id = chunk->chunk_id,
	};
	fuzz_remember(f, chunk->buffer);
	fuzz_remember(f, chunk->chunk_id);
	__atomic_add_fetch(&f->board->chunks, 1, __ATOMIC_RELAXED);
	if (!fuzz_one_in(f, 3))
		count_answer(f, mc_release_errno(fd, chunk->buffer,
						 chunk->chunk_id));
}

static void take_message(struct fuzz *f, int fd,
			 const struct drm_miracast_event_message *message)
{
	igt_assert_lte_u64(sizeof(*message), message->base.header_size);
	fuzz_remember(f, message->number);
	if (!message->needs_completion)
		return;
	f->message = message->number;
	if (!fuzz_one_in(f, 3))
		count_answer(f, mc_complete_errno(fd, message->number,
						  fuzz_one_in(f, 8)));
}

static void take_event(struct fuzz *f, int fd,
		       const struct drm_miracast_event *event, size_t left)
{
	igt_assert_lte_u64(sizeof(*event), left);
	igt_assert_lte_u64(event->length, left);
	igt_assert_lte_u64(event->length, DRM_MIRACAST_EVENT_BYTES);
	igt_assert_eq_u32(event->length % 8, 0);
	igt_assert_lte_u64(event->header_size, event->length);
	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		take_chunk(f, fd, (const void *)event);
	} else {
		igt_assert_eq_u32(event->type, DRM_MIRACAST_EVENT_TYPE_MESSAGE);
		take_message(f, fd, (const void *)event);
	}
	__atomic_add_fetch(&f->board->events, 1, __ATOMIC_RELAXED);
}

static void read_some(struct fuzz *f)
{
	static uint64_t buffer[2 * DRM_MIRACAST_EVENT_BYTES / 8];
	void *to = fuzz_one_in(f, 12) ? fuzz_pointer(f) : buffer;
	struct pollfd poll_it = { .fd = fuzz_file(f), .events = POLLIN };
	size_t size = fuzz_one_in(f, 3) ? fuzz_below(f, sizeof(buffer)) : sizeof(buffer);
	ssize_t got, at;

	if (poll(&poll_it, 1, fuzz_below(f, 3)) < 1 || poll_it.revents & POLLNVAL)
		return;
	got = read(poll_it.fd, to, size);
	count_answer(f, got < 0 ? -errno : 0);
	if (to != buffer)
		return;
	for (at = 0; at < got; ) {
		const struct drm_miracast_event *event =
			(const void *)((uint8_t *)buffer + at);

		take_event(f, poll_it.fd, event, got - at);
		at += event->length;
	}
}

static void step(struct fuzz *f)
{
	switch (fuzz_below(f, 40)) {
	case 0:
		create(f);
		break;
	case 1:
	case 2:
		query(f);
		break;
	case 3:
		/* The shared files stay open. */
		if (fuzz_one_in(f, 4))
			count_answer(f, mc_destroy_errno(f->pool[2 +
							 fuzz_below(f, FUZZ_POOL - 2)]));
		break;
	case 4 ... 7:
		go_on(f);
		break;
	case 8 ... 17:
		read_some(f);
		break;
	case 18 ... 24:
		if (f->plan->raw)
			raw(f);
		else
			run_call(f);
		break;
	default:
		run_call(f);
	}
}

static void begin(struct fuzz *f, const struct fuzz_plan *plan)
{
	const struct rlimit files = { FILES, FILES };
	unsigned int i;

	f->plan = plan;
	f->board = plan->board;
	f->seed = plan->seed;
	f->memory = mmap(NULL, FUZZ_MEMORY, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(f->memory != MAP_FAILED);
	f->hole = (uint8_t *)mc_before_hole(4096) + 4096;
	f->read_only = mc_read_only("nothing", 8);
	fuzz_coverage_begin();
	f->card = mc_card_open();
	f->node = open(NODE, O_RDWR | O_CLOEXEC);
	f->first_file = (f->node > f->card ? f->node : f->card) + 1;
	for (i = 0; i < FUZZ_POOL; i++)
		f->pool[i] = i < 2 ? plan->contexts[i] : -1;
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	if (plan->nobody)
		mc_become_nobody();
}

void fuzz_caller(void *data)
{
	static struct fuzz f;
	uint32_t steps = 0;

	begin(&f, data);
	while (mc_now_ns() < f.plan->end_ns) {
		step(&f);
		if (++steps % 64 == 0)
			close_useless(&f);
	}
}

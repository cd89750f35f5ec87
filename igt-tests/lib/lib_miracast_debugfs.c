// SPDX-License-Identifier: MIT
/*
 * The driver's files in debugfs.
 */
#include <dirent.h>

#include "lib_miracast_debugfs.h"

#define DRI "/sys/kernel/debug/dri"

/* By name and not by the card's number: opening a card can change the master. */
bool mc_read_debugfs(const char *name, char *text, size_t size)
{
	DIR *dir = opendir(DRI);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char path[512];

		snprintf(path, sizeof(path), DRI "/%s/%s", entry->d_name, name);
		found = mc_read_file(path, text, size);
	}
	if (dir)
		closedir(dir);
	return found;
}

void mc_crc_path(char *path, size_t size, int card, unsigned int crtc_index,
		 const char *file)
{
	int length = snprintf(path, size,
			      "/sys/kernel/debug/dri/%d/crtc-%u/crc/%s",
			      mc_card_minor(card), crtc_index, file);

	igt_assert(length > 0 && (size_t)length < size);
}

bool mc_settle(void)
{
	char text[32];

	/* The work may have queued other work. */
	return mc_read_debugfs("miracast_settled", text, sizeof(text)) &&
	       mc_read_debugfs("miracast_settled", text, sizeof(text));
}

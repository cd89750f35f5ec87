// SPDX-License-Identifier: MIT
/*
 * Connectors as people write them: by name, or by object id. And lists of more than there is
 * room for, of a card and a sysfs that this plays.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "connector.h"
#include "harness.h"
#include "targets.h"

/* What is neither the name nor the id. */
static const char *const wrong[] = {
	"", "35x", " 35", "+35", "-18446744073709551581", "4294967331", "18446744073709551651",
	"36", "0", "00", "Virtual-", "Virtual-11", "virtual-1", "0x23",
};

#define WRONG	(sizeof(wrong) / sizeof(wrong[0]))

static void check_library(void)
{
	const struct mc_connector known = { .id = 35, .name = "Virtual-1" };
	const struct mc_connector unknown = { .name = "Virtual-1" };
	char what[64];
	size_t i;

	check(mc_connector_named(&known, "Virtual-1") && mc_connector_named(&known, "35") &&
	      mc_connector_named(&unknown, "Virtual-1") && !mc_connector_named(&unknown, "35"),
	      "a connector has its name, and its id when that is known");
	for (i = 0; i < WRONG; i++) {
		snprintf(what, sizeof(what), "but not '%s'", wrong[i]);
		check(!mc_connector_named(&known, wrong[i]) &&
		      !mc_connector_named(&unknown, wrong[i]), what);
	}
}

static void check_debugfs(void)
{
	char first[] = "connector=Virtual-1 connector_id=35\n", none[] = "connector=Virtual-2\n";
	char odd[] = "connector=36 connector_id=0\n";
	struct target_line lines[3];
	struct target_file file = { .lines = lines, .count = 3 };
	char what[64];
	size_t i;

	target_line_parse(&lines[0], first);
	target_line_parse(&lines[1], none);
	target_line_parse(&lines[2], odd);
	check(targets_named(&file, "Virtual-1") == &lines[0] &&
	      targets_named(&file, "Virtual-2") == &lines[1] &&
	      targets_named(&file, "35") == &lines[0], "so have the lines of debugfs");
	check(targets_find(&file, "Virtual-2", 0) == &lines[1] &&
	      targets_find(&file, "Virtual-3", 35) == &lines[0] &&
	      !targets_find(&file, "Virtual-3", 0), "by either");
	for (i = 0; i < WRONG; i++) {
		if (!strcmp(wrong[i], "36"))
			continue;
		snprintf(what, sizeof(what), "not by '%s'", wrong[i]);
		check(!targets_named(&file, wrong[i]), what);
	}
	check(!targets_find(&file, "Virtual-3", 36), "a number is no name");
}

#define COUNT	70	/* connectors of the card; the ids begin at 100 */
#define CARD	4000000	/* none that this machine has */

static uint32_t gone; /* the id of one that is removed meanwhile */

static int resources(struct drm_mode_card_res *res)
{
	uint32_t *ids = (void *)(uintptr_t)res->connector_id_ptr;
	uint32_t i;

	for (i = 0; ids && i < res->count_connectors; i++)
		ids[i] = 100 + i;
	res->count_connectors = COUNT;
	return 0;
}

static int connector(struct drm_mode_get_connector *get)
{
	if (get->connector_id == gone) {
		errno = ENOENT;
		return -1;
	}
	get->connector_type = DRM_MODE_CONNECTOR_VIRTUAL;
	get->connector_type_id = get->connector_id - 99;
	get->connection = DRM_MODE_CONNECTED;
	get->count_modes = 0;
	get->count_props = 0;
	get->count_encoders = 0;
	return 0;
}

/* Stands for the C library's, also in libdrm. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *arg;

	(void)fd;
	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	if (request == DRM_IOCTL_MODE_GETRESOURCES)
		return resources(arg);
	if (request == DRM_IOCTL_MODE_GETCONNECTOR)
		return connector(arg);
	errno = EINVAL;
	return -1;
}

/* As are these; names of the card come from the last to the first, with others between. */
static int entries;

DIR *opendir(const char *path)
{
	entries = 2 * COUNT;
	return strcmp(path, "/sys/class/drm") ? NULL : (DIR *)&entries;
}

struct dirent *readdir(DIR *dir)
{
	static struct dirent entry;
	int nth = entries / 2;

	(void)dir;
	if (!entries)
		return NULL;
	snprintf(entry.d_name, sizeof(entry.d_name), "card%d-Virtual-%d",
		 entries-- % 2 ? CARD + 1 : CARD, nth);
	return &entry;
}

int closedir(DIR *dir)
{
	(void)dir;
	return 0;
}

static bool in_order(const struct mc_connector *list, int count)
{
	char name[32];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "Virtual-%d", i + 1);
		if (strcmp(list[i].name, name))
			return false;
	}
	return true;
}

static void check_room(void)
{
	static const struct mc_connector untouched;
	struct mc_connector list[COUNT + 1], found;

	memset(list, 0, sizeof(list));
	check(mc_connectors(3, list, COUNT) == COUNT && list[COUNT - 1].id == 100 + COUNT - 1 &&
	      in_order(list, COUNT), "all connectors of a card");
	check(mc_connectors_of_card(CARD, list, COUNT) == COUNT && in_order(list, COUNT),
	      "also by sysfs, in the order of their numbers");
	memset(list, 0, sizeof(list));
	check(mc_connectors(3, list, 5) == COUNT && in_order(list, 5) &&
	      !memcmp(&list[5], &untouched, sizeof(untouched)),
	      "how many there are is said where there is no room for all");
	memset(list, 0, sizeof(list));
	check(mc_connectors_of_card(CARD, list, 5) == COUNT && in_order(list, 5) &&
	      !memcmp(&list[5], &untouched, sizeof(untouched)), "and the first are there");
	check(mc_connectors(3, NULL, 0) == COUNT && mc_connectors_of_card(CARD, NULL, 0) == COUNT,
	      "or none");
	check(!mc_connector_find(3, "Virtual-70", &found) && found.id == 169 &&
	      !mc_connector_find(3, "168", &found) && !strcmp(found.name, "Virtual-69"),
	      "the last is found");
	found.id = 7;
	check(mc_connector_find(3, "Virtual-71", &found) == -ENOENT && found.id == 7,
	      "and one that there is not is not");
	gone = 101;
	check(mc_connectors(3, list, 5) == COUNT - 1 && list[1].id == 102 &&
	      !mc_connector_find(3, "102", &found) &&
	      mc_connector_find(3, "101", &found) == -ENOENT,
	      "one that has gone meanwhile is left out");
}

int main(void)
{
	check_library();
	check_debugfs();
	check_room();
	return check_result();
}

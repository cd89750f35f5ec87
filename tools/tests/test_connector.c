// SPDX-License-Identifier: MIT
/* Connectors as people write them: by name, or by object id. */
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
	check_library();
	check_debugfs();
	return check_result();
}

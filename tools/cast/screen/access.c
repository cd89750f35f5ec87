// SPDX-License-Identifier: MIT
#include "screen/access.h"

#include <errno.h>
#include <gio/gio.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../broker/broker1.h"
#include "bus.h"
#include "device.h"

#define CAP_SYS_ADMIN	21
#define POLKIT		"org.freedesktop.PolicyKit1"
#define LOGIND		"org.freedesktop.login1"
#define OWN_SESSION	"/org/freedesktop/login1/session/auto"
#define PROPERTIES	"org.freedesktop.DBus.Properties"

enum fault access_driver(const char *card)
{
	struct mc_device device;
	int ret = mc_device_open_node(card, &device);

	if (!ret)
		mc_device_close(&device);
	if (ret == -EACCES || ret == -EPERM)
		return FAULT_NOT_PERMITTED;
	if (ret)
		return ret == -ENODEV && !card ? FAULT_NO_MODULE : FAULT_NO_SCREEN;
	return FAULT_NONE;
}

/* A namespace that a user has made gives no right to devices. */
static bool is_first_namespace(void)
{
	unsigned long long inside, outside, count;
	char *text = NULL;
	bool first;

	if (!g_file_get_contents("/proc/self/uid_map", &text, NULL, NULL))
		return true;
	first = sscanf(text, "%llu %llu %llu", &inside, &outside, &count) == 3 && !inside &&
		!outside && count == UINT32_MAX;
	g_free(text);
	return first;
}

bool access_needs_broker(void)
{
	char *text = NULL, *line;
	guint64 rights = 0;

	if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL))
		return true;
	line = strstr(text, "CapEff:");
	if (line)
		rights = g_ascii_strtoull(line + strlen("CapEff:"), NULL, 16);
	g_free(text);
	return !(rights >> CAP_SYS_ADMIN & 1) || !is_first_namespace();
}

enum fault access_broker(void)
{
	return bus_has_owner(MC_BROKER_NAME) || bus_can_start(MC_BROKER_NAME) ?
	       FAULT_NONE : FAULT_NO_BROKER;
}

/* As the broker reads it: by the user's name, whatever this process has. */
static bool is_in_group(void)
{
	const struct group *group = getgrnam(MC_BROKER_GROUP);
	const struct passwd *user;
	gid_t wanted, groups[256];
	int count = G_N_ELEMENTS(groups);

	if (!group)
		return false;
	wanted = group->gr_gid;
	user = getpwuid(getuid());
	if (!user || getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		return false;
	while (count--)
		if (groups[count] == wanted)
			return true;
	return false;
}

enum fault access_permission(void)
{
	return bus_has_owner(POLKIT) || bus_can_start(POLKIT) || is_in_group() ?
	       FAULT_NONE : FAULT_NOT_PERMITTED;
}

/* Of this process, or, for a service of the user's, of the user's desktop. */
enum fault access_session(void)
{
	GVariant *answer = bus_call(LOGIND, OWN_SESSION, PROPERTIES, "GetAll",
				    g_variant_new("(s)", LOGIND ".Session"), "(a{sv})");
	gboolean active = FALSE, remote = TRUE;
	const char *seat = "";
	GVariant *all;
	bool good;

	if (!answer)
		return FAULT_NOT_ACTIVE;
	all = g_variant_get_child_value(answer, 0);
	g_variant_lookup(all, "Active", "b", &active);
	g_variant_lookup(all, "Remote", "b", &remote);
	g_variant_lookup(all, "Seat", "(&so)", &seat, NULL);
	good = active && !remote && *seat;
	g_variant_unref(all);
	g_variant_unref(answer);
	return good ? FAULT_NONE : FAULT_NOT_ACTIVE;
}

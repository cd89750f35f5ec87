// SPDX-License-Identifier: MIT
#include "session.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

#include "broker1.h"

#define LOGIN		"org.freedesktop.login1"
#define POLKIT		"org.freedesktop.PolicyKit1"

/* The active terminal, from the kernel: it switches before logind and compositors know. */
static bool is_shown(uint32_t vt)
{
	FILE *file = fopen("/sys/class/tty/tty0/active", "re");
	uint32_t shown;
	bool yes = file && fscanf(file, "tty%u", &shown) == 1 && shown == vt;

	if (file)
		fclose(file);
	return yes;
}

int session_active(sd_bus *bus, const char *session, uid_t uid)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	const char *name, *seat = "", *state = "closing";
	int active = 0, remote = 1;
	uint32_t owner = 0, vt = 0;
	char *path = NULL;
	int ret = sd_bus_path_encode("/org/freedesktop/login1/session", session, &path);

	/* All properties in one answer, so that they are of the same moment. */
	if (ret >= 0)
		ret = sd_bus_call_method(bus, LOGIN, path, "org.freedesktop.DBus.Properties",
					 "GetAll", &error, &reply, "s", LOGIN ".Session");
	if (ret < 0)
		ret = sd_bus_error_has_names(&error, SD_BUS_ERROR_UNKNOWN_OBJECT,
					     SD_BUS_ERROR_UNKNOWN_METHOD) ? -ENXIO : -EIO;
	else
		ret = sd_bus_message_enter_container(reply, 'a', "{sv}");
	while (ret >= 0 && (ret = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
		ret = sd_bus_message_read(reply, "s", &name);
		if (ret < 0)
			break;
		if (!strcmp(name, "User"))
			ret = sd_bus_message_read(reply, "v", "(uo)", &owner, NULL);
		else if (!strcmp(name, "Seat"))
			ret = sd_bus_message_read(reply, "v", "(so)", &seat, NULL);
		else if (!strcmp(name, "VTNr"))
			ret = sd_bus_message_read(reply, "v", "u", &vt);
		else if (!strcmp(name, "State"))
			ret = sd_bus_message_read(reply, "v", "s", &state);
		else if (!strcmp(name, "Remote"))
			ret = sd_bus_message_read(reply, "v", "b", &remote);
		else if (!strcmp(name, "Active"))
			ret = sd_bus_message_read(reply, "v", "b", &active);
		else
			ret = sd_bus_message_skip(reply, "v");
		if (ret >= 0)
			ret = sd_bus_message_exit_container(reply);
	}
	/* A closing session is over: its remaining processes may stay as long as they like. */
	if (ret >= 0)
		ret = !strcmp(state, "closing") ? -ENXIO :
		      active && !remote && seat[0] && owner == uid && (!vt || is_shown(vt));
	free(path);
	sd_bus_error_free(&error);
	sd_bus_message_unref(reply);
	return ret;
}

int caller_identify(sd_bus_message *call, struct caller *caller)
{
	sd_bus_creds *creds = NULL;
	int ret = sd_bus_query_sender_creds(call, SD_BUS_CREDS_PID | SD_BUS_CREDS_EUID, &creds);

	if (ret >= 0)
		ret = sd_bus_creds_get_euid(creds, &caller->uid);
	if (ret >= 0)
		ret = sd_bus_creds_get_pid(creds, &caller->pid);
	sd_bus_creds_unref(creds);
	return ret < 0 ? -ENOTCONN : 0;
}

int caller_session(sd_bus_message *call, struct caller *caller, sd_bus_error *error)
{
	char *session = NULL;
	uid_t owner;
	int ret = sd_pid_get_session(caller->pid, &session);

	/*
	 * A unit of the user's service manager is in no session; it counts as part of the
	 * user's graphical session. A container, or a system service that runs as the user,
	 * does not.
	 */
	if (ret == -ENODATA) {
		ret = sd_pid_get_owner_uid(caller->pid, &owner);
		if (ret >= 0 && owner != caller->uid)
			ret = -ENODATA;
		if (ret >= 0)
			ret = sd_uid_get_display(caller->uid, &session);
	}
	if (ret >= 0 && snprintf(caller->session, SESSION_BYTES, "%s", session) >= SESSION_BYTES)
		ret = -ENODATA;
	free(session);
	if (ret == -EMFILE || ret == -ENFILE)
		return ret;
	if (ret < 0)
		return sd_bus_error_set(error, MC_BROKER_ERROR("NoSession"),
					"The caller has no session at a seat.");
	ret = session_active(sd_bus_message_get_bus(call), caller->session, caller->uid);
	if (ret < 0 && ret != -ENXIO)
		return sd_bus_error_set(error, MC_BROKER_ERROR("NoLogind"),
					"logind does not answer.");
	return ret ? ret : -EACCES;
}

static bool in_group(uid_t uid)
{
	const struct group *group = getgrnam(MC_BROKER_GROUP);
	gid_t wanted, groups[256];
	const struct passwd *user;
	int count = 256;

	if (!group)
		return false;
	wanted = group->gr_gid;
	user = getpwuid(uid);
	if (!user || getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		return false;
	while (count--)
		if (groups[count] == wanted)
			return true;
	return false;
}

int caller_allowed(sd_bus_message *call, const struct caller *caller, sd_bus_error *error)
{
	sd_bus_error refused = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	int allowed = 0;
	int ret = sd_bus_call_method(sd_bus_message_get_bus(call), POLKIT,
				     "/org/freedesktop/PolicyKit1/Authority", POLKIT ".Authority",
				     "CheckAuthorization", &refused, &reply, "(sa{sv})sa{ss}us",
				     "system-bus-name", 1, "name", "s",
				     sd_bus_message_get_sender(call),
				     MC_BROKER_ACTION, 0, 0, "");

	if (ret >= 0)
		ret = sd_bus_message_read(reply, "(bba{ss})", &allowed, NULL, 0);
	/* The group decides only where polkit is not installed. */
	if (ret < 0 && sd_bus_error_has_name(&refused, SD_BUS_ERROR_SERVICE_UNKNOWN)) {
		allowed = in_group(caller->uid);
		ret = 0;
	}
	sd_bus_error_free(&refused);
	sd_bus_message_unref(reply);
	if (ret < 0)
		return sd_bus_error_set(error, MC_BROKER_ERROR("NoPolkit"),
					"polkit does not answer.");
	return allowed ? 0 : -EPERM;
}

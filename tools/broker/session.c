// SPDX-License-Identifier: MIT
#include "session.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-device.h>
#include <systemd/sd-login.h>

#include "broker1.h"
#include "errors.h"
#include "process.h"

#define LOGIN		"org.freedesktop.login1"
#define POLKIT		"org.freedesktop.PolicyKit1"
/* Everything waits for logind, and nothing for polkit, which may run a rule's programs. */
#define LOGIN_US	(2 * 1000000ULL)
#define POLKIT_US	(20 * 1000000ULL)

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

int seat_of_card(dev_t card, char *seat)
{
	const char *name = "seat0";
	sd_device *device = NULL;
	int ret = sd_device_new_from_devnum(&device, 'c', card);

	if (ret >= 0)
		ret = sd_device_get_is_initialized(device);
	/* Without the property it is the first seat's, as logind has it. */
	if (ret > 0)
		sd_device_get_property_value(device, "ID_SEAT", &name);
	if (ret > 0 && snprintf(seat, SEAT_BYTES, "%s", name) >= SEAT_BYTES)
		ret = 0;
	sd_device_unref(device);
	return ret > 0 ? 0 : -ERRORS_NO_SEAT;
}

static bool is_on(const char *seat, const char *card_seat)
{
	return seat[0] && (!card_seat || !strcmp(seat, card_seat));
}

int session_active(sd_bus *bus, const char *session, uid_t uid, const char *card_seat)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *question = NULL, *reply = NULL;
	const char *name, *seat = "", *state = "closing";
	int active = 0, remote = 1;
	uint32_t owner = 0, vt = 0;
	char *path = NULL;
	int ret = sd_bus_path_encode("/org/freedesktop/login1/session", session, &path);

	/* All properties in one answer, so that they are of the same moment. */
	if (ret >= 0)
		ret = sd_bus_message_new_method_call(bus, &question, LOGIN, path,
						     "org.freedesktop.DBus.Properties", "GetAll");
	if (ret >= 0)
		ret = sd_bus_message_append(question, "s", LOGIN ".Session");
	if (ret >= 0)
		ret = sd_bus_call(bus, question, LOGIN_US, &error, &reply);
	if (ret < 0)
		ret = sd_bus_error_has_names(&error, SD_BUS_ERROR_UNKNOWN_OBJECT,
					     SD_BUS_ERROR_UNKNOWN_METHOD) ?
		      -ENXIO : -ERRORS_NO_LOGIND;
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
		      active && !remote && is_on(seat, card_seat) && owner == uid &&
		      (!vt || is_shown(vt));
	free(path);
	sd_bus_error_free(&error);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(question);
	/* An answer that cannot be read is none. */
	return ret < 0 && ret != -ENXIO ? -ERRORS_NO_LOGIND : ret;
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
	if (ret < 0)
		return -ENOTCONN;
	ret = process_started(caller->pid, &caller->started);
	/* What cannot be seen has no session either, and is refused for that. */
	return ret == -EMFILE || ret == -ENFILE ? ret : 0;
}

int caller_session(struct caller *caller, sd_bus_error *error)
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
	if (ret == -ESRCH)
		return sd_bus_error_set(error, MC_BROKER_ERROR("NoSession"),
					"The caller's process is not in the broker's /proc; hidepid= hides all.");
	if (ret < 0)
		return sd_bus_error_set(error, MC_BROKER_ERROR("NoSession"),
					"The caller has no session at a seat.");
	ret = sd_session_get_uid(caller->session, &owner);
	if (ret < 0)
		return ret == -EMFILE || ret == -ENFILE ? ret : -ENXIO;
	return owner == caller->uid ? 0 : -EACCES;
}

int caller_active(sd_bus_message *call, const struct caller *caller)
{
	int ret;

	/* The seat of the card is looked at when the context is there, and at each pin. */
	ret = session_active(sd_bus_message_get_bus(call), caller->session, caller->uid, NULL);
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

int caller_ask(sd_bus_message *call, sd_bus_slot **slot, sd_bus_message_handler_t on_answer,
	       void *data)
{
	sd_bus *bus = sd_bus_message_get_bus(call);
	sd_bus_message *question = NULL;
	int ret = sd_bus_message_new_method_call(bus, &question, POLKIT,
						 "/org/freedesktop/PolicyKit1/Authority",
						 POLKIT ".Authority", "CheckAuthorization");

	if (ret >= 0)
		ret = sd_bus_message_append(question, "(sa{sv})sa{ss}us", "system-bus-name", 1,
					    "name", "s", sd_bus_message_get_sender(call),
					    MC_BROKER_ACTION, 0, 0, "");
	if (ret >= 0)
		ret = sd_bus_call_async(bus, slot, question, on_answer, data, POLKIT_US);
	sd_bus_message_unref(question);
	return ret;
}

int caller_allowed(sd_bus_message *answer, const struct caller *caller, sd_bus_error *error)
{
	const sd_bus_error *refused = sd_bus_message_get_error(answer);
	int allowed = 0, ret = 0;

	/* Only where polkit is not installed does the group decide. */
	if (refused && sd_bus_error_has_name(refused, SD_BUS_ERROR_SERVICE_UNKNOWN))
		allowed = in_group(caller->uid);
	else
		ret = refused ? -EIO : sd_bus_message_read(answer, "(bba{ss})", &allowed, NULL, 0);
	if (ret < 0)
		return sd_bus_error_set(error, MC_BROKER_ERROR("NoPolkit"),
					"polkit does not answer.");
	return allowed ? 0 : -EPERM;
}

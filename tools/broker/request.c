// SPDX-License-Identifier: MIT
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "answer.h"
#include "broker1.h"
#include "context.h"
#include "contexts.h"
#include "device.h"
#include "errors.h"
#include "idle.h"
#include "limits.h"
#include "memory.h"
#include "quota.h"
#include "session.h"

#define PER_USER	1

/* Calls that polkit is asked about, one of a user. */
#define REQUESTS	16

static struct request {
	sd_bus_message *call;	/* NULL: free */
	sd_bus_slot *slot;
	struct drm_miracast_create_context want;
	struct caller caller;
} requests[REQUESTS];

static bool leaving;

void request_refuse(void)
{
	leaving = true;
}

static bool is_asking(uid_t uid)
{
	for (int i = 0; i < REQUESTS; i++)
		if (requests[i].call && requests[i].caller.uid == uid)
			return true;
	return false;
}

static int within_quota(sd_bus_message *call, uint32_t uid, sd_bus_error *error)
{
	uint64_t now = 0;

	if (contexts_held(uid) >= PER_USER)
		return sd_bus_error_set(error, MC_BROKER_ERROR("QuotaExceeded"),
					"The user has a context already.");
	if (is_asking(uid))
		return sd_bus_error_set(error, MC_BROKER_ERROR("QuotaExceeded"),
					"Another call of the user is not answered yet.");
	sd_event_now(sd_bus_get_event(sd_bus_message_get_bus(call)), CLOCK_MONOTONIC, &now);
	if (!quota_count(uid, now))
		return sd_bus_error_setf(error, MC_BROKER_ERROR("QuotaExceeded"),
					 "More than %d contexts a minute.", QUOTA_TRIES);
	/* Another broker would not know of it. */
	idle_not_before(now + QUOTA_US);
	return 0;
}

/* Not the caller's fault, as the same numbers are where its session is looked at. */
static int device_error(int ret, sd_bus_error *error)
{
	if (ret != -EACCES && ret != -EPERM)
		return ret;
	sd_journal_print(3, "The broker may not use the device: %s", strerror(-ret));
	return sd_bus_error_set(error, MC_BROKER_ERROR("Failed"),
				"The broker itself may not use the device.");
}

static int create(const struct drm_miracast_create_context *want, uid_t uid,
		  struct mc_context *made, sd_bus_error *error)
{
	struct drm_miracast_query_caps caps;
	struct mc_device node;
	int ret = mc_device_open_node(NULL, &node);

	if (ret)
		return device_error(ret, error);
	ret = mc_device_caps(&node, &caps);
	if (!ret) {
		contexts_look_at_memory(&caps);
		ret = limits_check(want, &caps, memory_kept(uid), error);
	}
	if (!ret)
		ret = device_error(mc_context_create(node.fd, want, made), error);
	mc_device_close(&node);
	return ret;
}

/* The bus has copies of what it is to pass on. */
static int hand_out(sd_bus_message *call, const struct context *context, int fd)
{
	sd_bus_message *answer = NULL;
	int ret = sd_bus_message_new_method_return(call, &answer);

	if (ret >= 0)
		ret = answer_created(answer, context, fd);
	if (ret >= 0)
		ret = sd_bus_send(sd_bus_message_get_bus(call), answer, NULL);
	sd_bus_message_unref(answer);
	return ret;
}

/* Makes it, and hands it out. */
static int grant(sd_bus_message *call, const struct drm_miracast_create_context *want,
		 const struct caller *caller, sd_bus_error *error)
{
	struct context *context = contexts_free();
	struct mc_context made;
	int ret = context ? create(want, caller->uid, &made, error) : -EBUSY;

	if (ret < 0)
		return ret;
	ret = context_begin(context, caller, sd_bus_message_get_sender(call), made.control_fd);
	if (!ret) {
		ret = hand_out(call, context, made.fd);
		if (ret < 0)
			context_forget(context);
		else
			context_keep(context);
	}
	close(made.fd);
	return ret;
}

static void release(struct request *request)
{
	sd_bus_slot_unref(request->slot);
	sd_bus_message_unref(request->call);
	memset(request, 0, sizeof(*request));
	idle_release();
}

void request_end(void)
{
	for (int i = 0; i < REQUESTS; i++)
		if (requests[i].call)
			release(&requests[i]);
}

/* The session may have been left meanwhile: it is looked at when the context is pinned. */
static int on_answer(sd_bus_message *answer, void *data, sd_bus_error *unused)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	struct request *request = data;
	int ret = caller_allowed(answer, &request->caller, &error);

	(void)unused;
	if (ret >= 0)
		ret = grant(request->call, &request->want, &request->caller, &error);
	if (ret < 0) {
		errors_set(&error, ret);
		sd_bus_reply_method_error(request->call, &error);
	}
	sd_bus_error_free(&error);
	release(request);
	return 1;
}

static int ask(sd_bus_message *call, const struct drm_miracast_create_context *want,
	       const struct caller *caller)
{
	struct request *request = NULL;
	int ret;

	for (int i = 0; i < REQUESTS; i++)
		if (!requests[i].call)
			request = &requests[i];
	if (!request)
		return -EBUSY;
	ret = caller_ask(call, &request->slot, on_answer, request);
	if (ret < 0)
		return ret;
	request->call = sd_bus_message_ref(call);
	request->want = *want;
	request->caller = *caller;
	idle_hold();
	return 0;
}

int request_context(sd_bus_message *call, void *data, sd_bus_error *error)
{
	struct drm_miracast_create_context want;
	struct caller caller = { 0 };
	int ret = limits_read(call, &want, error);

	(void)data;
	if (ret >= 0 && leaving)
		ret = -ERRORS_LEAVING;
	if (ret >= 0)
		ret = caller_identify(call, &caller);
	/* Who can never succeed is not counted: a user may have many other numbers. */
	if (ret >= 0)
		ret = caller_session(&caller, error);
	/* Before others are asked, who would be kept busy by who calls often. */
	if (ret >= 0)
		ret = within_quota(call, caller.uid, error);
	if (ret >= 0)
		ret = caller_active(call, &caller);
	if (ret >= 0)
		ret = ask(call, &want, &caller);
	return ret < 0 ? errors_set(error, ret) : 1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Content protection.
 *
 * Owns: the properties "Content Protection" and "HDCP Content Type", with the
 * meaning that drm_connector.c defines. The compositor asks for protection, the owner
 * authenticates the sink and reports the state that it has reached. DRM core has helpers
 * for this, but behind configuration symbols that cannot be selected from outside
 * the kernel tree.
 *
 * Struct miracast_hdcp is guarded by the target's lock; the property's value, by
 * the connection mutex, is left to the worker. While the connector is hidden from
 * the DRM master, requests of that master are not sent to the owner, and answers of the
 * owner do not reach that master.
 */
#include <drm/display/drm_hdcp.h>
#include <drm/drm_atomic.h>
#include <drm/drm_connector.h>
#include <drm/drm_device.h>
#include <drm/drm_mode_config.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_property.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_queue.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/* Names and values are user-space interface, see drm_hdcp_helper.c. */
static const struct drm_prop_enum_list protections[] = {
	{ DRM_MODE_CONTENT_PROTECTION_UNDESIRED, "Undesired" },
	{ DRM_MODE_CONTENT_PROTECTION_DESIRED, "Desired" },
	{ DRM_MODE_CONTENT_PROTECTION_ENABLED, "Enabled" },
};

static const struct drm_prop_enum_list content_types[] = {
	{ DRM_MODE_HDCP_CONTENT_TYPE0, "HDCP Type0" },
	{ DRM_MODE_HDCP_CONTENT_TYPE1, "HDCP Type1" },
};

/* One property of each kind serves all connectors of the device. */
static int create_properties(struct drm_device *drm)
{
	struct drm_mode_config *config = &drm->mode_config;

	if (!config->content_protection_property)
		config->content_protection_property =
			drm_property_create_enum(drm, 0, "Content Protection",
						 protections,
						 ARRAY_SIZE(protections));
	if (!config->hdcp_content_type_property)
		config->hdcp_content_type_property =
			drm_property_create_enum(drm, 0, "HDCP Content Type",
						 content_types,
						 ARRAY_SIZE(content_types));

	return config->content_protection_property &&
	       config->hdcp_content_type_property ? 0 : -ENOMEM;
}

/**
 * miracast_hdcp_attach - Offer content protection on a connector
 * @connector: the connector
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_hdcp_attach(struct drm_connector *connector)
{
	struct drm_device *drm = connector->dev;
	int ret;

	if (!to_miracast_device(drm)->hdcp)
		return 0;

	ret = create_properties(drm);
	if (ret)
		return ret;

	drm_object_attach_property(&connector->base,
				   drm->mode_config.content_protection_property,
				   DRM_MODE_CONTENT_PROTECTION_UNDESIRED);
	drm_object_attach_property(&connector->base,
				   drm->mode_config.hdcp_content_type_property,
				   DRM_MODE_HDCP_CONTENT_TYPE0);

	return 0;
}

/* Check whether a commit keeps the stream protected. */
static bool is_untouched(const struct drm_connector_state *old,
			 const struct drm_connector_state *new,
			 struct drm_atomic_state *state)
{
	struct drm_crtc_state *crtc_state;

	if (!new->crtc || new->crtc != old->crtc ||
	    new->hdcp_content_type != old->hdcp_content_type)
		return false;

	crtc_state = drm_atomic_get_new_crtc_state(state, new->crtc);

	return !crtc_state ||
	       (crtc_state->active && !drm_atomic_crtc_needs_modeset(crtc_state));
}

/**
 * miracast_hdcp_check - Correct the property that a commit sets
 * @connector: the connector
 * @state: a commit that it is part of
 *
 * Only the driver may set ENABLED, when the owner has reached protection; and a mode set
 * takes the property back to DESIRED. From the connector's atomic_check.
 */
void miracast_hdcp_check(struct drm_connector *connector,
			 struct drm_atomic_state *state)
{
	struct drm_connector_state *old =
		drm_atomic_get_old_connector_state(state, connector);
	struct drm_connector_state *new =
		drm_atomic_get_new_connector_state(state, connector);

	if (new->content_protection == DRM_MODE_CONTENT_PROTECTION_UNDESIRED)
		return;

	if (old->content_protection == DRM_MODE_CONTENT_PROTECTION_ENABLED &&
	    is_untouched(old, new, state))
		new->content_protection = DRM_MODE_CONTENT_PROTECTION_ENABLED;
	else
		new->content_protection = DRM_MODE_CONTENT_PROTECTION_DESIRED;
}

static u32 wanted_state(const struct drm_connector_state *state)
{
	if (state->content_protection == DRM_MODE_CONTENT_PROTECTION_UNDESIRED)
		return DRM_MIRACAST_HDCP_STATE_OFF;

	return state->hdcp_content_type == DRM_MODE_HDCP_CONTENT_TYPE1 ?
		       DRM_MIRACAST_HDCP_STATE_TYPE1 :
		       DRM_MIRACAST_HDCP_STATE_TYPE0;
}

/* Send the wanted state to the owner, if the compositor's picture goes to it. */
static void announce_wanted(struct miracast_target *target)
{
	struct miracast_hdcp *hdcp = &target->hdcp;
	struct drm_miracast_message_hdcp payload = { .wanted = hdcp->wanted };

	lockdep_assert_held(&target->lock);

	if (target->hidden || !target->monitor ||
	    target->lit_for != target->generation ||
	    !(target->stream->flags & DRM_MIRACAST_CONTEXT_FLAG_HDCP))
		return;

	/* After a message was superseded (@number 0), the state is sent again. */
	if (hdcp->announced == hdcp->wanted &&
	    (hdcp->number || hdcp->wanted == DRM_MIRACAST_HDCP_STATE_OFF))
		return;

	hdcp->announced = hdcp->wanted;
	hdcp->number = miracast_queue_send(target->stream,
					   DRM_MIRACAST_MSG_HDCP, &payload,
					   sizeof(payload));
}

/* If the check took the property back to DESIRED, clients get a uevent. */
static void note_fall(struct miracast_target *target,
		      struct drm_atomic_state *state)
{
	const struct drm_connector_state *old =
		drm_atomic_get_old_connector_state(state, &target->connector);
	const struct drm_connector_state *new =
		drm_atomic_get_new_connector_state(state, &target->connector);

	lockdep_assert_held(&target->lock);

	if (old->content_protection != DRM_MODE_CONTENT_PROTECTION_ENABLED ||
	    new->content_protection != DRM_MODE_CONTENT_PROTECTION_DESIRED)
		return;

	target->hdcp.fell_back = true;
	miracast_todo_add(target, BIT(MIRACAST_TODO_HDCP));
}

/* The compositor has set the property, perhaps to the same value. */
static void set_wanted(struct miracast_target *target, u32 wanted)
{
	struct miracast_hdcp *hdcp = &target->hdcp;

	lockdep_assert_held(&target->lock);

	if (wanted != hdcp->wanted)
		hdcp->reached = DRM_MIRACAST_HDCP_STATE_OFF;
	hdcp->wanted = wanted;
	announce_wanted(target);
}

/**
 * miracast_hdcp_commit - Adopt the state that a commit asks for
 * @target: the target, its CRTC active
 * @state: the commit
 *
 * From the CRTC's atomic_flush. Any context.
 */
void miracast_hdcp_commit(struct miracast_target *target,
			  struct drm_atomic_state *state)
{
	struct drm_connector_state *new =
		drm_atomic_get_new_connector_state(state, &target->connector);
	unsigned long flags;

	if (!new || !target->mdev->hdcp)
		return;

	spin_lock_irqsave(&target->lock, flags);
	note_fall(target, state);
	if (!target->hidden)
		set_wanted(target, wanted_state(new));
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_hdcp_fell_back - A mode set or switching off ends protection
 * @target: the target
 * @state: the commit
 *
 * For the next mode the owner gets another message with the wanted state. From the
 * CRTC's atomic_disable. Any context.
 */
void miracast_hdcp_fell_back(struct miracast_target *target,
			     struct drm_atomic_state *state)
{
	struct drm_connector_state *new =
		drm_atomic_get_new_connector_state(state, &target->connector);
	unsigned long flags;

	if (!new || !target->mdev->hdcp)
		return;

	spin_lock_irqsave(&target->lock, flags);
	target->hdcp.reached = DRM_MIRACAST_HDCP_STATE_OFF;
	target->hdcp.number = 0;
	/* A CRTC that stays on gets a flush, which does the rest. */
	if (!drm_atomic_get_new_crtc_state(state, &target->crtc)->active)
		note_fall(target, state);
	else if (wanted_state(new) != DRM_MIRACAST_HDCP_STATE_OFF)
		target->hdcp.announced = DRM_MIRACAST_HDCP_STATE_OFF;
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_hdcp_reset - Protection has ended, with the picture or the monitor
 * @target: the target, locked
 * @report: the monitor stays, so the owner gets a message
 */
void miracast_hdcp_reset(struct miracast_target *target, bool report)
{
	struct miracast_hdcp *hdcp = &target->hdcp;

	lockdep_assert_held(&target->lock);

	if (hdcp->reached != DRM_MIRACAST_HDCP_STATE_OFF)
		miracast_todo_add(target, BIT(MIRACAST_TODO_HDCP));
	hdcp->reached = DRM_MIRACAST_HDCP_STATE_OFF;
	hdcp->number = 0;

	if (report) {
		hdcp->wanted = DRM_MIRACAST_HDCP_STATE_OFF;
		announce_wanted(target);
	} else {
		hdcp->announced = DRM_MIRACAST_HDCP_STATE_OFF;
	}
}

/**
 * miracast_hdcp_hidden - The connector is hidden from the DRM master, or not any more
 * @target: the target, locked
 *
 * The property belongs to the master that has the device, so the worker checks it.
 */
void miracast_hdcp_hidden(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (!target->mdev->hdcp)
		return;

	target->hdcp.returned = !target->hidden;
	miracast_todo_add(target, BIT(MIRACAST_TODO_HDCP));
}

/**
 * miracast_hdcp_set - The owner reports the state that it has reached
 * @target: the target, locked, with a monitor
 * @number: number of the message that it answers
 * @reached: enum drm_miracast_hdcp_state
 *
 * The last message may be answered again, e.g. when protection is lost.
 *
 * Return: 0, -ENOENT when there was no such message, -ESTALE when a newer one, or a
 * mode set, has superseded it.
 */
int miracast_hdcp_set(struct miracast_target *target, u64 number, u32 reached)
{
	lockdep_assert_held(&target->lock);

	if (!number || number != target->hdcp.number)
		return miracast_queue_not_pending(target->stream,
						  DRM_MIRACAST_MSG_HDCP,
						  number);

	target->hdcp.reached = reached;
	miracast_todo_add(target, BIT(MIRACAST_TODO_HDCP));

	return 0;
}

static bool take_fell_back(struct miracast_target *target)
{
	unsigned long flags;
	bool fell_back;

	spin_lock_irqsave(&target->lock, flags);
	fell_back = target->hdcp.fell_back;
	target->hdcp.fell_back = false;
	spin_unlock_irqrestore(&target->lock, flags);

	return fell_back;
}

/* The value that another master has left in the property counts for the new master. */
static void take_returned(struct miracast_target *target, u32 wanted)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->hdcp.returned && target->scanout.on)
		set_wanted(target, wanted);
	target->hdcp.returned = false;
	spin_unlock_irqrestore(&target->lock, flags);
}

static bool is_reached(struct miracast_target *target)
{
	const struct miracast_hdcp *hdcp = &target->hdcp;
	unsigned long flags;
	bool reached;

	spin_lock_irqsave(&target->lock, flags);
	/* The second type protects content of the first as well. */
	reached = !target->hidden &&
		  hdcp->wanted != DRM_MIRACAST_HDCP_STATE_OFF &&
		  hdcp->reached >= hdcp->wanted;
	spin_unlock_irqrestore(&target->lock, flags);

	return reached;
}

/**
 * miracast_hdcp_update - Set the property to the state that was reached
 * @target: the target
 *
 * With a uevent when it changes. Takes the connection mutex; sleeps.
 */
void miracast_hdcp_update(struct miracast_target *target)
{
	struct drm_connector *connector = &target->connector;
	struct drm_mode_config *config = &connector->dev->mode_config;
	u32 from = DRM_MODE_CONTENT_PROTECTION_ENABLED;
	u32 to = DRM_MODE_CONTENT_PROTECTION_DESIRED;
	bool changed;

	if (!target->mdev->hdcp)
		return;

	drm_modeset_lock(&config->connection_mutex, NULL);
	changed = take_fell_back(target);
	take_returned(target, wanted_state(connector->state));
	if (is_reached(target))
		swap(from, to);
	if (connector->state->content_protection == from) {
		connector->state->content_protection = to;
		changed = true;
	}
	if (changed)
		drm_sysfs_connector_property_event(connector,
						   config->content_protection_property);
	drm_modeset_unlock(&config->connection_mutex);
}

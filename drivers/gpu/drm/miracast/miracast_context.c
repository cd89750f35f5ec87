// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts.
 *
 * Owns: the creation of a context (budget, target, memory) and its destruction. Creation
 * takes the class mutex; under it nothing is allocated, and user space is not accessed.
 */
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "miracast_buffer.h"
#include "miracast_context.h"
#include "miracast_copy.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_ending.h"
#include "miracast_fence.h"
#include "miracast_hotplug.h"
#include "miracast_monitor.h"
#include "miracast_port.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"
#include "miracast_trim.h"

static bool connector_exists(const struct miracast_device *mdev,
			     u32 connector_id)
{
	unsigned int i;

	for (i = 0; i < mdev->target_count; i++)
		if (mdev->targets[i]->connector.base.id == connector_id)
			return true;

	return false;
}

static bool has_control(const struct miracast_context *context)
{
	return context->stream->flags & DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
}

/*
 * Whose screen the owner may see: that of @own, the master that makes the context
 * for itself, or that of the DRM master.
 */
static int choose_master(struct miracast_device *mdev, u32 flags, u64 own,
			 u64 *pinned)
{
	*pinned = 0;
	if (flags & DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER)
		return 0;

	*pinned = own ?: miracast_master_current(mdev, NULL);

	return *pinned || flags & DRM_MIRACAST_CONTEXT_FLAG_CONTROL ? 0 :
								      -ESRCH;
}

/*
 * The context is complete: pin it. Under the target's lock, so that either a master
 * that goes is not chosen, or miracast_context_master_gone() finds the context.
 */
static int pin_context(struct miracast_context *context, u64 own)
{
	struct miracast_stream *stream = context->stream;
	struct miracast_target *target = context->target;
	int ret;

	spin_lock_irq(&target->lock);
	ret = choose_master(context->mdev, stream->flags, own, &stream->pinned);
	if (!ret) {
		target->context = context;
		miracast_port_update(target);
	}
	spin_unlock_irq(&target->lock);

	return ret;
}

static void attach_target(struct miracast_context *context,
			  struct miracast_target *target)
{
	struct miracast_stream *stream = context->stream;

	lockdep_assert_held(&target->lock);

	miracast_stream_attach(stream, target);
	miracast_stream_get(stream);
	stream->shape_base = miracast_target_shape_base(target);
	target->stream = stream;
	context->target = target;
	miracast_port_update(target);
}

/* Assign a free target, or the one that was asked for, to the context. */
static int claim_target(struct miracast_context *context, u32 connector_id)
{
	struct miracast_device *mdev = context->mdev;
	unsigned int i;
	int ret = -EBUSY;

	lockdep_assert_held(&mdev->class_lock);

	for (i = 0; ret == -EBUSY && i < mdev->target_count; i++) {
		struct miracast_target *target = mdev->targets[i];

		if (connector_id && target->connector.base.id != connector_id)
			continue;

		spin_lock_irq(&target->lock);
		if (target->unplugged) {
			ret = -ENODEV;
		} else if (!target->stream) {
			attach_target(context, target);
			ret = 0;
		}
		spin_unlock_irq(&target->lock);
	}

	return ret;
}

static int reserve_all(struct miracast_context *context, u32 connector_id,
		       const struct miracast_resources *want)
{
	struct miracast_device *mdev = context->mdev;
	int ret;

	if (connector_id && !connector_exists(mdev, connector_id))
		return -ENOENT;
	if (mutex_lock_interruptible(&mdev->class_lock))
		return -ERESTARTSYS;

	trace_miracast_class_enter(0, DRM_MIRACAST_CREATE_CONTEXT, 0);
	ret = miracast_budget_take(&mdev->budget, want);
	if (!ret) {
		ret = claim_target(context, connector_id);
		if (ret)
			miracast_budget_give(&mdev->budget, want);
	}
	trace_miracast_class_leave(0, DRM_MIRACAST_CREATE_CONTEXT, 0);
	mutex_unlock(&mdev->class_lock);

	return ret;
}

/* Make a stream, with its works and its number. */
static struct miracast_stream *
make_stream(struct miracast_device *mdev,
	    const struct drm_miracast_create_context *args)
{
	struct miracast_stream *stream = miracast_stream_create(mdev, args);

	if (!stream)
		return NULL;

	miracast_fence_init(stream);
	miracast_trim_init(stream);
	if (miracast_ending_init(stream)) {
		miracast_stream_put(stream);
		return NULL;
	}
	stream->number = atomic64_inc_return(&mdev->context_numbers);

	return stream;
}

static void want_for(const struct miracast_stream *stream,
		     struct miracast_resources *want)
{
	want->slots = 1;
	want->macroblock_rate = stream->limits.macroblock_rate;
	want->memory_bytes = stream->memory_bytes;
}

static void describe_context(const struct miracast_context *context,
			     struct drm_miracast_create_context *args)
{
	args->control_fd = -1;
	args->pad2 = 0;
	args->context_number = context->stream->number;
	args->connector_id = context->target->connector.base.id;
	args->crtc_id = context->target->crtc.base.id;
}

/**
 * miracast_context_create - Make a context
 * @mdev: the device
 * @args: checked arguments of CREATE_CONTEXT; the output members are filled
 *	in, except the file descriptors
 * @own: number of the master that makes it for itself; or 0: it is made on behalf
 *	of the DRM master
 *
 * Takes the class mutex; sleeps.
 *
 * Return: the context or an ERR_PTR, see struct drm_miracast_create_context.
 */
struct miracast_context *
miracast_context_create(struct miracast_device *mdev,
			struct drm_miracast_create_context *args, u64 own)
{
	struct miracast_context *context;
	struct miracast_resources want;
	u64 pinned;
	int ret;

	/* Before anything is reserved: others could not reserve it meanwhile. */
	ret = choose_master(mdev, args->flags, own, &pinned);
	if (ret)
		return ERR_PTR(ret);

	context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	if (!context)
		return ERR_PTR(-ENOMEM);

	kref_init(&context->ref);
	context->mdev = mdev;
	mutex_init(&context->read_lock);
	ret = -ENOMEM;
	context->stream = make_stream(mdev, args);
	if (!context->stream)
		goto err_free;

	want_for(context->stream, &want);
	ret = reserve_all(context, args->connector_id, &want);
	if (ret)
		goto err_stream;

	context->reserved = want;
	context->reserved.memory_bytes = 0;
	drm_dev_get(&mdev->drm);

	ret = miracast_copy_allocate(context->stream);
	if (!ret)
		ret = pin_context(context, own);
	if (ret) {
		miracast_context_destroy(context);
		miracast_context_put(context);
		return ERR_PTR(ret);
	}

	describe_context(context, args);

	return context;

err_stream:
	miracast_stream_put(context->stream);
err_free:
	kfree(context);
	return ERR_PTR(ret);
}

/*
 * The part of miracast_context_destroy() that does not wait. Does nothing when the context
 * was ended before.
 */
static void end_context(struct miracast_context *context)
{
	struct miracast_device *mdev = context->mdev;
	struct miracast_target *target = context->target;
	struct miracast_monitor *monitor;

	spin_lock_irq(&target->lock);
	if (context->destroyed) {
		spin_unlock_irq(&target->lock);
		return;
	}
	context->destroyed = true;
	miracast_stream_departed(context->stream, DRM_MIRACAST_CAUSE_OWNER);
	monitor = miracast_port_depart(target);
	target->stream = NULL;
	target->context = NULL;
	miracast_port_update(target);
	miracast_stream_end(context->stream, -ESTALE);
	spin_unlock_irq(&target->lock);

	miracast_budget_give(&mdev->budget, &context->reserved);
	miracast_monitor_put(monitor);
	miracast_fence_cancel_all(context->stream);
	miracast_buffer_trim(context->stream);
	/* The target's reference; the context has another one. */
	miracast_stream_put(context->stream);
}

/**
 * miracast_context_destroy - End a context
 * @context: the context; a second call only waits for the first
 *
 * The monitor departs, the target and the reserved budget are free at once, and
 * nothing more reaches the owner. Not part of the class: it does not wait for user
 * space, for a running capture, or for a call of another owner, which may be short of
 * processor time. In DIRECT it waits for page faults and mmap() of the processes that have
 * mapped the memory, see miracast_direct_take_back().
 */
void miracast_context_destroy(struct miracast_context *context)
{
	end_context(context);
	/* Also of a context that has ended when its master went, see below. */
	miracast_direct_take_back(context->stream);
}

static void context_free(struct kref *ref)
{
	struct miracast_context *context =
		container_of(ref, struct miracast_context, ref);
	struct miracast_device *mdev = context->mdev;

	miracast_stream_put(context->stream);
	mutex_destroy(&context->read_lock);
	kfree(context);
	drm_dev_put(&mdev->drm);
}

/**
 * miracast_context_get - Take a reference
 * @context: the context
 */
void miracast_context_get(struct miracast_context *context)
{
	kref_get(&context->ref);
}

/**
 * miracast_context_put - Drop a reference
 * @context: the context; destroyed before the last reference is dropped
 */
void miracast_context_put(struct miracast_context *context)
{
	kref_put(&context->ref, context_free);
}

/* Return: the context that was pinned to a master, with a reference, or NULL. */
static struct miracast_context *unpin_context(struct miracast_target *target, u64 master)
{
	struct miracast_context *context;

	spin_lock_irq(&target->lock);
	context = target->context;
	if (context && context->stream->pinned != master)
		context = NULL;
	/* It is not freed: files drop theirs after end_context(), which clears target->context. */
	if (context)
		miracast_context_get(context);
	if (context && has_control(context))
		miracast_port_pin(target, 0);
	spin_unlock_irq(&target->lock);

	return context;
}

/**
 * miracast_context_master_gone - A DRM master is gone and will not return
 * @mdev: the device
 * @master: number of the master, not the current one any more
 *
 * Contexts that were pinned to it are pinned to no master then. A context without a
 * control file could not be pinned again, so it ends. Memory of DIRECT is revoked by a
 * work: revoking waits for the owner's processes, and the caller may be any process that
 * had a descriptor of the card node.
 */
void miracast_context_master_gone(struct miracast_device *mdev, u64 master)
{
	unsigned int i;

	for (i = 0; i < mdev->target_count; i++) {
		struct miracast_target *target = mdev->targets[i];
		struct miracast_context *context;

		miracast_hotplug_forget(target, master);
		context = unpin_context(target, master);
		if (!context)
			continue;

		if (!has_control(context))
			end_context(context);
		miracast_context_put(context);
	}
}

/**
 * miracast_context_look - Get the masters that concern a context
 * @context: the context, its target locked
 * @seen: filled in
 */
void miracast_context_look(const struct miracast_context *context,
			   struct miracast_seen_masters *seen)
{
	const struct miracast_target *target = context->target;

	lockdep_assert_held(&target->lock);

	seen->pinned = context->stream->pinned;
	seen->current_master = miracast_master_current(context->mdev,
						       &seen->changes);
	seen->lit_by = target->scanout.lit_by;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * ABI layout as the kernel sees it, chunk ids, and the wire format of events.
 */
#include <kunit/test.h>

#include <drm/drm_ioctl.h>

#include "../miracast_damage.h"
#include "../miracast_event.h"

struct size_case {
	const char *name;
	size_t size;
	size_t want;
};

#define SIZE(type, want)	{ #type, sizeof(struct drm_miracast_##type), want }

/* User space was built with these: they never change. */
static const struct size_case size_cases[] = {
	SIZE(color, 8),
	SIZE(format, 32),
	SIZE(query_caps, 152),
	SIZE(create_context, 88),
	SIZE(io_control, 40),
	SIZE(start_session, 8),
	SIZE(session, 8),
	SIZE(stop_session, 8),
	SIZE(mode, 32),
	SIZE(monitor_arrive, 40),
	SIZE(monitor_depart, 8),
	SIZE(complete_message, 16),
	SIZE(plane, 16),
	SIZE(get_buffer, 16),
	SIZE(buffer, 128),
	SIZE(owner_buffer, 112),
	SIZE(set_buffers, 24),
	SIZE(request_frame, 8),
	SIZE(set_rate, 16),
	SIZE(get_cursor, 16),
	SIZE(cursor, 40),
	SIZE(report_chunk, 24),
	SIZE(report_statistic, 24),
	SIZE(report_status, 16),
	SIZE(set_hdcp, 16),
	SIZE(get_statistics, 8),
	SIZE(statistics, 112),
	SIZE(query_context, 8),
	SIZE(context_info, 176),
	SIZE(pin, 16),
	SIZE(get_fence, 24),
	SIZE(fence, 8),
	SIZE(release_chunk, 32),
	SIZE(event, 16),
	SIZE(event_chunk, 144),
	SIZE(event_message, 40),
	SIZE(message_mode_set, 48),
	SIZE(message_power, 8),
	SIZE(message_cursor_move, 16),
	SIZE(message_cursor_shape, 8),
	SIZE(message_hdcp, 8),
	SIZE(message_buffer_gone, 8),
	SIZE(message_stopped, 8),
	SIZE(message_picture_state, 8),
};

static void size_case_name(const struct size_case *c, char *name)
{
	strscpy(name, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(size, size_cases, size_case_name);

static void struct_sizes_never_change(struct kunit *test)
{
	const struct size_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, c->size, c->want);
	KUNIT_EXPECT_EQ(test, c->size % 8, 0);
}

static void ioctl_numbers_never_change(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_MIRACAST_QUERY_CAPS, 0xc0986440);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
			0xc0586441);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_MIRACAST_DESTROY_CONTEXT,
			0x00006442);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_MIRACAST_IO_CONTROL, 0xc0286443);
	KUNIT_EXPECT_EQ(test, (u32)DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
			0xc0206444);
}

static void chunk_ids_take_frame_and_part_apart(struct kunit *test)
{
	static const u64 frames[] = { 0, 1, 0xff, 0xffffffff, 0xffffffffff };
	static const u64 parts[] = { 0, 1, 15, 0xffffff };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		for (j = 0; j < ARRAY_SIZE(parts); j++) {
			u64 id =
				DRM_MIRACAST_MAKE_CHUNK_ID(frames[i], parts[j]);

			KUNIT_EXPECT_EQ(test,
					DRM_MIRACAST_FRAME_OF_CHUNK_ID(id),
					frames[i]);
			KUNIT_EXPECT_EQ(test, DRM_MIRACAST_PART_OF_CHUNK_ID(id),
					parts[j]);
		}
	}
	/* A frame number that is too large does not run into the part. */
	KUNIT_EXPECT_EQ(test, DRM_MIRACAST_MAKE_CHUNK_ID(1ULL << 40, 3),
			3ULL << 40);
}

static void chunk_event_carries_its_clips(struct kunit *test)
{
	struct miracast_event_buffer *buffer;
	struct miracast_chunk_event *chunk;
	struct miracast_damage *damage;
	struct drm_miracast_event_chunk *body;
	struct drm_clip_rect *clips;
	unsigned int i;

	buffer = kunit_kzalloc(test, sizeof(*buffer), GFP_KERNEL);
	chunk = kunit_kzalloc(test, sizeof(*chunk), GFP_KERNEL);
	damage = kunit_kzalloc(test, sizeof(*damage), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buffer);
	KUNIT_ASSERT_NOT_NULL(test, chunk);
	KUNIT_ASSERT_NOT_NULL(test, damage);

	damage->count = DRM_MIRACAST_MAX_CLIPS;
	for (i = 0; i < damage->count; i++)
		drm_rect_init(&damage->rects[i], i, 2 * i, 3, 4);

	miracast_event_init(&chunk->event, DRM_MIRACAST_EVENT_TYPE_CHUNK);
	chunk->body.chunk_id = 77;
	miracast_chunk_event_set_clips(chunk, damage);
	miracast_event_serialise(&chunk->event, buffer);

	body = (void *)buffer->bytes;
	KUNIT_EXPECT_EQ(test, buffer->length, MIRACAST_EVENT_BYTES_MAX);
	KUNIT_EXPECT_EQ(test, body->base.type, DRM_MIRACAST_EVENT_TYPE_CHUNK);
	KUNIT_EXPECT_EQ(test, body->base.length, buffer->length);
	KUNIT_EXPECT_EQ(test, body->base.header_size, sizeof(*body));
	KUNIT_EXPECT_EQ(test, body->chunk_id, 77);
	KUNIT_EXPECT_EQ(test, body->clip_count, damage->count);
	clips = (void *)buffer->bytes + body->base.header_size;
	for (i = 0; i < damage->count; i++) {
		KUNIT_EXPECT_EQ(test, clips[i].x1, i);
		KUNIT_EXPECT_EQ(test, clips[i].y1, 2 * i);
		KUNIT_EXPECT_EQ(test, clips[i].x2, i + 3);
		KUNIT_EXPECT_EQ(test, clips[i].y2, 2 * i + 4);
	}
}

static void replaced_message_is_not_the_one_that_was_read(struct kunit *test)
{
	struct miracast_message_event message = { .number = 5 };
	struct miracast_event_buffer *buffer;
	LIST_HEAD(queue);

	buffer = kunit_kzalloc(test, sizeof(*buffer), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buffer);
	miracast_event_init(&message.event, DRM_MIRACAST_EVENT_TYPE_MESSAGE);
	KUNIT_EXPECT_FALSE(test, miracast_event_queued(&message.event));
	miracast_event_push(&queue, &message.event);
	KUNIT_EXPECT_TRUE(test, miracast_event_queued(&message.event));

	miracast_event_serialise(miracast_event_first(&queue), buffer);
	KUNIT_EXPECT_TRUE(test,
			  miracast_event_unchanged(buffer, &message.event));
	message.number = 6;
	KUNIT_EXPECT_FALSE(test,
			   miracast_event_unchanged(buffer, &message.event));
	KUNIT_EXPECT_FALSE(test, miracast_event_unchanged(buffer, NULL));

	miracast_event_drop(&message.event);
	KUNIT_EXPECT_NULL(test, miracast_event_first(&queue));
}

static struct kunit_case abi_cases[] = {
	KUNIT_CASE_PARAM(struct_sizes_never_change, size_gen_params),
	KUNIT_CASE(ioctl_numbers_never_change),
	KUNIT_CASE(chunk_ids_take_frame_and_part_apart),
	KUNIT_CASE(chunk_event_carries_its_clips),
	KUNIT_CASE(replaced_message_is_not_the_one_that_was_read),
	{}
};

static struct kunit_suite abi_suite = {
	.name = "miracast_abi",
	.test_cases = abi_cases,
};

kunit_test_suite(abi_suite);

// SPDX-License-Identifier: MIT
/*
 * The buffer table of a DIRECT context: numbers name memory, not framebuffers;
 * sixteen of them; the least recently used goes, and never one that the owner
 * has a chunk in.
 */
#include <poll.h>

#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480
#define TABLE 16
#define OBJECTS 24
/* An object leaves the table after so many pictures in other objects. */
#define MAX_UNUSED 64

static unsigned int flips_wanted(void)
{
	return mc_setting("MIRACAST_COMMITS", 1000) / 2;
}

/* What comes with a picture: its chunk, and the buffers that are gone. */
struct news {
	struct mc_chunk chunk;
	uint64_t gone[2 * TABLE];
	unsigned int gone_count;
};

static void note_event(struct news *news, const struct drm_miracast_event *event,
		       bool *have_chunk)
{
	struct mc_message message;

	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		igt_assert(!*have_chunk);
		mc_parse_chunk(event, &news->chunk);
		*have_chunk = true;
		return;
	}
	mc_parse_message(event, &message);
	igt_assert_eq_u32(message.event.code,
			  DRM_MIRACAST_MSG_BUFFER_GONE);
	igt_assert_eq_u32(message.event.needs_completion, 0);
	igt_assert_lt(news->gone_count, ARRAY_SIZE(news->gone));
	news->gone[news->gone_count++] = message.gone.buffer;
}

/* Reads all events up to a chunk and those that come with it. */
static void take_news(struct mc_ctx *ctx, struct news *news)
{
	const struct drm_miracast_event *event;
	bool have_chunk = false;

	news->gone_count = 0;
	while (!have_chunk) {
		event = mc_next_event(ctx, MC_TIMEOUT_MS);
		igt_assert_f(event, "no chunk came\n");
		note_event(news, event, &have_chunk);
	}
	while ((event = mc_next_event(ctx, 0)))
		note_event(news, event, &have_chunk);
}

/* Another framebuffer on the memory of @fb. */
static struct mc_fb *same_again(const struct mc_fb *fb)
{
	return mc_fb_of_handle(fb->card, fb->handle, fb->pitch, fb->width,
			       fb->height, fb->format);
}

static void remove_again(struct mc_fb *fb)
{
	igt_assert_eq(drmModeRmFB(fb->card, fb->id), 0);
	free(fb);
}

/*
 * As mutter does: a new framebuffer for every flip, on the same three objects.
 * The owner learns three buffers, and nothing ever again.
 */
static void test_new_framebuffers(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	unsigned int i, j, known = 0, flips = flips_wanted();
	struct mc_fb *shown = NULL;
	uint64_t numbers[3];
	struct news news;

	for (i = 0; i < flips; i++) {
		struct mc_fb *fb = same_again(scene->fb[i % 3]);

		mc_fb_paint(scene->fb[i % 3], &(struct drm_clip_rect) {
			    0, 0, 16, 16 }, i);
		mc_show(scene->kms, fb, NULL, 0);
		if (shown)
			remove_again(shown);
		shown = fb;
		take_news(scene->ctx, &news);
		igt_assert_eq_u32(news.gone_count, 0);
		for (j = 0; j < known; j++)
			if (numbers[j] == news.chunk.event.buffer)
				break;
		if (j == known) {
			igt_assert_f(i < 3, "a new number with flip %u\n", i);
			numbers[known++] = news.chunk.event.buffer;
		}
		mc_release(scene->ctx, &news.chunk);
	}
	igt_assert_eq_u32(known, 3);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	remove_again(shown);
}

/* What makes another buffer of the same memory, and what does not. */
static void test_key(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_fb *whole = mc_fb(scene->card, 800, 600, DRM_FORMAT_XRGB8888);
	static const struct {
		const char *what;
		uint32_t width, height, pitch, offset, format;
	} keys[] = {
		{ "whole", 800, 600, 0, 0, DRM_FORMAT_XRGB8888 },
		{ "width", 700, 600, 0, 0, DRM_FORMAT_XRGB8888 },
		{ "height", 800, 500, 0, 0, DRM_FORMAT_XRGB8888 },
		{ "offset", 700, 500, 0, 4096, DRM_FORMAT_XRGB8888 },
		{ "pitch", 800, 500, 3584, 0, DRM_FORMAT_XRGB8888 },
		{ "format", 800, 600, 0, 0, DRM_FORMAT_XBGR8888 },
	};
	uint64_t numbers[ARRAY_SIZE(keys)];
	unsigned int i, j, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < ARRAY_SIZE(keys); i++) {
			uint32_t handles[4] = { whole->handle };
			uint32_t pitches[4] = { keys[i].pitch ? keys[i].pitch :
						whole->pitch };
			uint32_t offsets[4] = { keys[i].offset };
			struct mc_fb fb = *whole;
			struct news news;

			igt_assert_eq(drmModeAddFB2(scene->card, keys[i].width,
						    keys[i].height,
						    keys[i].format, handles,
						    pitches, offsets, &fb.id,
						    0), 0);
			mc_show(scene->kms, &fb, NULL, 0);
			take_news(scene->ctx, &news);
			mc_release(scene->ctx, &news.chunk);
			if (round)
				igt_assert_f(news.chunk.event.buffer ==
					     numbers[i], "%s\n", keys[i].what);
			numbers[i] = news.chunk.event.buffer;
			for (j = 0; j < i; j++)
				igt_assert_f(numbers[j] != numbers[i], "%s\n",
					     keys[i].what);
			mc_show(scene->kms, scene->fb[0], NULL, 0);
			take_news(scene->ctx, &news);
			mc_release(scene->ctx, &news.chunk);
			igt_assert_eq(drmModeRmFB(scene->card, fb.id), 0);
		}
	}
}

/* More objects than entries: a model of the table. */

struct model {
	uint64_t number[OBJECTS];	/* 0: not in the table */
	unsigned int used[OBJECTS];
	unsigned int clock, count;
	uint64_t newest;
	int pinned;			/* object with an unreleased chunk */
};

static int oldest(const struct model *model)
{
	int i, found = -1;

	for (i = 0; i < OBJECTS; i++)
		if (model->number[i] && i != model->pinned &&
		    (found < 0 || model->used[i] < model->used[found]))
			found = i;
	return found;
}

/* One object at a time can go because it was not used for long. */
static void follow_unused(struct model *model, const struct news *news)
{
	int i;

	igt_assert_lte(news->gone_count, 1);
	if (!news->gone_count)
		return;
	for (i = 0; i < OBJECTS; i++)
		if (model->number[i] == news->gone[0])
			break;
	igt_assert_lt(i, OBJECTS);
	igt_assert(i != model->pinned);
	igt_assert_lt(MAX_UNUSED, model->clock - model->used[i]);
	model->number[i] = 0;
	model->count--;
}

/* The picture of @object has come; updates the model. */
static void follow(struct model *model, int object, const struct news *news)
{
	uint64_t number = news->chunk.event.buffer;

	model->used[object] = ++model->clock;
	if (model->number[object]) {
		igt_assert_eq_u64(number, model->number[object]);
		follow_unused(model, news);
		return;
	}
	igt_assert_lt_u64(model->newest, number);
	model->newest = number;
	if (model->count == TABLE) {
		int evicted = oldest(model);

		igt_assert_eq_u32(news->gone_count, 1);
		igt_assert_eq_u64(news->gone[0], model->number[evicted]);
		model->number[evicted] = 0;
	} else {
		igt_assert_eq_u32(news->gone_count, 0);
		model->count++;
	}
	model->number[object] = number;
}

struct zoo {
	struct mc_scene *scene;
	struct mc_fb *fb[OBJECTS];
	struct model model;
};

static void zoo_begin(struct zoo *zoo)
{
	struct news news;
	int i;

	memset(zoo, 0, sizeof(*zoo));
	zoo->scene = mc_scene_direct(WIDTH, HEIGHT);
	zoo->model.pinned = -1;
	zoo->fb[0] = zoo->scene->fb[0];
	for (i = 1; i < OBJECTS; i++)
		zoo->fb[i] = mc_fb(zoo->scene->card, WIDTH, HEIGHT,
				   DRM_FORMAT_XRGB8888);
	take_news(zoo->scene->ctx, &news);
	follow(&zoo->model, 0, &news);
	mc_release(zoo->scene->ctx, &news.chunk);
}

static void zoo_show(struct zoo *zoo, int object, struct news *news)
{
	mc_show(zoo->scene->kms, zoo->fb[object], NULL, 0);
	take_news(zoo->scene->ctx, news);
	follow(&zoo->model, object, news);
}

static void test_least_recently_used(void)
{
	unsigned int i, flips = flips_wanted();
	struct drm_miracast_buffer info;
	uint32_t seed = 7;
	struct zoo zoo;

	zoo_begin(&zoo);
	for (i = 0; i < flips; i++) {
		/* Some objects are used more than others. */
		int object = mc_random(&seed) % (mc_random(&seed) % 2 ?
						 OBJECTS : 8);
		struct news news;

		zoo_show(&zoo, object, &news);
		mc_expect(mc_get_buffer_errno(zoo.scene->ctx->fd,
					      news.chunk.event.buffer, &info),
			  0);
		mc_close(info.fds[0]);
		if (news.gone_count)
			mc_expect(mc_get_buffer_errno(zoo.scene->ctx->fd,
						      news.gone[0], &info),
				  -ESTALE);
		mc_release(zoo.scene->ctx, &news.chunk);
	}
	mc_expect(mc_get_buffer_errno(zoo.scene->ctx->fd, zoo.model.newest + 1,
				      &info), -ENOENT);
}

/*
 * The buffers of a client that has ended leave the table; one that is on the screen
 * again and again stays.
 */
static void test_unused(void)
{
	struct drm_miracast_buffer info;
	uint64_t numbers[OBJECTS];
	struct news news;
	struct zoo zoo;
	int i, fd;

	zoo_begin(&zoo);
	fd = zoo.scene->ctx->fd;
	for (i = 1; i < 8; i++) {
		zoo_show(&zoo, i, &news);
		mc_release(zoo.scene->ctx, &news.chunk);
	}
	memcpy(numbers, zoo.model.number, sizeof(numbers));
	for (i = 0; i < MAX_UNUSED + TABLE + 8; i++) {
		zoo_show(&zoo, i % 2, &news);
		mc_release(zoo.scene->ctx, &news.chunk);
	}
	igt_assert_eq_u32(zoo.model.count, 2);
	for (i = 0; i < 8; i++) {
		igt_assert_eq_u64(zoo.model.number[i], i < 2 ? numbers[i] : 0);
		mc_expect(mc_get_buffer_errno(fd, numbers[i], &info),
			  i < 2 ? 0 : -ESTALE);
		if (i < 2)
			mc_close(info.fds[0]);
	}
	/* It comes back as another buffer. */
	zoo_show(&zoo, 5, &news);
	igt_assert_lt_u64(numbers[7], news.chunk.event.buffer);
	mc_release(zoo.scene->ctx, &news.chunk);
}

/* More objects than entries pass through the table; one that the owner holds stays. */
static void test_unreleased_stays(void)
{
	struct drm_miracast_buffer info;
	struct mc_chunk held;
	struct news news;
	struct zoo zoo;
	int i, fd, shown = 1;

	zoo_begin(&zoo);
	fd = zoo.scene->ctx->fd;
	zoo_show(&zoo, shown, &news);
	held = news.chunk;
	zoo.model.pinned = 1;
	for (i = 2; i < 2 + 2 * OBJECTS; i++) {
		if (i % OBJECTS == zoo.model.pinned)
			continue;
		shown = i % OBJECTS;
		zoo_show(&zoo, shown, &news);
		mc_release(zoo.scene->ctx, &news.chunk);
		mc_expect(mc_get_buffer_errno(fd, held.event.buffer, &info), 0);
		mc_close(info.fds[0]);
	}
	/* It was drawn over long ago, so it is revoked, and its damage comes again. */
	mc_expect(mc_try_release(zoo.scene->ctx, &held), MC_REVOKED);
	zoo.model.pinned = -1;
	take_news(zoo.scene->ctx, &news);
	follow(&zoo.model, shown, &news);
	mc_release(zoo.scene->ctx, &news.chunk);
	zoo_show(&zoo, 0, &news);
	mc_release(zoo.scene->ctx, &news.chunk);
	for (i = 2; i < OBJECTS; i++) {
		zoo_show(&zoo, i, &news);
		mc_release(zoo.scene->ctx, &news.chunk);
	}
	igt_assert_eq_u64(zoo.model.number[1], 0);
	mc_expect(mc_get_buffer_errno(fd, held.event.buffer, &info), -ESTALE);
}

/*
 * An owner that releases chunks before it reads their events, by guessing numbers. Events
 * wait, also those of buffers that are gone; none may get lost.
 */

struct book {
	uint8_t seen[512], gone[512];
	unsigned int seen_count, gone_count;
	uint64_t next_frame, newest;
};

/* The slot of a picture is free when it is released and its event was read. */
static void release_unread(struct mc_ctx *ctx, struct book *book)
{
	uint64_t buffer, frame;

	for (frame = book->next_frame; frame < book->next_frame + 2; frame++) {
		for (buffer = 1; buffer <= book->newest + 2; buffer++) {
			if (mc_release_errno(ctx->fd, buffer, frame))
				continue;
			book->next_frame = frame + 1;
			if (buffer > book->newest)
				book->newest = buffer;
			return;
		}
	}
}

static void note_seen(struct book *book, uint64_t number)
{
	igt_assert_lt_u64(number, ARRAY_SIZE(book->seen));
	book->seen_count += !book->seen[number];
	book->seen[number] = 1;
	igt_assert_f(!book->gone[number], "buffer %u has come back\n",
		     (unsigned int)number);
}

static void read_all(struct mc_ctx *ctx, struct book *book, int timeout_ms)
{
	const struct drm_miracast_event *event;
	struct mc_message message;
	struct mc_chunk chunk;

	while ((event = mc_next_event(ctx, timeout_ms))) {
		if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
			mc_parse_chunk(event, &chunk);
			note_seen(book, chunk.event.buffer);
			book->next_frame = chunk.event.chunk_id + 1;
			mc_try_release(ctx, &chunk);
			continue;
		}
		mc_parse_message(event, &message);
		igt_assert_eq_u32(message.event.code,
				  DRM_MIRACAST_MSG_BUFFER_GONE);
		igt_assert_lt_u64(message.gone.buffer,
				  ARRAY_SIZE(book->gone));
		igt_assert_f(!book->gone[message.gone.buffer],
			     "buffer %u is gone twice\n",
			     (unsigned int)message.gone.buffer);
		book->gone[message.gone.buffer] = 1;
		book->gone_count++;
	}
}

static void test_gone_not_lost(void)
{
	struct drm_miracast_buffer info;
	struct book book = {};
	unsigned int i, number;
	struct zoo zoo;
	int fd;

	zoo_begin(&zoo);
	fd = zoo.scene->ctx->fd;
	book.newest = zoo.model.newest;
	book.next_frame = 2;
	note_seen(&book, zoo.model.newest);
	for (i = 1; i < 8 * OBJECTS; i++) {
		/* Which pictures find a slot repeats with the reads. */
		mc_show(zoo.scene->kms, zoo.fb[i % (OBJECTS - 1)], NULL, 0);
		release_unread(zoo.scene->ctx, &book);
		if (i % 4 == 0)
			read_all(zoo.scene->ctx, &book, 0);
	}
	read_all(zoo.scene->ctx, &book, MC_QUIET_MS);
	/* What was announced to the owner is there, or reported as gone. */
	for (number = 1; number < ARRAY_SIZE(book.seen); number++) {
		int ret = mc_get_buffer_errno(fd, number, &info);

		if (!ret)
			mc_close(info.fds[0]);
		if (book.seen[number])
			mc_expect_f(ret, book.gone[number] ? -ESTALE : 0,
				    "buffer %u", number);
		igt_assert(book.seen[number] || !book.gone[number]);
	}
	igt_info("%u buffers, %u of them are gone\n", book.seen_count,
		 book.gone_count);
	igt_assert_lte(10, book.gone_count);
	igt_assert_lte(book.seen_count - book.gone_count, TABLE);
}

/* Read all there is; returns how many of the numbers up to @count are gone, once each. */
static unsigned int count_gone(struct mc_ctx *ctx, unsigned int count)
{
	const struct drm_miracast_event *event;
	bool gone[TABLE + 2] = {};
	struct mc_message message;
	unsigned int found = 0;

	igt_assert_lt(count, ARRAY_SIZE(gone));
	while ((event = mc_next_event(ctx, MC_QUIET_MS))) {
		if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
			continue;
		mc_parse_message(event, &message);
		if (message.event.code != DRM_MIRACAST_MSG_BUFFER_GONE)
			continue;
		igt_assert_lte_u64(message.gone.buffer, count);
		igt_assert_f(!gone[message.gone.buffer], "buffer %llu is gone twice\n",
			     (unsigned long long)message.gone.buffer);
		gone[message.gone.buffer] = true;
		found++;
	}
	return found;
}

/* An entry is used again, and then a mode set ends its new number, too, before anybody reads. */
static void test_gone_at_mode_set(void)
{
	drmModeModeInfo slower = mc_make_mode(WIDTH, HEIGHT, 50000);
	struct news news;
	struct zoo zoo;
	int i;

	zoo_begin(&zoo);
	for (i = 1; i < TABLE; i++) {
		zoo_show(&zoo, i, &news);
		mc_release(zoo.scene->ctx, &news.chunk);
	}
	igt_assert_eq_u64(zoo.model.newest, TABLE);
	mc_show(zoo.scene->kms, zoo.fb[TABLE], NULL, 0);
	mc_light(zoo.scene->kms, &slower, zoo.fb[TABLE]);
	igt_assert_eq_u32(count_gone(zoo.scene->ctx, TABLE + 1), TABLE + 1);
}

/* Reads one event of @size bytes and no more. */
static void read_one(struct mc_ctx *ctx, void *bytes, size_t size)
{
	igt_assert(mc_poll(ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_eq(read(ctx->fd, bytes, size), (ssize_t)size);
}

/* Accepts an unread MODE_SET, whose number is one of the next. */
static void accept_unread(struct mc_ctx *ctx, uint64_t after)
{
	uint64_t number;
	int ret = -ENOENT;

	for (number = after + 1; ret && number <= after + 2 * TABLE; number++)
		ret = mc_complete_errno(ctx->fd, number,
					DRM_MIRACAST_COMPLETION_SUCCESS);
	mc_expect(ret, 0);
}

static bool is_gone(const struct drm_miracast_event *event)
{
	struct mc_message message;

	if (event->type != DRM_MIRACAST_EVENT_TYPE_MESSAGE)
		return false;
	mc_parse_message(event, &message);
	return message.event.code == DRM_MIRACAST_MSG_BUFFER_GONE;
}

/*
 * Of two messages of an entry the first is read: until the second is, too, the entry keeps
 * its number. There is no room for a third.
 */
static void test_gone_half_read(void)
{
	drmModeModeInfo slower = mc_make_mode(WIDTH, HEIGHT, 50000);
	struct {
		struct drm_miracast_event_message event;
		struct drm_miracast_message_buffer_gone gone;
	} first;
	struct {
		struct drm_miracast_event_chunk event;
		struct drm_clip_rect clip;
	} last;
	const struct drm_miracast_event *event;
	struct mc_chunk chunk;
	unsigned int gone = 0;
	struct news news;
	uint64_t captured;
	struct zoo zoo;
	int i;

	zoo_begin(&zoo);
	for (i = 1; i < TABLE; i++) {
		zoo_show(&zoo, i, &news);
		mc_release(zoo.scene->ctx, &news.chunk);
	}
	mc_show(zoo.scene->kms, zoo.fb[TABLE], NULL, 0);
	mc_light(zoo.scene->kms, &slower, zoo.fb[TABLE]);
	read_one(zoo.scene->ctx, &first, sizeof(first));
	igt_assert_eq_u32(first.event.code, DRM_MIRACAST_MSG_BUFFER_GONE);
	igt_assert_eq_u64(first.gone.buffer, 1);
	read_one(zoo.scene->ctx, &last, sizeof(last));
	mc_parse_chunk(&last.event.base, &chunk);
	igt_assert_eq_u64(chunk.event.buffer, TABLE + 1);
	mc_expect(mc_try_release(zoo.scene->ctx, &chunk), MC_REVOKED);

	captured = mc_statistics(zoo.scene->ctx).pictures_captured;
	accept_unread(zoo.scene->ctx, first.event.number);
	mc_show(zoo.scene->kms, zoo.fb[0], NULL, 0);
	igt_assert(mc_settle());
	igt_assert_eq_u64(mc_statistics(zoo.scene->ctx).pictures_captured, captured);
	/* Reading makes room, and none of the messages is lost. */
	do {
		event = mc_next_event(zoo.scene->ctx, MC_TIMEOUT_MS);
		igt_assert_f(event, "no chunk came\n");
		gone += is_gone(event);
	} while (event->type != DRM_MIRACAST_EVENT_TYPE_CHUNK);
	mc_parse_chunk(event, &chunk);
	igt_assert_eq_u64(chunk.event.buffer, TABLE + 2);
	igt_assert_eq_u32(gone, TABLE);
	mc_release(zoo.scene->ctx, &chunk);
}

/* Numbers live as long as their mode */

/* The messages of a mode set, in whatever order: MODE_SET, and @count numbers. */
static struct mc_message take_mode_set(struct mc_ctx *ctx, uint64_t *gone,
				       unsigned int count)
{
	struct mc_message message, mode_set = {};
	const struct drm_miracast_event *event;
	unsigned int found = 0;

	while (found < count || !mode_set.event.number) {
		event = mc_next_event(ctx, MC_TIMEOUT_MS);
		igt_assert_f(event, "%u buffers gone, MODE_SET %llu\n", found,
			     (unsigned long long)mode_set.event.number);
		mc_parse_message(event, &message);
		if (message.event.code == DRM_MIRACAST_MSG_MODE_SET) {
			mode_set = message;
			continue;
		}
		igt_assert_eq_u32(message.event.code,
				  DRM_MIRACAST_MSG_BUFFER_GONE);
		igt_assert_lt(found, count);
		gone[found++] = message.gone.buffer;
	}
	return mode_set;
}

static bool among(uint64_t number, const uint64_t *numbers, unsigned int count)
{
	while (count)
		if (numbers[--count] == number)
			return true;
	return false;
}

static void test_new_mode(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(800, 600);
	struct mc_scene *scene = mc_scene_with(mc_card_open(), &limits, 60000);
	drmModeModeInfo small = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct drm_miracast_buffer info;
	struct mc_message mode_set;
	struct mc_chunk chunk[3], first;
	uint64_t gone[3];
	int i, fd = scene->ctx->fd;

	mc_scene_run(scene);
	for (i = 0; i < 3; i++) {
		mc_show(scene->kms, scene->fb[i], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk[i]);
		if (i < 2)
			mc_release(scene->ctx, &chunk[i]);
	}
	mc_light(scene->kms, &small, scene->fb[0]);
	mode_set = take_mode_set(scene->ctx, gone, 3);
	igt_assert_eq_u32(mode_set.mode_set.fourcc, 0);
	igt_assert_eq_u32(mode_set.mode_set.pitch, 0);
	for (i = 0; i < 3; i++)
		igt_assert(among(chunk[i].event.buffer, gone, 3));
	/* The mode set has revoked the owner's buffers. */
	mc_expect(mc_try_release(scene->ctx, &chunk[2]), MC_REVOKED);
	mc_expect(mc_try_release(scene->ctx, &chunk[2]), -ENOENT);
	mc_expect(mc_complete_errno(fd, mode_set.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	mc_wait_chunk(scene->ctx, &first);
	igt_assert(first.event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	mc_release(scene->ctx, &first);
	for (i = 0; i < 3; i++) {
		igt_assert_lt_u64(chunk[i].event.buffer, first.event.buffer);
		mc_expect_f(mc_get_buffer_errno(fd, chunk[i].event.buffer,
						&info), -ESTALE,
			    "old buffer %d", i);
	}
	igt_assert_eq_u64(mc_statistics(scene->ctx).pictures_revoked, 1);
}

static void test_new_session(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk old, chunk;

	mc_wait_chunk(scene->ctx, &old);
	mc_stop(scene->ctx);
	mc_forget_events(scene->ctx);
	mc_start(scene->ctx);
	mc_expect(mc_try_release(scene->ctx, &old), -ESTALE);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, old.event.buffer, &info),
		  -ESTALE);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_lt_u64(old.event.buffer, chunk.event.buffer);
	igt_assert_lt_u64(old.event.chunk_id, chunk.event.chunk_id);
	mc_assert_chunk(scene->ctx, &chunk, seen, "new session");
	mc_release(scene->ctx, &chunk);
}

/* The client is done with an object that the table still names. */
static void test_client_is_done(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_picture *seen;
	struct mc_chunk chunk;

	mc_fb_paint(scene->fb[1], NULL, 77);
	seen = mc_fb_seen(scene->fb[1], 0, 0, WIDTH, HEIGHT);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, "shown");
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_fb_free(scene->fb[1]);
	/* The number is no longer valid; the memory that it named is still there. */
	mc_assert_chunk(scene->ctx, &chunk, seen, "freed by the client");
}

const struct mc_subtest mc_direct_table[] = {
	{ "new-framebuffers",
	  "A new framebuffer on the same memory for every flip makes no new buffer.",
	  test_new_framebuffers },
	{ "key",
	  "Size, offset, pitch and format of a framebuffer make another buffer.",
	  test_key },
	{ "least-recently-used",
	  "The seventeenth buffer takes the place of the least recently used.",
	  test_least_recently_used },
	{ "unused-goes",
	  "A buffer that is in none of 64 pictures leaves the table.", test_unused },
	{ "unreleased-stays",
	  "A buffer that the owner has a chunk in is not given up.",
	  test_unreleased_stays },
	{ "gone-not-lost",
	  "Each buffer that goes is announced once, also to a slow reader.",
	  test_gone_not_lost },
	{ "gone-at-mode-set",
	  "Of a buffer and of the one before it in its entry, both unread, none gets lost.",
	  test_gone_at_mode_set },
	{ "gone-half-read",
	  "An entry is not used again before both of its messages are read.",
	  test_gone_half_read },
	{ "new-mode",
	  "A new mode takes unreleased chunks back and gives new numbers.",
	  test_new_mode },
	{ "new-session", "A session's buffers do not outlive it.",
	  test_new_session },
	{ "client-is-done",
	  "A buffer's memory stays as long as the owner has it mapped.",
	  test_client_is_done },
	{}
};

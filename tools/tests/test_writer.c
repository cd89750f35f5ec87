// SPDX-License-Identifier: MIT
/* Writer threads: pace, limits, demands, and outputs that are slow or fail. */
#include <drm_fourcc.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "harness.h"
#include "writer.h"

#define MS	1000	/* microseconds, for usleep() */
#define SIZE	4

static struct store store;
static uint64_t last_serial;
static unsigned int delay_us;
static int result;

static int record(struct writer *writer, const struct mc_picture *picture)
{
	(void)writer;
	last_serial = picture->serial;
	if (delay_us)
		usleep(delay_us);
	return result;
}

static void begin(void)
{
	if (store_init(&store) || store_mode(&store, SIZE, SIZE, 100000))
		_exit(1);
	delay_us = 0;
	result = 0;
	last_serial = 0;
}

/* A chunk is read; the caller chooses the result of its release. */
static int read_chunk(uint32_t size, uint32_t flags)
{
	static const uint32_t pixels[SIZE * SIZE];
	struct mc_buffer buffer = {
		.info.fourcc = DRM_FORMAT_XRGB8888,
		.info.width = size,
		.info.height = size,
		.info.planes[0].pitch = size * sizeof(*pixels),
		.maps[0] = (const uint8_t *)pixels,
	};
	struct mc_event event = {
		.chunk.base.flags = flags,
		.chunk.width = size,
		.chunk.height = size,
	};
	uint64_t damaged;

	return store_apply(&store, &event, &buffer, &damaged);
}

static void show(void)
{
	if (read_chunk(SIZE, DRM_MIRACAST_CHUNK_FLAG_FULL))
		_exit(1);
	store_settle(&store);
}

static struct writer start(enum writer_pace pace)
{
	return (struct writer){
		.store = &store, .pace = pace, .write = record,
	};
}

static uint64_t written(const struct writer *writer)
{
	uint64_t count;

	pthread_mutex_lock(&store.lock);
	count = writer->written;
	pthread_mutex_unlock(&store.lock);
	return count;
}

/* On a busy machine a thread may take its time. */
static bool await_written(const struct writer *writer, uint64_t count)
{
	int tries = 500;

	while (written(writer) < count && tries--)
		usleep(10 * MS);
	return written(writer) == count;
}

static void check_constant(void)
{
	struct writer writer = start(WRITER_CONSTANT_RATE);
	uint64_t end_ns;

	begin();
	writer_start(&writer);
	usleep(20 * MS);
	check(!written(&writer), "no frame before the first picture");
	show();
	usleep(100 * MS);
	end_ns = store.begin_ns + 200 * NS_PER_MS;
	store_end(&store, end_ns);
	writer_join(&writer);
	check(writer.written == 20 && writer.repeated == 19,
	      "100 Hz for 0.2 s are 20 frames, 19 of them repeated");
	check(clock_ns() >= end_ns - 10 * NS_PER_MS, "and they took that long");
	store_fini(&store);
}

/* The end is reported late, as by a main thread that was busy. */
static void check_length(void)
{
	struct writer writer = start(WRITER_CONSTANT_RATE);

	begin();
	store.length_ns = 200 * NS_PER_MS;
	writer_start(&writer);
	show();
	usleep(400 * MS);
	store_end(&store, store.begin_ns + store.length_ns);
	writer_join(&writer);
	check(writer.written == 20, "no frame beyond the length, however late the end");
	store_fini(&store);
}

static void check_slow(void)
{
	struct writer writer = start(WRITER_CONSTANT_RATE);
	uint64_t began_ns = clock_ns();
	uint64_t frames;

	begin();
	writer.limit = 3;
	delay_us = 1800 * MS;
	writer_start(&writer);
	show();
	while (!writer_done(&writer))
		usleep(10 * MS);
	writer_join(&writer);
	/* At 100 Hz. On a busy machine each takes longer, and more are late. */
	frames = (clock_ns() - began_ns) / (10 * NS_PER_MS);
	check(writer.written == 3 && writer.dropped >= 300 &&
	      writer.dropped <= frames, "what is more than 3 s late is dropped");
	store_fini(&store);
}

static void check_every(void)
{
	struct writer writer = start(WRITER_EVERY_PICTURE);

	begin();
	writer_start(&writer);
	show();
	await_written(&writer, 1);
	pthread_mutex_lock(&store.lock);
	store.picture.serial += 2;
	pthread_mutex_unlock(&store.lock);
	store_end(&store, clock_ns());
	writer_join(&writer);
	check(writer.written == 2 && last_serial == 3,
	      "a slow writer leaves pictures out, but not the last");
	store_fini(&store);
}

static void check_demand(void)
{
	struct writer writer = start(WRITER_ON_DEMAND);

	begin();
	writer_start(&writer);
	writer_demand(&writer);
	usleep(20 * MS);
	check(!written(&writer), "a demand waits for the first picture");
	show();
	check(await_written(&writer, 1), "then it is met");
	show();
	store_end(&store, clock_ns());
	writer_join(&writer);
	check(writer.written == 2 && last_serial == 2, "the last is written too");
	store_fini(&store);
}

static void check_armed(void)
{
	struct writer writer = start(WRITER_EVERY_PICTURE);

	begin();
	store.armed = true;
	writer_start(&writer);
	show();
	usleep(50 * MS);
	check(!written(&writer), "an armed sequence does not begin by itself");
	store_begin(&store);
	check(await_written(&writer, 1), "it begins when it is asked to");
	store_end(&store, clock_ns());
	writer_join(&writer);
	store_fini(&store);
}

static void check_torn(void)
{
	struct writer writer = start(WRITER_EVERY_PICTURE);

	begin();
	writer_start(&writer);
	read_chunk(SIZE, DRM_MIRACAST_CHUNK_FLAG_FULL);
	usleep(50 * MS);
	check(!written(&writer), "what is not released yet is not written");
	store_settle(&store);
	check(await_written(&writer, 1), "what was released is");
	read_chunk(SIZE, 0);
	store_lose(&store);
	check(read_chunk(SIZE, 0) == -ESTALE, "a part does not mend what was torn");
	usleep(50 * MS);
	check(written(&writer) == 1, "what was torn is not written");
	show();
	check(await_written(&writer, 2), "a full picture is");
	store_end(&store, clock_ns());
	writer_join(&writer);
	store_fini(&store);
}

static void check_mode(void)
{
	struct writer writer = start(WRITER_ON_DEMAND);

	begin();
	writer_start(&writer);
	show();
	check(!store_mode(&store, SIZE / 2, SIZE / 2, 100000) &&
	      store.picture.width == SIZE && store.picture.serial == 1,
	      "until a mode's first picture the old one stands");
	check(read_chunk(SIZE / 2, 0) == -ESTALE &&
	      !read_chunk(SIZE / 2, DRM_MIRACAST_CHUNK_FLAG_FULL) &&
	      store.picture.width == SIZE / 2 && store.picture.serial == 2,
	      "which has to be full");
	check(!store_mode(&store, SIZE, SIZE, 100000) &&
	      !store_mode(&store, SIZE / 2, SIZE / 2, 100000) &&
	      !read_chunk(SIZE / 2, 0), "a mode without a picture leaves nothing");
	store_settle(&store);
	store_end(&store, clock_ns());
	writer_join(&writer);
	check(last_serial == 3, "the last picture is written");
	store_fini(&store);
}

static void check_failure(void)
{
	struct writer writer = start(WRITER_EVERY_PICTURE);

	begin();
	result = -EPIPE;
	writer_start(&writer);
	show();
	while (!writer_done(&writer))
		usleep(10 * MS);
	writer_join(&writer);
	check(writer.error == -EPIPE && !writer.written, "a failure ends it");
	store_fini(&store);
}

static void check_nothing(void)
{
	struct writer video = start(WRITER_CONSTANT_RATE);
	struct writer file = start(WRITER_ON_DEMAND);

	begin();
	writer_start(&video);
	writer_start(&file);
	store_end(&store, clock_ns());
	writer_join(&video);
	writer_join(&file);
	check(!video.written && !file.written, "no picture, no files");
	store_fini(&store);
}

int main(void)
{
	check_constant();
	check_length();
	check_slow();
	check_every();
	check_demand();
	check_armed();
	check_torn();
	check_mode();
	check_failure();
	check_nothing();
	return check_result();
}

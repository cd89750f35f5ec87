// SPDX-License-Identifier: MIT
/*
 * miracastsrc: pictures in buffers that are not the driver's: framebuffers of a compositor
 * (DIRECT), and dma-bufs of downstream.
 */
#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "srcbench.h"

/* --- DIRECT ----------------------------------------------------------------------- */

static void begin_direct(struct bench *bench, guint32 fourcc, const gchar *caps)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_DIRECT, 0);

	fake_add_buffer(fake, 1, fourcc, 2 * WIDTH, 2 * HEIGHT);
	bench_begin(bench, fake, caps);
}

static void send_crop(struct fake *fake)
{
	struct fake_chunk chunk;

	fake_chunk(fake, &chunk, 1);
	chunk.chunk.width = WIDTH;
	chunk.chunk.height = HEIGHT;
	chunk.chunk.src_x = 10;
	chunk.chunk.src_y = 6;
	fake_send_chunk(fake, &chunk);
}

static void check_direct(void)
{
	struct bench bench;
	GstVideoRegionOfInterestMeta *region;
	GstVideoCropMeta *crop;
	GstVideoMeta *layout;
	GstVideoInfo info;
	GstBuffer *buffer;

	begin_direct(&bench, DRM_FORMAT_XBGR8888, NULL);
	bench_play(&bench);
	check(bench_set_mode(&bench), "a mode of DIRECT is accepted before its format is known");
	fake_paint(bench.fake, 1, 11, 8, 0x445566);
	send_crop(bench.fake);
	buffer = bench_pull(&bench);
	bench_info(&bench, &info);
	layout = gst_buffer_get_video_meta(buffer);
	check(GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_RGBx &&
		      gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)),
	      "its pictures are dma-bufs, of the compositor's format");
	check(layout->offset[0] == 6 * 512 + 40 && layout->width == WIDTH &&
		      is_painted(buffer, &info, 1, 2, 0x445566),
	      "a part of a framebuffer begins where it is");
	gst_buffer_unref(buffer);
	bench_end(&bench);

	begin_direct(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_CROP_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	send_crop(bench.fake);
	buffer = bench_pull(&bench);
	crop = gst_buffer_get_video_crop_meta(buffer);
	layout = gst_buffer_get_video_meta(buffer);
	check(crop && crop->x == 10 && crop->y == 6 && crop->width == WIDTH &&
		      crop->height == HEIGHT && layout->width == 2 * WIDTH && !layout->offset[0],
	      "or is cropped by whoever can");
	region = gst_buffer_get_video_region_of_interest_meta_id(buffer, 0);
	check(region && region->x == 18 && region->y == 10, "its damage is where it is, too");
	gst_buffer_unref(buffer);
	bench_end(&bench);

	begin_direct(&bench, DRM_FORMAT_XRGB8888, "video/x-raw");
	bench_play(&bench);
	check(fake_refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "who wants memory gets none of DIRECT");
	bench_end(&bench);

	begin_direct(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	bench.fake->buffers[0].info.modifier = I915_FORMAT_MOD_X_TILED;
	send_crop(bench.fake);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_STREAM_ERROR_FORMAT) &&
		      FAKE_REACHES(bench.fake, released, 1),
	      "and nobody gets what is tiled");
	bench_end(&bench);
}

/* --- Buffers of downstream's ------------------------------------------------------ */

/* A pool of memfds that are taken for dma-bufs. */
#define TEST_TYPE_POOL (test_pool_get_type())
G_DECLARE_FINAL_TYPE(TestPool, test_pool, TEST, POOL, GstBufferPool)

struct _TestPool {
	GstBufferPool parent;
	GstAllocator *allocator;
	guint most; /* buffers; 0: any number */
	gint returned;
};

G_DEFINE_TYPE(TestPool, test_pool, GST_TYPE_BUFFER_POOL)

static GstFlowReturn test_pool_alloc(GstBufferPool *base, GstBuffer **buffer,
				     GstBufferPoolAcquireParams *params)
{
	gsize size = WIDTH * HEIGHT * 4;
	int fd = memfd_create("downstream", MFD_CLOEXEC);

	(void)params;
	if (fd < 0 || ftruncate(fd, (off_t)size))
		return GST_FLOW_ERROR;
	*buffer = gst_buffer_new();
	gst_buffer_append_memory(*buffer, gst_dmabuf_allocator_alloc(TEST_POOL(base)->allocator, fd,
								     size));
	return GST_FLOW_OK;
}

static gboolean test_pool_set_config(GstBufferPool *base, GstStructure *config)
{
	guint most = TEST_POOL(base)->most, size, min;
	GstCaps *caps;

	if (most) {
		gst_buffer_pool_config_get_params(config, &caps, &size, &min, NULL);
		gst_buffer_pool_config_set_params(config, caps, size, min, most);
	}
	return GST_BUFFER_POOL_CLASS(test_pool_parent_class)->set_config(base, config);
}

static void test_pool_reset(GstBufferPool *base, GstBuffer *buffer)
{
	g_atomic_int_inc(&TEST_POOL(base)->returned);
	GST_BUFFER_POOL_CLASS(test_pool_parent_class)->reset_buffer(base, buffer);
}

static void test_pool_finalize(GObject *object)
{
	gst_object_unref(TEST_POOL(object)->allocator);
	G_OBJECT_CLASS(test_pool_parent_class)->finalize(object);
}

static void test_pool_class_init(TestPoolClass *class)
{
	G_OBJECT_CLASS(class)->finalize = test_pool_finalize;
	GST_BUFFER_POOL_CLASS(class)->alloc_buffer = test_pool_alloc;
	GST_BUFFER_POOL_CLASS(class)->set_config = test_pool_set_config;
	GST_BUFFER_POOL_CLASS(class)->reset_buffer = test_pool_reset;
}

static void test_pool_init(TestPool *pool)
{
	pool->allocator = gst_dmabuf_allocator_new();
}

static struct fake *new_owned(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_XRGB8888);

	fake->info.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	return fake;
}

static guint returned(struct bench *bench)
{
	return (guint)g_atomic_int_get(&TEST_POOL(bench->pool)->returned);
}

static void check_owned(void)
{
	struct drm_miracast_message_stopped stopped = { .cause = DRM_MIRACAST_CAUSE_OWNER };
	struct bench bench;
	GstEvent *event;
	GstVideoInfo info;
	GstBuffer *buffer;

	bench_begin(&bench, new_owned(), NULL);
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	bench_play(&bench);
	check(bench_set_mode(&bench) && bench.fake->owned_count == 3,
	      "downstream's dma-bufs are given to the driver");
	check(bench.fake->buffers[2].info.planes[0].pitch == WIDTH * 4, "with their layout");
	fake_paint(bench.fake, 3, 2, 1, 0x778899);
	fake_send_picture(bench.fake, 3);
	buffer = bench_pull(&bench);
	bench_info(&bench, &info);
	check(gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)) &&
		      is_painted(buffer, &info, 2, 1, 0x778899),
	      "and pictures come in them");
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, released) == 1, "until they are released");
	check(bench_set_mode(&bench) && bench.fake->owned_count == 3, "the next mode has its own");
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	check(fake_accepted(bench.fake, fake_mode_set(bench.fake, WIDTH / 2, HEIGHT / 2, 60000)),
	      "also one of another size, of the same pool");
	bench_end(&bench);

	bench_begin(&bench, new_owned(), NULL);
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	TEST_POOL(bench.pool)->most = 3;
	bench_play(&bench);
	check(bench_set_mode(&bench), "a pool may have no more than are needed");
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	check(bench_set_mode(&bench), "also for the next mode");
	bench_end(&bench);

	bench_begin(&bench, new_owned(), NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	bench_play(&bench);
	check(bench_set_mode(&bench), "a session that is another's has downstream's buffers, too");
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(!returned(&bench), "and keeps them while it goes on");
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(bench_set_mode(&bench) && returned(&bench) == 3, "until it has others");
	bench.fake->state = DRM_MIRACAST_STATE_CREATED;
	fake_message(bench.fake, DRM_MIRACAST_MSG_STOPPED, FALSE, &stopped, sizeof(stopped));
	event = bench_await_event(&bench, GST_EVENT_EOS);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(event && returned(&bench) == 6, "or is over");
	gst_clear_event(&event);
	bench_end(&bench);

	bench_begin(&bench, new_owned(), NULL);
	bench_play(&bench);
	check(fake_refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "without a pool there is no mode");
	bench_end(&bench);

	bench_begin(&bench, new_owned(), NULL);
	bench.pool = gst_buffer_pool_new();
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	bench_play(&bench);
	check(fake_refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "nor with one of memory");
	bench_end(&bench);

	bench_begin(&bench, new_owned(), NULL);
	bench.fake->set_buffers_error = -EINVAL;
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	bench_play(&bench);
	check(fake_refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "nor with one that the driver does not take");
	bench_end(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_direct();
	check_owned();
	gst_deinit();
	return check_result();
}

// SPDX-License-Identifier: MIT
/*
 * miracastsrc: pictures of buffers that the driver copies to: their caps, pixels, metas and
 * times, and what becomes of buffers that are kept, wrong or gone.
 */
#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>
#include <stdio.h>
#include <string.h>

#include "chunkmeta.h"
#include "harness.h"
#include "srcbench.h"

static void check_caps(guint32 fourcc, const gchar *expected)
{
	struct bench bench;
	GstCaps *caps, *wanted = gst_caps_from_string(expected);
	gchar *text;

	bench_begin_copy(&bench, fourcc, NULL);
	bench_play(&bench);
	check(bench_set_mode(&bench), "a mode is accepted");
	caps = gst_pad_get_current_caps(bench.out->sinkpad);
	text = caps ? gst_caps_to_string(caps) : NULL;
	printf("# %s\n", text ? text : "none");
	check(caps && gst_caps_is_subset(caps, wanted) && gst_caps_is_fixed(caps),
	      "and its caps say all of it");
	g_free(text);
	gst_clear_caps(&caps);
	gst_caps_unref(wanted);
	bench_end(&bench);
}

static void check_metas(GstBuffer *buffer)
{
	const GstStructure *meta = chunk_meta(buffer);
	GstVideoRegionOfInterestMeta *region;
	gpointer state = NULL;
	guint64 id = 0, vblank = 0, commit = 0;
	guint skipped = 0, count = 0;

	while ((region = (GstVideoRegionOfInterestMeta *)gst_buffer_iterate_meta_filtered(
			buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)))
		count += region->x == 8 && region->y == 4 && region->w == 16 && region->h == 16 &&
			 region->roi_type == g_quark_from_static_string(CHUNK_DAMAGE);
	check(count == 1, "its damage is a region of interest");
	check(meta && gst_structure_get_uint64(meta, "chunk-id", &id) && id == 1 &&
		      gst_structure_get_uint64(meta, "vblank-time", &vblank) &&
		      gst_structure_get_uint64(meta, "commit-time", &commit) &&
		      vblank == commit + 2000000 &&
		      gst_structure_get_uint(meta, "skipped", &skipped) && skipped == 2,
	      "what the driver says of it comes along");
}

static void check_picture(guint32 fourcc, const gchar *filter, gboolean dmabuf)
{
	struct bench bench;
	struct fake_chunk chunk;
	GstBuffer *buffer, *copy;
	GstVideoMeta *layout;
	GstVideoInfo info;
	GstClockTime base, running;

	bench_begin_copy(&bench, fourcc, filter);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_paint(bench.fake, 2, 9, 5, fourcc == DRM_FORMAT_NV12 ? 77 : 0x123456);
	fake_chunk(bench.fake, &chunk, 2);
	chunk.chunk.skipped = 2;
	fake_send_chunk(bench.fake, &chunk);
	buffer = bench_pull(&bench);
	bench_info(&bench, &info);
	layout = gst_buffer_get_video_meta(buffer);
	check(layout && layout->stride[0] == 256 && layout->width == WIDTH &&
		      layout->height == HEIGHT,
	      "a picture comes with its layout");
	check(is_painted(buffer, &info, 9, 5, fourcc == DRM_FORMAT_NV12 ? 77 : 0x123456),
	      "and its pixels");
	check(gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)) == dmabuf,
	      dmabuf ? "as a dma-buf" : "in memory");
	base = gst_element_get_base_time(bench.src);
	running = chunk.chunk.vblank_time_ns - base;
	check(GST_BUFFER_PTS(buffer) == running,
	      "its time is that of the vblank, to the nanosecond");
	check_metas(buffer);
	check(FAKE_GET(bench.fake, released) == 0, "it is not released while somebody has it");
	copy = gst_buffer_copy(buffer);
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, released) == 0, "or has a copy of it that shares its memory");
	check(is_painted(copy, &info, 9, 5, fourcc == DRM_FORMAT_NV12 ? 77 : 0x123456) &&
		      chunk_meta(copy),
	      "which is as good");
	gst_buffer_unref(copy);
	check(FAKE_GET(bench.fake, released) == 1, "and is released then");
	check(bench_counter(&bench, "pictures") == 1 && bench_counter(&bench, "skipped") == 2,
	      "all is counted");
	bench_end(&bench);
}

/* Downstream knows nothing of layouts. */
static void check_plain(guint32 fourcc, guint width, gboolean copied)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, fourcc);
	struct bench bench;
	GstVideoInfo info;
	GstBuffer *buffer;
	GstMapInfo map;

	fake_add_buffer(fake, 1, fourcc, width, HEIGHT);
	bench_begin(&bench, fake, NULL);
	bench_play(&bench);
	check(fake_accepted(fake, fake_mode_set(fake, width, HEIGHT, 60000)), "a mode is accepted");
	fake_paint(fake, 1, 3, 2, fourcc == DRM_FORMAT_NV12 ? 99 : 0xabcdef);
	fake_send_picture(fake, 1);
	buffer = bench_pull(&bench);
	bench_info(&bench, &info);
	gst_buffer_map(buffer, &map, GST_MAP_READ);
	check(map.size == GST_VIDEO_INFO_SIZE(&info), "the size is what all expect");
	if (fourcc == DRM_FORMAT_NV12)
		check(map.data[2 * GST_VIDEO_INFO_PLANE_STRIDE(&info, 0) + 3] == 99,
		      "and a pixel where it is expected");
	else
		check(map.data[(2 * width + 3) * 4] == 0xef, "and a pixel where it is expected");
	gst_buffer_unmap(buffer, &map);
	check(FAKE_GET(fake, released) == (guint64)copied,
	      copied ? "it is a copy" : "without a copy");
	gst_buffer_unref(buffer);
	check(FAKE_GET(fake, released) == 1, "the chunk is released");
	bench_end(&bench);
}

/* As an encoder that looks ahead. */
static void check_hoarding(void)
{
	GstBuffer *hoard[40] = { NULL };
	gboolean good = TRUE;
	struct bench bench;
	GstVideoInfo info;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	for (guint nth = 0; nth < G_N_ELEMENTS(hoard); nth++) {
		guint64 number = MIN(nth + 1, 3);

		fake_paint(bench.fake, number, 7, 3, 1000 + nth);
		fake_send_picture(bench.fake, number);
		hoard[nth] = bench_pull(&bench);
	}
	check(FAKE_GET(bench.fake, unreleased) == 2,
	      "who keeps all pictures leaves a buffer to the driver");
	bench_info(&bench, &info);
	for (guint nth = 0; nth < G_N_ELEMENTS(hoard); nth++)
		good &= hoard[nth] && is_painted(hoard[nth], &info, 7, 3, 1000 + nth) &&
			chunk_meta(hoard[nth]);
	check(good, "and has them, each as it was");
	for (guint nth = 0; nth < G_N_ELEMENTS(hoard); nth++)
		gst_clear_buffer(&hoard[nth]);
	check(FAKE_GET(bench.fake, released) == G_N_ELEMENTS(hoard), "all are released");
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	bench.pool_min = 3;
	bench_play(&bench);
	bench_set_mode(&bench);
	check(bench_await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_NO_SPACE_LEFT),
	      "a device that keeps as many as there are is worth a warning");
	bench_end(&bench);
}

static void check_parts(void)
{
	struct bench bench;
	struct fake_chunk chunk;
	GstBuffer *buffer;
	guint parts = 0, regions;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_chunk(bench.fake, &chunk, 1);
	chunk.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(5, 1);
	fake_send_chunk(bench.fake, &chunk);
	chunk.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(5, 0);
	chunk.chunk.clip_count = DRM_MIRACAST_MAX_CLIPS;
	for (guint nth = 0; nth < DRM_MIRACAST_MAX_CLIPS; nth++)
		chunk.clips[nth] = chunk.clips[0];
	fake_send_chunk(bench.fake, &chunk);
	buffer = bench_pull(&bench);
	regions = gst_buffer_get_n_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE);
	check(gst_structure_get_uint(chunk_meta(buffer), "parts", &parts) && parts == 2 &&
		      regions == 2,
	      "a picture in parts is one; what is too much damage becomes one region");
	gst_buffer_unref(buffer);
	bench_end(&bench);
}

/* A driver that lies does not make anybody read what is not there. */
static void check_lies(void)
{
	struct bench bench;
	GstBuffer *buffer;
	struct fake_chunk chunk;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->buffers[0].info.height = HEIGHT - 1;
	fake_chunk(bench.fake, &chunk, 1);
	chunk.chunk.height = HEIGHT;
	fake_send_chunk(bench.fake, &chunk);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_STREAM_ERROR_FORMAT) &&
		      FAKE_REACHES(bench.fake, released, 1),
	      "a picture larger than its buffer is an error, and released");
	bench_end(&bench);

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	bench.fake->buffers[0].info.planes[0].offset = 1 << 30;
	fake_send_picture(bench.fake, 1);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ) &&
		      FAKE_REACHES(bench.fake, released, 1),
	      "so is one outside of it");
	bench_end(&bench);

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	bench.fake->buffers[0].info.object_count = 99;
	fake_send_picture(bench.fake, 1);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "and one of too many files");
	bench_end(&bench);

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->buffers[0].info.plane_count = 1000;
	fake_send_picture(bench.fake, 1);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "of too many planes, when it is mapped");
	bench_end(&bench);

	bench_begin_lit(&bench, DRM_FORMAT_NV12, NULL);
	bench.fake->buffers[0].info.plane_count = 3;
	bench.fake->buffers[0].info.planes[2].pitch = 256;
	bench.fake->buffers[0].info.planes[2].object = 77;
	fake_send_picture(bench.fake, 1);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "or with one in a file that there is not");
	bench_end(&bench);

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->buffers[0].error = -ESTALE;
	fake_send_picture(bench.fake, 1);
	fake_send_picture(bench.fake, 2);
	buffer = bench_pull(&bench);
	check(gst_buffer_get_n_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE) == 2,
	      "one that is gone already leaves its damage to the next");
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, released) == 2 && bench_counter(&bench, "dropped") == 1,
	      "and is left out");
	bench_end(&bench);
}

static void check_gone(void)
{
	struct drm_miracast_message_buffer_gone gone = { .buffer = 1 };
	struct bench bench;
	GstBuffer *first, *second;
	GstVideoInfo info;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_paint(bench.fake, 1, 0, 0, 1);
	fake_send_picture(bench.fake, 1);
	first = bench_pull(&bench);
	fake_message(bench.fake, DRM_MIRACAST_MSG_BUFFER_GONE, FALSE, &gone, sizeof(gone));
	fake_add_buffer(bench.fake, 1, DRM_FORMAT_XRGB8888, WIDTH, HEIGHT);
	fake_paint(bench.fake, 1, 0, 0, 2);
	fake_send_picture(bench.fake, 1);
	second = bench_pull(&bench);
	bench_info(&bench, &info);
	check(is_painted(first, &info, 0, 0, 1) && is_painted(second, &info, 0, 0, 2),
	      "a buffer that is gone is asked for again, and stays with whoever has it");
	gst_buffer_unref(first);
	gst_element_set_state(bench.src, GST_STATE_NULL);
	check(is_painted(second, &info, 0, 0, 2), "also after the end");
	gst_buffer_unref(second);
	check(FAKE_GET(bench.fake, released) == 1, "which releases nothing any more");
	bench_end(&bench);

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	fake_paint(bench.fake, 1, 0, 0, 3);
	fake_send_picture(bench.fake, 1);
	first = bench_pull(&bench);
	bench_info(&bench, &info);
	bench_end(&bench);
	check(is_painted(first, &info, 0, 0, 3), "so does a dma-buf, when the context is gone");
	gst_buffer_unref(first);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_caps(DRM_FORMAT_XRGB8888,
		   "video/x-raw,format=BGRx,width=64,height=48,framerate=0/1,max-framerate=60/1,"
		   "interlace-mode=progressive,pixel-aspect-ratio=1/1,colorimetry=sRGB");
	check_caps(DRM_FORMAT_NV12,
		   "video/x-raw,format=NV12,width=64,height=48,framerate=0/1,max-framerate=60/1,"
		   "interlace-mode=progressive,colorimetry=bt709,chroma-site=jpeg");
	check_picture(DRM_FORMAT_XRGB8888, NULL, FALSE);
	check_picture(DRM_FORMAT_NV12, NULL, FALSE);
	check_picture(DRM_FORMAT_XRGB8888, DMABUF, TRUE);
	check_picture(DRM_FORMAT_NV12, DMABUF, TRUE);
	check_plain(DRM_FORMAT_XRGB8888, WIDTH, FALSE);
	check_plain(DRM_FORMAT_XRGB8888, WIDTH - 2, TRUE);
	check_plain(DRM_FORMAT_NV12, WIDTH, TRUE);
	check_parts();
	check_hoarding();
	check_lies();
	check_gone();
	gst_deinit();
	return check_result();
}

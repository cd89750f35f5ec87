// SPDX-License-Identifier: MIT
/*
 * miracastsrc: how a mode is negotiated with downstream, with the application and with the
 * driver, and what interrupts that.
 */
#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>
#include <gst/base/gstbasesrc.h>

#include "harness.h"
#include "srcbench.h"

static void check_renegotiation(void)
{
	struct bench bench;
	GstStructure *structure;
	GstVideoInfo info;
	gboolean good = TRUE;
	guint64 number;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, "video/x-raw,width=[1,100]");
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	number = fake_mode_set(bench.fake, 640, 480, 60000);
	check(fake_refused(bench.fake, number), "a mode that downstream does not take is refused");
	do {
		structure = bench_await_element(&bench, "miracast-mode");
		if (!structure)
			break;
		gst_structure_get_boolean(structure, "accepted", &good);
		g_clear_pointer(&structure, gst_structure_free);
	} while (good);
	check(!good && bench_counter(&bench, "refused") == 1, "and the application hears of it");
	fake_add_buffer(bench.fake, 4, DRM_FORMAT_XRGB8888, 96, 80);
	number = fake_mode_set(bench.fake, 96, 80, 30000);
	check(fake_accepted(bench.fake, number), "another is accepted");
	fake_send_picture(bench.fake, 4);
	gst_buffer_unref(bench_pull(&bench));
	bench_info(&bench, &info);
	check(GST_VIDEO_INFO_WIDTH(&info) == 96 && GST_VIDEO_INFO_HEIGHT(&info) == 80,
	      "and its pictures come");
	bench_end(&bench);
}

/* How downstream takes the caps. */
static gboolean on_caps_refuse(GstPad *pad, GstObject *parent, GstEvent *event)
{
	gboolean good = GST_EVENT_TYPE(event) != GST_EVENT_CAPS;

	(void)pad;
	(void)parent;
	gst_event_unref(event);
	return good;
}

static void check_refusal(void)
{
	struct bench bench;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_pad_set_event_function(bench.out->sinkpad, on_caps_refuse);
	bench_play(&bench);
	check(fake_refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "a mode whose caps cannot be set downstream is refused");
	bench_end(&bench);
}

/* The driver's word is the last. */
static void check_completion(void)
{
	GstStructure *structure;
	struct bench bench;
	gboolean good = TRUE;
	guint64 number;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->accept_error = -EINVAL;
	bench_play(&bench);
	check(fake_refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "a mode that the driver does not let be accepted is refused");
	structure = bench_await_element(&bench, "miracast-mode");
	check(structure && gst_structure_get_boolean(structure, "accepted", &good) && !good &&
		      gst_structure_has_field(structure, "reason") &&
		      !bench_counter(&bench, "modes"),
	      "and is never said to be accepted");
	g_clear_pointer(&structure, gst_structure_free);
	bench.fake->accept_error = 0;
	check(bench_set_mode(&bench), "the next one is as good as any");
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "confirm-modes", TRUE, NULL);
	bench_play(&bench);
	fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	check(bench_awaits(&bench, "miracast-mode-set"), "a mode waits");
	bench.fake->accept_error = -ESTALE;
	g_signal_emit_by_name(bench.src, "answer-mode", (guint64)1, TRUE);
	number = fake_mode_set(bench.fake, 96, 80, 60000);
	check(bench_awaits(&bench, "miracast-mode-set"), "and another supersedes it");
	check(!bench_counter(&bench, "modes") && !bench_counter(&bench, "refused"),
	      "which is no refusal");
	bench.fake->accept_error = 0;
	g_signal_emit_by_name(bench.src, "answer-mode", (guint64)2, TRUE);
	check(fake_accepted(bench.fake, number) && bench.fake->completions == 1,
	      "and counts alone");
	bench_end(&bench);
}

static GstBaseSrc *flushed; /* by on_caps_flush() */

static gboolean on_caps_flush(GstPad *pad, GstObject *parent, GstEvent *event)
{
	GstBaseSrc *base = g_atomic_pointer_get(&flushed);

	if (!base || GST_EVENT_TYPE(event) != GST_EVENT_CAPS) {
		gst_event_unref(event);
		return TRUE;
	}
	GST_BASE_SRC_GET_CLASS(base)->unlock(base);
	return on_caps_refuse(pad, parent, event);
}

/* As when there is a flush in the middle of a negotiation. */
static void check_interrupted(void)
{
	struct bench bench;
	guint64 number;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_atomic_pointer_set(&flushed, GST_BASE_SRC(bench.src));
	gst_pad_set_event_function(bench.out->sinkpad, on_caps_flush);
	bench_play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	AWAIT(gst_pad_get_task_state(GST_BASE_SRC_PAD(bench.src)) == GST_TASK_PAUSED);
	check(FAKE_GET(bench.fake, completed) == 0,
	      "a mode is not refused because downstream is flushed");
	g_atomic_pointer_set(&flushed, NULL);
	GST_BASE_SRC_GET_CLASS(bench.src)->unlock_stop(GST_BASE_SRC(bench.src));
	gst_element_set_state(bench.src, GST_STATE_PAUSED);
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(fake_accepted(bench.fake, number), "but accepted after that");
	bench_end(&bench);
}

/* Nobody is there to be asked when the mode is set. */
static void check_alone(void)
{
	struct bench bench;
	guint64 number;
	GstPad *sink;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	sink = bench.out->sinkpad;
	gst_pad_unlink(GST_BASE_SRC_PAD(bench.src), sink);
	bench_play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	g_usleep(G_USEC_PER_SEC / 2);
	check(FAKE_GET(bench.fake, completed) == 0, "a mode waits for somebody downstream");
	gst_pad_link(GST_BASE_SRC_PAD(bench.src), sink);
	check(fake_accepted(bench.fake, number), "who is asked for it then");
	gst_pad_send_event(sink, gst_event_new_flush_start());
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 30000);
	g_usleep(G_USEC_PER_SEC / 2);
	check(FAKE_GET(bench.fake, completed) == number - 1, "it waits for a flush there, too");
	gst_pad_send_event(sink, gst_event_new_flush_stop(FALSE));
	check(fake_accepted(bench.fake, number), "and is accepted after it");
	check(FAKE_GET(bench.fake, completions) == 2 && !bench_counter(&bench, "refused"),
	      "none is refused for that");
	bench_end(&bench);
}

/* Downstream wants something else in the middle. */
static void check_reconfigure(void)
{
	struct bench bench;
	GstBuffer *buffer;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, "video/x-raw");
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	check(!gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)), "in memory at first");
	gst_buffer_unref(buffer);
	gst_harness_set_sink_caps_str(bench.out, DMABUF);
	gst_pad_push_event(bench.out->sinkpad, gst_event_new_reconfigure());
	check(FAKE_REACHES(bench.fake, requests, 1), "who comes anew gets a whole picture");
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	check(gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)), "and what it takes");
	gst_buffer_unref(buffer);
	bench_end(&bench);
}

static guint64 serial_of(struct bench *bench)
{
	GstStructure *structure = bench_await_element(bench, "miracast-mode-set");
	gboolean waits = FALSE;
	guint64 serial = 0;

	if (!structure)
		return 0;
	gst_structure_get_uint64(structure, "serial", &serial);
	gst_structure_get_boolean(structure, "waits", &waits);
	gst_structure_free(structure);
	return waits ? serial : 0;
}

static void check_confirmation(void)
{
	struct bench bench;
	guint64 first, second, serial;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "confirm-modes", TRUE, NULL);
	bench_play(&bench);
	first = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	serial = serial_of(&bench);
	check(serial == 1 && FAKE_GET(bench.fake, completed) == 0,
	      "a mode waits for the application");
	g_signal_emit_by_name(bench.src, "answer-mode", serial, TRUE);
	check(fake_accepted(bench.fake, first), "which accepts it");
	second = fake_mode_set(bench.fake, 96, 80, 60000);
	g_signal_emit_by_name(bench.src, "answer-mode", serial_of(&bench), FALSE);
	check(fake_refused(bench.fake, second), "or refuses it");

	first = fake_mode_set(bench.fake, 96, 80, 60000);
	serial = serial_of(&bench);
	second = fake_mode_set(bench.fake, WIDTH, HEIGHT, 30000);
	g_signal_emit_by_name(bench.src, "answer-mode", serial, FALSE);
	check(serial_of(&bench) == serial + 1, "one that is replaced meanwhile");
	g_signal_emit_by_name(bench.src, "answer-mode", serial, FALSE);
	g_signal_emit_by_name(bench.src, "answer-mode", serial + 1, TRUE);
	check(fake_accepted(bench.fake, second) && bench.fake->completions == 3,
	      "does not count any more");
	bench_end(&bench);
}

/* A refusal is for good, also after an acceptance that waits for downstream. */
static void check_refused_after_all(void)
{
	struct bench bench;
	GstCaps *caps;
	guint64 number, serial;
	GstPad *sink;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	sink = bench.out->sinkpad;
	g_object_set(bench.src, "confirm-modes", TRUE, NULL);
	bench_play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	serial = serial_of(&bench);
	gst_pad_send_event(sink, gst_event_new_flush_start());
	g_signal_emit_by_name(bench.src, "answer-mode", serial, TRUE);
	g_usleep(G_USEC_PER_SEC / 4);
	check(FAKE_GET(bench.fake, completed) == 0, "an acceptance waits for the end of a flush");
	g_signal_emit_by_name(bench.src, "answer-mode", serial, FALSE);
	check(fake_refused(bench.fake, number), "and a refusal in the meantime counts");
	gst_pad_send_event(sink, gst_event_new_flush_stop(FALSE));
	g_usleep(G_USEC_PER_SEC / 2);
	caps = gst_pad_get_current_caps(sink);
	check(!caps && bench.fake->completions == 1, "also after the flush");
	gst_clear_caps(&caps);
	bench_end(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_renegotiation();
	check_refusal();
	check_completion();
	check_interrupted();
	check_alone();
	check_reconfigure();
	check_confirmation();
	check_refused_after_all();
	gst_deinit();
	return check_result();
}

// SPDX-License-Identifier: MIT
/*
 * Cost at rest: with a static screen no timer of the module fires, none of its work runs,
 * and the owner, which waits in poll(), is not woken. Checked in a trace of the kernel that
 * does show the activity before.
 */
#include <fcntl.h>
#include <poll.h>

#include "lib_miracast.h"

IGT_TEST_DESCRIPTION("A screen at rest costs nothing.");

#define WIDTH 640
#define HEIGHT 480
#define FBS 3

static unsigned int window_ms(void)
{
	return mc_setting("MIRACAST_IDLE_MS", 10000);
}

/* How an owner works. */
struct plan {
	bool direct;
	uint32_t rate_mhz;		/* SET_RATE */
	bool keeps;			/* releases no chunk */
	bool silent;			/* does not answer MODE_SET */
	bool metadata;			/* wants the cursor, which is not there */
	uint32_t connector;		/* filled in */
	int report;
};

static void handle(const struct plan *plan, struct mc_ctx *ctx,
		   const struct drm_miracast_event *event)
{
	struct mc_message message;
	struct mc_chunk chunk;
	int ret;

	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		mc_parse_chunk(event, &chunk);
		ret = plan->keeps ? 0 : mc_try_release(ctx, &chunk);
		igt_assert(!ret || ret == MC_REVOKED);
		igt_assert_eq(write(plan->report, "c", 1), 1);
		return;
	}
	mc_parse_message(event, &message);
	if (message.event.needs_completion && !plan->silent)
		mc_complete_errno(ctx->fd, message.event.number,
				  DRM_MIRACAST_COMPLETION_SUCCESS);
}

/* Waits for nothing but events, without a timeout. */
static void owner_main(void *data)
{
	const struct plan *plan = data;
	struct drm_miracast_create_context limits =
		plan->direct ? mc_limits_direct(WIDTH, HEIGHT) :
		mc_limits(WIDTH, HEIGHT, 2);
	const struct drm_miracast_event *event;
	int card = mc_card_open();
	struct mc_ctx *ctx;

	limits.connector_id = plan->connector;
	if (plan->metadata)
		limits.flags |= DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	mc_start(ctx);
	if (plan->rate_mhz)
		mc_expect(mc_set_rate_errno(ctx->fd, plan->rate_mhz), 0);
	mc_arrive(ctx, WIDTH, HEIGHT);
	igt_assert_eq(write(plan->report, "a", 1), 1);
	for (;;) {
		mc_poll(ctx->fd, POLLIN, -1);
		while ((event = mc_next_event(ctx, 0)))
			handle(plan, ctx, event);
	}
}

/* A client with something on the screen, and an owner. */
struct scene {
	struct mc_kms *kms;
	struct mc_fb *fb[FBS];
	pid_t owner;
	int report;
};

static void begin(struct scene *scene)
{
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open(), i;

	memset(scene, 0, sizeof(*scene));
	scene->kms = mc_kms(card, 0);
	for (i = 0; i < FBS; i++)
		scene->fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(scene->kms, &mode, scene->fb[0]);
}

static void expect_report(struct scene *scene, char want)
{
	char got = 0;

	igt_assert(mc_poll(scene->report, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_eq(read(scene->report, &got, 1), 1);
	igt_assert_eq(got, want);
}

static void start_owner(struct scene *scene, struct plan plan)
{
	int ends[2];

	plan.connector = scene->kms->connector;
	igt_assert_eq(pipe(ends), 0);
	plan.report = ends[1];
	scene->owner = mc_fork(owner_main, &plan);
	close(ends[1]);
	scene->report = mc_keep(ends[0]);
	expect_report(scene, 'a');
	if (!plan.silent)
		expect_report(scene, 'c');
}

static void flip_some(struct scene *scene, int flips)
{
	while (flips--)
		mc_show(scene->kms, scene->fb[flips % FBS], NULL, 0);
}

static unsigned long switches_of(pid_t pid)
{
	char path[64], text[8192];
	const char *line;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	igt_assert(mc_read_file(path, text, sizeof(text)));
	line = strstr(text, "voluntary_ctxt_switches:");
	igt_assert(line);
	return strtoul(line + strlen("voluntary_ctxt_switches:"), NULL, 10);
}

/* Activity that has begun may end; after that nothing happens. */
static void expect_rest(struct scene *scene, unsigned int settle_ms)
{
	struct mc_activity activity;
	unsigned long switches = 0;

	usleep(settle_ms * 1000);
	if (scene->owner)
		switches = switches_of(scene->owner);
	mc_trace_forget();
	usleep(window_ms() * 1000);
	activity = mc_trace_activity(scene->owner);
	igt_info("%u ms: %u events, %u of the module, %u of its owner\n",
		 window_ms(), activity.lines, activity.module, activity.owner);
	igt_assert_eq_u32(activity.module, 0);
	igt_assert_eq_u32(activity.owner, 0);
	if (scene->owner)
		igt_assert_eq_u64(switches_of(scene->owner), switches);
}

/* The trace shows activity when there is some: otherwise its silence would prove nothing. */
static void expect_activity(struct scene *scene, bool owner)
{
	struct mc_activity activity;

	mc_trace_forget();
	flip_some(scene, 5);
	usleep(100000);
	activity = mc_trace_activity(scene->owner);
	igt_assert_lte(1, activity.module);
	if (owner)
		igt_assert_lte(1, activity.owner);
}

static void at_rest(struct plan plan)
{
	struct scene scene;

	begin(&scene);
	mc_trace_begin();
	start_owner(&scene, plan);
	/* With a limited rate the owner's turn comes later. */
	expect_activity(&scene, !plan.silent && !plan.rate_mhz);
	/* A limited rate has one more picture to send. */
	expect_rest(&scene, plan.rate_mhz ? 2500 : 500);
	mc_trace_end();
	mc_kill(scene.owner);
}

static void test_copy(void)
{
	at_rest((struct plan) {});
}

static void test_direct(void)
{
	at_rest((struct plan) { .direct = true });
}

static void test_copy_rate(void)
{
	at_rest((struct plan) { .rate_mhz = 1000 });
}

static void test_direct_rate(void)
{
	at_rest((struct plan) { .direct = true, .rate_mhz = 1000 });
}

/* Damage without a buffer waits for the owner, and does not wake it. */
static void test_copy_starved(void)
{
	at_rest((struct plan) { .keeps = true });
}

static void test_direct_starved(void)
{
	at_rest((struct plan) { .direct = true, .keeps = true });
}

static void test_silent(void)
{
	at_rest((struct plan) { .silent = true });
}

static void test_no_cursor(void)
{
	at_rest((struct plan) { .metadata = true });
}

/* Frame CRCs need vblanks while they are read, and no longer. */
static void test_crc(void)
{
	char path[128];
	struct scene scene;
	int data;

	begin(&scene);
	mc_crc_path(path, sizeof(path), scene.kms->card, scene.kms->crtc_index,
		    "data");
	igt_require_f(!access(path, R_OK), "no debugfs or no CRC support\n");
	mc_trace_begin();
	data = open(path, O_RDONLY | O_CLOEXEC);
	igt_assert_fd(data);
	expect_activity(&scene, false);
	mc_close(data);
	expect_rest(&scene, 500);
	mc_trace_end();
}

static void test_no_owner(void)
{
	struct scene scene;

	begin(&scene);
	mc_trace_begin();
	expect_activity(&scene, false);
	expect_rest(&scene, 500);
	mc_trace_end();
}

/* The monitor departs and is there again: nothing is left that waits for either. */
static void test_again(void)
{
	struct scene scene;

	begin(&scene);
	mc_trace_begin();
	start_owner(&scene, (struct plan) {});
	mc_kill(scene.owner);
	mc_wait_connected(scene.kms->card, scene.kms->connector, false);
	start_owner(&scene, (struct plan) {});
	expect_activity(&scene, true);
	expect_rest(&scene, 500);
	mc_trace_end();
	mc_kill(scene.owner);
}

static void test_dark(void)
{
	struct scene scene;

	begin(&scene);
	mc_trace_begin();
	start_owner(&scene, (struct plan) {});
	expect_activity(&scene, true);
	mc_off(scene.kms);
	expect_rest(&scene, 500);
	mc_trace_end();
	mc_kill(scene.owner);
}

static const struct mc_subtest subtests[] = {
	{ "copy",
	  "COPY: with a static screen no timer fires and nobody is woken.",
	  test_copy },
	{ "direct", "The same in DIRECT.", test_direct },
	{ "copy-rate", "The same in COPY with a limited rate.",
	  test_copy_rate },
	{ "direct-rate", "The same in DIRECT with a limited rate.",
	  test_direct_rate },
	{ "copy-starved",
	  "Nothing polls for an owner that keeps all buffers.",
	  test_copy_starved },
	{ "direct-starved", "The same in DIRECT.", test_direct_starved },
	{ "no-cursor", "The same without a cursor for an owner who wants it.",
	  test_no_cursor },
	{ "crc", "The same once frame CRCs are not read any more.", test_crc },
	{ "silent", "Nor for one who does not answer MODE_SET.", test_silent },
	{ "no-owner", "A lit CRTC that nobody reads costs nothing.",
	  test_no_owner },
	{ "again", "Nor does a monitor that departed and arrived again.",
	  test_again },
	{ "dark", "Nor does a session whose CRTC is off.", test_dark },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}

// SPDX-License-Identifier: MIT
/*
 * Faults in the calls that open a card, create a context, list modes, and load the module.
 * Those in IO_CONTROL are in miracast_faults_io.c, those in mode setting and capture in
 * miracast_faults_kms.c.
 */
#include <fcntl.h>

#include "miracast_faults.h"

IGT_TEST_DESCRIPTION("Allocations that fail, each in its turn.");

#define WIDTH 640
#define HEIGHT 480

/* CREATE_CONTEXT */

struct create {
	int card;
	struct drm_miracast_create_context want, arg;
};

static void prepare_create(void *data)
{
	struct create *create = data;

	create->arg = create->want;
}

static int call_create(void *data)
{
	struct create *create = data;

	return mc_ioctl_errno(create->card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
			      &create->arg);
}

static void undo_create(void *data)
{
	struct create *create = data;

	close(create->arg.context_fd);
	mc_wait_at_rest(create->card);
}

static void drive_create(const char *name,
			 const struct drm_miracast_create_context *want,
			 unsigned int at_least)
{
	struct create create = { .want = *want };
	struct mc_victim victim = {
		.name = name,
		.prepare = prepare_create,
		.call = call_create,
		.undo = undo_create,
		.data = &create,
		.at_least = { at_least, 2 },
	};

	mc_faults_require();
	create.card = mc_card_open();
	victim.card = create.card;
	mc_faults_drive_all(&victim);
	igt_assert(mc_at_rest(create.card));
}

static void test_create(void)
{
	struct drm_miracast_create_context want = mc_limits(WIDTH, HEIGHT, 2);

	/* The smallest: there is a page to fail for every 4 KiB. */
	want.format = DRM_FORMAT_NV12;
	drive_create("CREATE_CONTEXT", &want,
		     want.buffer_count * WIDTH * HEIGHT * 3 / 2 / 4096);
}

static void test_create_direct(void)
{
	struct drm_miracast_create_context want = mc_limits(WIDTH, HEIGHT, 0);

	want.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	want.format = 0;
	want.parts = 0;
	drive_create("CREATE_CONTEXT of DIRECT", &want, 3);
}

static void test_create_parts(void)
{
	struct drm_miracast_create_context want = mc_limits(WIDTH, HEIGHT, 16);

	want.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	want.parts = 16;
	drive_create("CREATE_CONTEXT of 16 parts", &want, 3);
}

/* The card node */

struct node {
	char path[32];
	int fd;
};

static int call_open(void *data)
{
	struct node *node = data;

	node->fd = open(node->path, O_RDWR | O_CLOEXEC);
	return node->fd < 0 ? -errno : 0;
}

static void undo_open(void *data)
{
	struct node *node = data;

	close(node->fd);
}

static void test_open(void)
{
	struct node node;
	struct mc_victim victim = {
		.name = "open",
		.call = call_open,
		.undo = undo_open,
		.data = &node,
		/* The file, DRM core's part of it, the client's and the driver's. */
		.at_least = { 4 },
	};

	mc_faults_require();
	victim.card = mc_card_open();
	snprintf(node.path, sizeof(node.path), "/dev/dri/card%d",
		 mc_card_minor(victim.card));
	mc_faults_drive(&victim, MC_FAULT_MEMORY);
}

/* The modes of a monitor: the call never fails, but modes may be missing this time. */

struct probe {
	int card;
	struct drm_mode_get_connector arg;
	uint32_t connector;
};

static int call_probe(void *data)
{
	struct probe *probe = data;

	/* No room for modes: the connector is probed, and says how many. */
	memset(&probe->arg, 0, sizeof(probe->arg));
	probe->arg.connector_id = probe->connector;
	return mc_ioctl_errno(probe->card, DRM_IOCTL_MODE_GETCONNECTOR,
			      &probe->arg);
}

static void test_probe(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 640, .height = 480, .refresh_mhz = 60000 },
		{ .width = 800, .height = 600, .refresh_mhz = 60000,
		  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
		{ .width = 1280, .height = 720, .refresh_mhz = 30000 },
	};
	static uint8_t edid[MC_EDID_MAX];
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 2);
	struct drm_miracast_monitor_arrive arrive =
		mc_monitor(modes, ARRAY_SIZE(modes));
	struct probe probe = { .card = mc_card_open() };
	struct mc_victim victim = {
		.name = "GETCONNECTOR",
		.call = call_probe,
		.data = &probe,
		.card = probe.card,
	};
	uint32_t count;
	struct mc_ctx *ctx;

	mc_faults_require();
	arrive.edid = (uintptr_t)edid;
	arrive.edid_size = mc_edid(edid, 2, 'A');
	ctx = mc_ctx_create(probe.card, &limits);
	probe.connector = ctx->connector;
	mc_start(ctx);
	mc_expect(mc_arrive_errno(ctx->fd, &arrive), 0);
	mc_expect(call_probe(&probe), 0);
	count = probe.arg.count_modes;
	igt_assert_lte_u64(3, count);
	igt_assert_lte(3, mc_faults_drive(&victim, MC_FAULT_MEMORY));
	/* The missing modes are there again. */
	mc_expect(call_probe(&probe), 0);
	igt_assert_eq_u32(probe.arg.count_modes, count);
	igt_assert_eq_u32(probe.arg.connection, DRM_MODE_CONNECTED);
}

/* Loading the module */

static int call_load(void *data)
{
	return mc_module_reload_errno("targets=1");
}

static void test_load(void)
{
	unsigned int count, nth, failed = 0;
	bool happened = true;
	int ret;

	mc_faults_require();
	/* How many allocations probing makes, at least. */
	for (count = 32; happened; count *= 2)
		mc_faults_once("platform_probe", count, call_load, NULL,
			       &happened);
	count /= 4;
	igt_assert_lte(32, count);
	for (nth = 1; nth <= count; nth += 1 + count / 8) {
		ret = mc_faults_once("platform_probe", nth, call_load, NULL,
				     &happened);
		igt_assert(happened);
		failed += ret == -ENOMEM;
		igt_assert_f(!ret || ret == -ENOMEM,
			     "allocation %u fails: loading answers %d (%s)\n",
			     nth, ret, mc_strerror(ret));
	}
	igt_info("%u allocations or more, the load failed with %u of those tried\n",
		 count, failed);
	/* Most of them are needed. */
	igt_assert_lte(2, failed);
	mc_module_reload("targets=1");
}

/* The driver core can fail before it calls the driver. */
static void test_load_unprobed(void)
{
	bool happened;

	mc_faults_require();
	mc_expect(mc_faults_once("__driver_attach", 1, call_load, NULL, &happened),
		  -ENODEV);
	igt_assert(happened);
	mc_module_reload("targets=1");
}

static const struct mc_subtest subtests[] = {
	{ "create",
	  "CREATE_CONTEXT that fails at any point is ENOMEM and leaves no trace.",
	  test_create },
	{ "create-direct", "The same for DIRECT.", test_create_direct },
	{ "create-parts", "The same for many buffers in many parts.",
	  test_create_parts },
	{ "open", "A card that cannot be opened is ENOMEM.", test_open },
	{ "probe",
	  "Modes that could not be listed are listed the next time.",
	  test_probe },
	{ "load", "Loading that fails says for want of what.", test_load },
	{ "load-unprobed", "One that fails in the driver core says so, too.",
	  test_load_unprobed },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_faults_dumb);
	mc_subtests(mc_faults_io);
	mc_subtests(mc_faults_kms);
	mc_subtests(mc_faults_writers);
}

// SPDX-License-Identifier: MIT
/*
 * /dev/miracast: it answers queries and creates contexts, and never makes its opener
 * master.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "miracast_access.h"

static void use_node_as_nobody(void *data)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_query_caps caps;
	int node;

	mc_become_nobody();
	node = mc_node_open();
	mc_expect(mc_caps_errno(node, &caps), 0);
	mc_expect(mc_create_errno(node, &limits), -EACCES);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	mc_expect(mc_create_errno(node, &limits), -EACCES);
	limits.flags = 1u << 31;
	mc_expect(mc_create_errno(node, &limits), -EACCES);
}

static void use_node_in_namespace(void *data)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);

	igt_assert_eq(unshare(CLONE_NEWUSER), 0);
	mc_expect(mc_create_errno(mc_node_open(), &limits), -EACCES);
}

static void test_nobody(void)
{
	int card = mc_card_open();

	mc_join(mc_fork(use_node_as_nobody, NULL));
	igt_assert(mc_at_rest(card));
}

static void test_namespace(void)
{
	int card = mc_card_open();

	mc_require_namespaces();
	mc_join(mc_fork(use_node_in_namespace, NULL));
	igt_assert(mc_at_rest(card));
}

/* On behalf of the master, whatever opens the node. */
static void test_create(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int node = mc_node_open(), card;
	struct access_screen screen;
	struct mc_ctx *ctx;

	mc_expect(mc_create_errno(node, &limits), -ESRCH);
	igt_assert(mc_at_rest(node));
	card = mc_card_open_bystander();
	igt_assert(drmIsMaster(card));
	mc_expect(mc_create_errno(node, &limits), -ESRCH);
	igt_assert_eq(drmSetMaster(card), 0);
	ctx = mc_ctx_create(node, &limits);
	mc_close(node);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	access_screen(&screen, card, ctx->connector, 0x00fedcba);
	access_light(&screen);
	access_expect_screen(ctx, &screen);
	mc_ctx_close(ctx);
}

/* A context that follows, without any master. */
static void test_follow(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_ctx *ctx;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	ctx = mc_ctx_create(mc_node_open(), &limits);
	igt_assert_eq_u64(mc_query(ctx->fd).pinned_master, 0);
	mc_ctx_close(ctx);
}

static unsigned long sized(unsigned long request, size_t size)
{
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request),
		    size);
}

/* As on the card node: shorter and longer structs are accepted. */
static void test_sizes(void)
{
	struct {
		struct drm_miracast_query_caps caps;
		uint8_t more[64];
	} card_says, node_says;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card = mc_card_open(), node = mc_node_open();
	size_t size;

	for (size = 0; size <= sizeof(node_says); size += 8) {
		memset(&card_says, 0x55, sizeof(card_says));
		memset(&card_says, 0, offsetof(struct drm_miracast_query_caps,
					       abi_major));
		node_says = card_says;
		mc_expect(mc_ioctl_errno(card,
					 sized(DRM_IOCTL_MIRACAST_QUERY_CAPS,
					       size), &card_says), 0);
		mc_expect(mc_ioctl_errno(node,
					 sized(DRM_IOCTL_MIRACAST_QUERY_CAPS,
					       size), &node_says), 0);
		igt_assert_f(!memcmp(&card_says, &node_says, sizeof(node_says)),
			     "%zu bytes\n", size);
	}
	mc_expect(mc_ioctl_errno(node, sized(DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
					     sizeof(limits) - 8), &limits),
		  -EINVAL);
	node_says.caps.flags = 1;
	mc_expect(mc_ioctl_errno(node, DRM_IOCTL_MIRACAST_QUERY_CAPS,
				 &node_says), -EINVAL);
	mc_expect(mc_ioctl_errno(node, DRM_IOCTL_MIRACAST_QUERY_CAPS,
				 (void *)8), -EFAULT);
	mc_expect(mc_ioctl_errno(node, DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
				 mc_read_only(&limits, sizeof(limits))),
		  -EFAULT);
	mc_expect(mc_ioctl_errno(node, DRM_IOCTL_VERSION, &node_says), -EINVAL);
	mc_expect(mc_ioctl_errno(node, DRM_IOCTL_MIRACAST_IO_CONTROL,
				 &node_says), -EINVAL);
	mc_expect(mc_ioctl_errno(node, DRM_IOCTL_SET_MASTER, NULL), -EINVAL);
	igt_assert(mc_at_rest(card));
}

/* Opening it does not keep a compositor from becoming master. */
static void test_never_master(void)
{
	int node = mc_node_open(), card = mc_card_open_bystander();

	igt_assert(drmIsMaster(card));
	igt_assert_eq(drmDropMaster(card), 0);
	igt_assert_eq(drmSetMaster(card), 0);
	mc_close(node);
}

static void test_sysfs(void)
{
	char path[128], text[64];
	struct stat st;
	int node = mc_node_open();

	igt_assert_eq(fstat(node, &st), 0);
	igt_assert(S_ISCHR(st.st_mode));
	igt_assert_eq_u32(st.st_mode & 0777, 0666);
	snprintf(path, sizeof(path),
		 "/sys/bus/platform/devices/%s/misc/miracast/dev",
		 mc_device_name());
	igt_assert(mc_read_file(path, text, sizeof(text)));
	snprintf(path, sizeof(path), "%u:%u\n", major(st.st_rdev),
		 minor(st.st_rdev));
	igt_assert(!strcmp(text, path));
}

/* Open, it outlives the device, and keeps the module. */
static void test_unbind(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_query_caps caps;
	int node = mc_node_open(), i;
	struct mc_controlled c;

	mc_expect(mc_module_unload_errno(), -EAGAIN);
	for (i = 0; i < 3; i++) {
		limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
		mc_controlled(&c, node, &limits);
		mc_unbind();
		igt_assert_eq(open("/dev/miracast", O_RDWR), -1);
		mc_expect(mc_caps_errno(node, &caps), -ENODEV);
		mc_expect(mc_create_errno(node, &limits), -ENODEV);
		igt_assert(mc_poll(c.control, POLLPRI, MC_TIMEOUT_MS) & POLLHUP);
		mc_expect(mc_query_errno(c.control,
					 &(struct drm_miracast_context_info){}),
			  -ENODEV);
		mc_expect(mc_pin_errno(c.control, 1), -ENODEV);
		mc_expect(mc_destroy_errno(c.control), -ENODEV);
		mc_bind();
		/* The old file does not become the new device's. */
		mc_expect(mc_caps_errno(node, &caps), -ENODEV);
		mc_close(node);
		mc_close(c.control);
		mc_ctx_close(c.ctx);
		node = mc_node_open();
		mc_expect(mc_caps_errno(node, &caps), 0);
	}
	mc_close(node);
}

const struct mc_subtest access_node[] = {
	{ "node-nobody",
	  "Anyone may ask /dev/miracast; making contexts needs a capability.",
	  test_nobody },
	{ "node-namespace",
	  "Root of a user namespace has no such capability.", test_namespace },
	{ "node-create",
	  "Contexts made there are the DRM master's.", test_create },
	{ "node-follow",
	  "Or follow masters, when there is none.", test_follow },
	{ "node-sizes",
	  "Its calls answer as those of the card node.", test_sizes },
	{ "node-never-master",
	  "Whoever has it open is not DRM master.", test_never_master },
	{ "node-sysfs",
	  "It belongs to the platform device, and is for everybody.", test_sysfs },
	{ "node-unbind",
	  "It goes with the device.", test_unbind },
	{}
};

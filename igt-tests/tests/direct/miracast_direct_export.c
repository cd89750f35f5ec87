// SPDX-License-Identifier: MIT
/*
 * What the owner of a DIRECT context may do with a client's framebuffers: only read them,
 * until they are revoked.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/dma-buf.h>

#include "lib_miracast_dmabuf.h"
#include "lib_miracast_masters.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

/* The descriptor of the first chunk's buffer. */
static int first_buffer(struct mc_scene *scene, struct mc_chunk *chunk)
{
	struct drm_miracast_buffer info;

	mc_wait_chunk(scene->ctx, chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk->event.buffer,
				      &info), 0);
	return info.fds[0];
}

static int map_errno(int fd, size_t size, int prot, int flags)
{
	void *map = mmap(NULL, size, prot, flags, fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	munmap(map, size);
	return 0;
}

static void expect_read_only(int fd, size_t size)
{
	char path[64];
	void *map;

	igt_assert_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	igt_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	mc_expect(map_errno(fd, size, PROT_READ, MAP_SHARED), 0);
	mc_expect(map_errno(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED),
		  -EACCES);
	mc_expect(map_errno(fd, size, PROT_WRITE, MAP_SHARED), -EACCES);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert_eq(mprotect(map, size, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	munmap(map, size);
	/* Nor can procfs be used to get around that. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	igt_assert(open(path, O_RDWR | O_CLOEXEC) < 0);
	igt_assert(open(path, O_WRONLY | O_CLOEXEC) < 0);
}

static void test_read_only(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int fd = first_buffer(scene, &chunk);

	expect_read_only(fd, scene->fb[0]->size);
	mc_release(scene->ctx, &chunk);
}

/* Exports by the compositor itself change nothing. */
static void test_exported_too(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	size_t size = scene->fb[0]->size;
	struct mc_chunk chunk;
	uint32_t handle;
	int theirs, owners, second;

	igt_assert_eq(drmPrimeHandleToFD(scene->card, scene->fb[0]->handle,
					 DRM_CLOEXEC | DRM_RDWR, &theirs), 0);
	mc_keep(theirs);
	owners = first_buffer(scene, &chunk);
	igt_assert(mc_inode(owners) != mc_inode(theirs));
	expect_read_only(owners, size);
	mc_expect(map_errno(theirs, size, PROT_READ | PROT_WRITE, MAP_SHARED),
		  0);
	second = mc_card_open();
	igt_assert_eq(drmPrimeFDToHandle(scene->card, owners, &handle), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(drmPrimeFDToHandle(second, owners, &handle), -1);
	igt_assert_eq(errno, EACCES);
	/* The client's own export is as good as before. */
	igt_assert_eq(drmPrimeFDToHandle(scene->card, theirs, &handle), 0);
	igt_assert_eq_u32(handle, scene->fb[0]->handle);
	mc_release(scene->ctx, &chunk);
}

/* And the other way round: exported by the client when the owner has it. */
static void test_exported_later(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int owners = first_buffer(scene, &chunk), theirs;
	uint32_t handle;

	igt_assert_eq(drmPrimeFDToHandle(scene->card, owners, &handle), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(drmPrimeHandleToFD(scene->card, scene->fb[0]->handle,
					 DRM_CLOEXEC | DRM_RDWR, &theirs), 0);
	mc_keep(theirs);
	igt_assert(mc_inode(owners) != mc_inode(theirs));
	mc_expect(map_errno(theirs, scene->fb[0]->size, PROT_READ | PROT_WRITE,
			    MAP_SHARED), 0);
	expect_read_only(owners, scene->fb[0]->size);
	mc_release(scene->ctx, &chunk);
}

static void test_sync(void)
{
	struct dma_buf_sync sync = {
		.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
	};
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int i, fd = first_buffer(scene, &chunk);

	for (i = 0; i < 100; i++) {
		sync.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ;
		mc_expect(mc_ioctl_errno(fd, DMA_BUF_IOCTL_SYNC, &sync), 0);
		sync.flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ;
		mc_expect(mc_ioctl_errno(fd, DMA_BUF_IOCTL_SYNC, &sync), 0);
	}
	mc_release(scene->ctx, &chunk);
}

/* Each call makes a descriptor; they are one dma-buf, of one buffer. */
static void test_same(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	int fd = first_buffer(scene, &chunk);

	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	igt_assert(info.fds[0] != fd);
	igt_assert_eq_u64(mc_inode(info.fds[0]), mc_inode(fd));
	mc_close(info.fds[0]);
	mc_expect(map_errno(fd, scene->fb[0]->size, PROT_READ, MAP_SHARED), 0);
	mc_release(scene->ctx, &chunk);
}

/* Through other devices */

static uint32_t vgem_import(int vgem, int fd)
{
	uint32_t handle;

	igt_assert_eq(drmPrimeFDToHandle(vgem, fd, &handle), 0);
	return handle;
}

static int vgem_open(void)
{
	mc_require_exporter(MC_VGEM);
	return mc_keep(mc_card_open_errno("vgem"));
}

/* The fake offset of the first object, where MODE_MAP_DUMB refuses imports. */
#define FIRST_OFFSET 0x100000000ll

static void *vgem_map_first(int vgem, size_t size, int prot)
{
	return mmap(NULL, size, prot, MAP_SHARED, vgem, FIRST_OFFSET);
}

static void test_other_device(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	size_t size = scene->fb[0]->size;
	int vgem = vgem_open(), fd;
	const uint32_t *seen;
	struct mc_chunk chunk;
	void *map;

	fd = first_buffer(scene, &chunk);
	vgem_import(vgem, fd);
	map = vgem_map_first(vgem, size, PROT_READ | PROT_WRITE);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	map = vgem_map_first(vgem, size, PROT_WRITE);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	map = vgem_map_first(vgem, size, PROT_READ);
	igt_assert_f(map != MAP_FAILED, "%m\n");
	igt_assert_eq(mprotect(map, size, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	seen = map;
	igt_assert_eq_u32(seen[777], ((uint32_t *)(void *)scene->fb[0]->map)[777]);
	munmap(map, size);
	mc_release(scene->ctx, &chunk);
}

/*
 * vkms has the CPU in the kernel read what it scans out, and so maps it there, as
 * drivers of webcams map what they write.
 */

/* Its connector takes a number that others would get later. */
static void vkms_unload(void)
{
	system("modprobe -q -r vkms");
}

static int vkms_open(void)
{
	int vkms;

	igt_require_f(!system("modprobe -q vkms 2>/dev/null"),
		      "this kernel has no vkms\n");
	mc_at_end(vkms_unload);
	vkms = mc_card_open_errno("vkms");
	igt_assert_fd(vkms);
	return vkms;
}

/* Returns what a mode set with this memory answers. */
static int vkms_light_errno(int vkms, uint32_t handle, uint32_t pitch)
{
	struct mc_fb *fb = mc_fb_of_handle(vkms, handle, pitch, WIDTH, HEIGHT,
					   DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	drmModeResPtr resources = drmModeGetResources(vkms);
	int ret = 0;

	igt_assert(resources && resources->count_crtcs &&
		   resources->count_connectors);
	if (drmModeSetCrtc(vkms, resources->crtcs[0], fb->id, 0, 0,
			   resources->connectors, 1, &mode))
		ret = -errno;
	drmModeFreeResources(resources);
	igt_assert_eq(drmModeRmFB(vkms, fb->id), 0);
	free(fb);
	return ret;
}

/* By a driver that has attached, as vkms does when it imports. */
static int light_buffer_errno(int vkms, const struct mc_buffer *buffer)
{
	return vkms_light_errno(vkms, vgem_import(vkms, buffer->info.fds[0]),
				buffer->info.planes[0].pitch);
}

static void test_kernel_mapping(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT), *copy;
	int vkms = vkms_open();
	struct mc_chunk chunk;
	struct mc_fb *own;

	own = mc_fb(vkms, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_expect(vkms_light_errno(vkms, own->handle, own->pitch), 0);
	mc_fb_free(own);

	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(light_buffer_errno(vkms, mc_buffer(scene->ctx,
						     chunk.event.buffer)),
		  -EINVAL);
	mc_release(scene->ctx, &chunk);

	/* In COPY the memory is the context's own. */
	copy = mc_scene_on(scene->card, WIDTH, HEIGHT, 2);
	mc_wait_chunk(copy->ctx, &chunk);
	mc_expect(light_buffer_errno(vkms, mc_buffer(copy->ctx,
						     chunk.event.buffer)), 0);
	mc_release(copy->ctx, &chunk);
	mc_close(vkms);
}

/* Revoked */

/* An owner's references to a buffer: descriptors, mappings, and a child with both. */
struct loot {
	int context, fd, copy, vgem;
	const uint8_t *map, *untouched, *through;
	size_t size;
	pid_t child;
	int ends[2];
};

static void child(void *data)
{
	const struct loot *loot = data;
	char byte;

	/* So that the parent's close is the last. */
	close(loot->context);
	close(loot->ends[0]);
	igt_assert(mc_readable(loot->map));
	igt_assert_eq(write(loot->ends[1], "r", 1), 1);
	igt_assert_eq(read(loot->ends[1], &byte, 1), 1);
	igt_assert(!mc_readable(loot->map));
	igt_assert(!mc_readable(loot->map + loot->size - 4096));
	mc_expect(map_errno(loot->fd, loot->size, PROT_READ, MAP_SHARED),
		  -ESTALE);
}

static void take(struct mc_scene *scene, struct mc_chunk *chunk,
		 struct loot *loot)
{
	char byte;

	mc_catch_bus();
	loot->context = scene->ctx->fd;
	loot->size = scene->fb[0]->size;
	loot->vgem = vgem_open();
	loot->fd = first_buffer(scene, chunk);
	loot->copy = mc_keep(fcntl(loot->fd, F_DUPFD_CLOEXEC, 0));
	igt_assert_fd(loot->copy);
	loot->map = mc_map(loot->fd, loot->size, PROT_READ, 0);
	loot->untouched = mc_map(loot->copy, loot->size, PROT_READ, 0);
	igt_assert(mc_readable(loot->map));
	igt_assert(mc_readable(loot->map + loot->size - 4096));
	vgem_import(loot->vgem, loot->fd);
	loot->through = vgem_map_first(loot->vgem, loot->size, PROT_READ);
	igt_assert(loot->through != MAP_FAILED);
	igt_assert(mc_readable(loot->through));
	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				 loot->ends), 0);
	loot->child = mc_fork(child, loot);
	igt_assert_eq(read(loot->ends[0], &byte, 1), 1);
}

/* None of them gives access any more. */
static void expect_revoked(struct loot *loot)
{
	struct dma_buf_sync sync = {
		.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
	};
	uint32_t handle;
	void *map;
	int other;

	igt_assert(!mc_readable(loot->map));
	igt_assert(!mc_readable(loot->map + loot->size - 4096));
	igt_assert(!mc_readable(loot->untouched));
	igt_assert(!mc_readable(loot->through));
	mc_expect(map_errno(loot->fd, loot->size, PROT_READ, MAP_SHARED),
		  -ESTALE);
	mc_expect(map_errno(loot->copy, loot->size, PROT_READ, MAP_PRIVATE),
		  -ESTALE);
	mc_expect(mc_ioctl_errno(loot->fd, DMA_BUF_IOCTL_SYNC, &sync), -ESTALE);
	map = vgem_map_first(loot->vgem, loot->size, PROT_READ);
	igt_assert(map == MAP_FAILED);
	/* Another file of vgem, which has not imported it yet. */
	other = vgem_open();
	igt_assert_eq(drmPrimeFDToHandle(other, loot->copy, &handle), -1);
	igt_assert_eq(errno, ESTALE);
	mc_close(other);
	igt_assert_eq(write(loot->ends[0], "q", 1), 1);
	mc_join(loot->child);
	munmap((void *)loot->through, loot->size);
	close(loot->ends[0]);
	close(loot->ends[1]);
}

enum end { DEPART, ARRIVE, STOP, FAIL, DESTROY, CLOSE, ENDS };

static void report_failure(int fd)
{
	struct drm_miracast_report_status status = {
		.status = DRM_MIRACAST_STATUS_CRITICAL_ERROR,
	};

	mc_expect(mc_io_errno(fd, DRM_MIRACAST_CODE_REPORT_STATUS, &status,
			      sizeof(status), NULL, 0, NULL), 0);
}

static void revoked_by(enum end way)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	struct loot loot;
	int fd = scene->ctx->fd;

	take(scene, &chunk, &loot);
	switch (way) {
	case DEPART:
		mc_depart(scene->ctx);
		break;
	case ARRIVE:
		mc_arrive(scene->ctx, WIDTH, HEIGHT - 80);
		break;
	case STOP:
		mc_stop(scene->ctx);
		break;
	case FAIL:
		report_failure(fd);
		break;
	case DESTROY:
		mc_expect(mc_destroy_errno(fd), 0);
		break;
	default:
		mc_close(fd);
		break;
	}
	expect_revoked(&loot);
	if (way == DEPART || way == ARRIVE || way == FAIL) {
		mc_expect(mc_get_buffer_errno(fd, chunk.event.buffer, &info),
			  -ESTALE);
		mc_expect(mc_try_release(scene->ctx, &chunk), MC_REVOKED);
	}
	mc_forget_all();
}

static void test_revoked(void)
{
	enum end way;

	for (way = DEPART; way < ENDS; way++) {
		igt_info("way %u\n", way);
		revoked_by(way);
	}
}

/* Mappings of the earlier master's memory are revoked when PIN returns. */
static void test_pinned_to_another(void)
{
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct drm_miracast_buffer info;
	struct mc_scene scene = {};
	struct mc_controlled c;
	struct mc_chunk chunk;
	struct loot loot;
	int cards[2];

	mc_two_masters(cards);
	mc_controlled(&c, cards[0], &limits);
	scene.card = cards[0];
	scene.ctx = c.ctx;
	scene.kms = mc_kms(cards[0], c.ctx->connector);
	scene.fb[0] = mc_fb(cards[0], WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(scene.kms, &mode, scene.fb[0]);
	mc_complete_mode(c.ctx, NULL);
	take(&scene, &chunk, &loot);
	/* Hidden is not gone: this master may come back. */
	mc_switch_master(cards[0], cards[1]);
	igt_assert(mc_readable(loot.map));
	mc_expect(mc_pin_errno(c.control, mc_query(c.control).current_master),
		  0);
	expect_revoked(&loot);
	mc_expect(mc_get_buffer_errno(c.ctx->fd, chunk.event.buffer, &info),
		  -ESTALE);
	mc_expect(mc_try_release(c.ctx, &chunk), MC_REVOKED);
}

/* Another owner comes, and the compositor draws into the same buffers. */
static void test_after_destroy(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	struct loot loot;
	struct mc_ctx *next;

	take(scene, &chunk, &loot);
	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	limits.connector_id = scene->ctx->connector;
	next = mc_ctx_create(scene->card, &limits);
	mc_start(next);
	mc_arrive(next, WIDTH, HEIGHT);
	mc_complete_mode(next, NULL);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_wait_chunk(next, &chunk);
	expect_revoked(&loot);
	/* Its own way to the same memory is good. */
	mc_buffer(next, chunk.event.buffer);
	igt_assert(mc_readable(mc_buffer(next, chunk.event.buffer)->map));
	mc_release(next, &chunk);
}

/* The worker removes it from the table. */
static void test_evicted(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	struct loot loot;
	unsigned int i;

	take(scene, &chunk, &loot);
	mc_release(scene->ctx, &chunk);
	for (i = 0; i < 20; i++) {
		struct mc_fb *fb = mc_fb(scene->card, WIDTH, HEIGHT,
					 DRM_FORMAT_XRGB8888);

		mc_show(scene->kms, fb, NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	igt_assert(mc_settle());
	expect_revoked(&loot);
}

/* Buffers of an ended mode stay accessible until they are released. */
static void test_mode_over(void)
{
	drmModeModeInfo slow = mc_make_mode(WIDTH, HEIGHT, 50000);
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	struct loot loot;

	take(scene, &chunk, &loot);
	mc_light(scene->kms, &slow, scene->fb[1]);
	igt_assert(mc_settle());
	igt_assert(mc_readable(loot.map));
	mc_expect(mc_try_release(scene->ctx, &chunk), MC_REVOKED);
	igt_assert(mc_settle());
	expect_revoked(&loot);
}

/* A CRTC that is off is not gone. */
static void test_dark(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	const uint8_t *map;
	int fd = first_buffer(scene, &chunk);

	mc_catch_bus();
	map = mc_map(fd, scene->fb[0]->size, PROT_READ, 0);
	mc_off(scene->kms);
	igt_assert(mc_settle());
	igt_assert(mc_readable(map));
	mc_expect(mc_try_release(scene->ctx, &chunk), MC_REVOKED);
}

/* A revoked descriptor keeps no memory, unless a device still has it. */
static void test_keeps_no_memory(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_memory before, now;
	struct mc_chunk chunk;
	struct loot loot;

	mc_memory_begin(&before);
	take(scene, &chunk, &loot);
	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	expect_revoked(&loot);
	mc_off(scene->kms);
	mc_fb_free(scene->fb[0]);
	igt_assert(mc_settle());
	mc_memory_begin(&now);
	igt_assert_eq_u32(now.objects, before.objects);
	mc_close(loot.vgem);
	mc_memory_begin(&now);
	igt_assert_eq_u32(now.objects, before.objects - 1);
	igt_assert(!mc_readable(loot.map));
	mc_ctx_close(scene->ctx);
	mc_close(loot.fd);
	mc_close(loot.copy);
}

/* Faults, maps, copies and forks beside one revocation after the other. */
struct abuse {
	int socket;
};

static void abuse(void *data)
{
	const struct abuse *abuse = data;
	const size_t size = (size_t)WIDTH * HEIGHT * 4;
	uint32_t seed = (uint32_t)getpid();

	mc_catch_bus();
	for (;;) {
		int fd = mc_receive_fd(abuse->socket), i;
		const uint8_t *map;

		for (i = 0; i < 50; i++) {
			map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
			if (map == MAP_FAILED) {
				mc_expect(-errno, -ESTALE);
				break;
			}
			if (mc_random(&seed) % 8 == 0 && !fork()) {
				mc_readable(map + mc_random(&seed) % size / 4 * 4);
				_exit(0);
			}
			while (mc_readable(map + mc_random(&seed) % size / 4 * 4) &&
			       mc_random(&seed) % 32)
				;
			munmap((void *)map, size);
			while (waitpid(-1, NULL, WNOHANG) > 0)
				;
		}
		mc_close(fd);
	}
}

static void test_races(void)
{
	unsigned int i, k, rounds = mc_setting("MIRACAST_CYCLES", 100);
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	pid_t pids[3];
	int ends[3][2];

	for (k = 0; k < 3; k++) {
		struct abuse child;

		igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
					 ends[k]), 0);
		child.socket = ends[k][1];
		pids[k] = mc_fork(abuse, &child);
	}
	for (i = 0; i < rounds; i++) {
		mc_wait_chunk(scene->ctx, &chunk);
		mc_expect(mc_get_buffer_errno(scene->ctx->fd,
					      chunk.event.buffer, &info), 0);
		for (k = 0; k < 3; k++)
			mc_send_fd(ends[k][0], info.fds[0]);
		usleep(i * 37 % 3000);
		mc_close(info.fds[0]);
		if (i % 3)
			mc_depart(scene->ctx);
		else
			report_failure(scene->ctx->fd);
		mc_arrive(scene->ctx, WIDTH, HEIGHT);
		mc_expect(mc_try_release(scene->ctx, &chunk), MC_REVOKED);
		mc_complete_mode(scene->ctx, NULL);
	}
	for (k = 0; k < 3; k++) {
		mc_kill(pids[k]);
		close(ends[k][0]);
		close(ends[k][1]);
	}
}

/* A device that goes does not revoke mappings: programs would get SIGBUS. */
static void test_unbind(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	const uint8_t *map;
	int fd = first_buffer(scene, &chunk);

	mc_catch_bus();
	map = mc_map(fd, scene->fb[0]->size, PROT_READ, 0);
	mc_unbind();
	igt_assert(mc_readable(map));
	mc_close(scene->ctx->fd);
	igt_assert(!mc_readable(map));
	mc_forget_all();
	mc_bind();
}

const struct mc_subtest mc_direct_export[] = {
	{ "read-only",
	  "The device's own framebuffers are read-only for the owner.",
	  test_read_only },
	{ "exported-too",
	  "That the client has exported a framebuffer gives the owner no more.",
	  test_exported_too },
	{ "exported-later",
	  "Nor does an export by the client while the owner has it.",
	  test_exported_later },
	{ "sync", "Reads can be bracketed as dma-buf demands.", test_sync },
	{ "same-export", "A buffer has one dma-buf, however often it is asked for.",
	  test_same },
	{ "other-device",
	  "Nor can the framebuffer be written through another device's mmap().",
	  test_other_device },
	{ "kernel-mapping",
	  "Nor does the kernel map it for drivers that would use the CPU.",
	  test_kernel_mapping },
	{ "revoked",
	  "The end of monitor, session and context revokes what was handed out.",
	  test_revoked },
	{ "pinned-to-another", "So does PIN to another master.",
	  test_pinned_to_another },
	{ "after-destroy",
	  "A destroyed context's owner sees nothing of the next one's pictures.",
	  test_after_destroy },
	{ "evicted", "So does leaving the buffer table.", test_evicted },
	{ "mode-over",
	  "A buffer of an ended mode is revoked when its picture is released.",
	  test_mode_over },
	{ "dark", "Switching the CRTC off revokes no memory.", test_dark },
	{ "keeps-no-memory",
	  "A revoked descriptor keeps the framebuffer's memory only for devices.",
	  test_keeps_no_memory },
	{ "revoke-races", "Faults, mappings and forks race with revocations.",
	  test_races },
	{ "unbind",
	  "What is mapped when the device goes stays until the last close.",
	  test_unbind },
	{}
};

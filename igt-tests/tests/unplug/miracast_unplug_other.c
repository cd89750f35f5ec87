// SPDX-License-Identifier: MIT
/*
 * Another GPU is unplugged while this driver waits. The two have nothing to do with each
 * other, but DRM core waits for the critical sections of all its devices.
 */
#include <dirent.h>

#include "lib_miracast_dmabuf.h"
#include "lib_miracast_masters.h"
#include "miracast_unplug.h"

#define DRIVER	"/sys/bus/virtio/drivers/virtio_gpu"
/* 0x0010: the virtio device that is a GPU. */
#define FIND_OTHER	"grep -l 0x0010 ../../devices/*/device | cut -d/ -f4"
/* A fence of vgem lasts 10 s, which a machine under load may need. */
#define ATTEMPTS	3
#define FBDEV	"/sys/module/drm_kms_helper/parameters/fbdev_emulation"
#define WIDTH 640
#define HEIGHT 480

static void unbind_other(void)
{
	igt_assert_eq(system("cd " DRIVER " && for d in virtio*; do echo $d >unbind; done"),
		      0);
}

static void bind_other(void)
{
	igt_assert_eq(system("cd " DRIVER " && " FIND_OTHER " >bind"), 0);
}

/* A worker's name ends in that of the queue whose work is under way. */
static bool is_worker_of(const char *process, const struct mc_scene *scene)
{
	char path[64], name[64], text[64];

	snprintf(name, sizeof(name), "+miracast-%u\n", scene->kms->crtc_index);
	snprintf(path, sizeof(path), "/proc/%.20s/comm", process);
	return mc_read_file(path, text, sizeof(text)) && strstr(text, name);
}

/* Whether the target's work takes longer than work that does not have to wait. */
static bool is_at_work(const struct mc_scene *scene)
{
	const struct dirent *entry;
	DIR *processes = opendir("/proc");
	unsigned int seen = 0;

	igt_assert(processes);
	while ((entry = readdir(processes)))
		if (is_worker_of(entry->d_name, scene))
			break;
	while (entry && seen < 20 && is_worker_of(entry->d_name, scene)) {
		usleep(10000);
		seen++;
	}
	closedir(processes);
	return seen == 20;
}

static void wait_at_work(const struct mc_scene *scene,
			 const struct mc_dmabuf *dmabuf)
{
	while (mc_dmabuf_busy(dmabuf) && !is_at_work(scene))
		usleep(10000);
}

/* Targets whose workers have work that needs mode-setting locks. */
enum { LINK, COMMIT, HOTPLUG, TARGETS };

struct stage {
	struct mc_scene *scenes[TARGETS];
	struct mc_foreign foreign;
	int other;
};

static void commit_slowly(void *data)
{
	const struct stage *stage = data;
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 50000);
	struct mc_commit commit = { .mode = &mode, .fb = stage->foreign.fb };

	mc_expect(mc_commit_errno(stage->scenes[HOTPLUG]->kms, &commit), 0);
}

/* A client's commit waits for a fence, and the workers for the locks that it has. */
static void let_wait(struct stage *stage)
{
	struct mc_scene **scenes = stage->scenes;
	int card = mc_card_open();
	unsigned int i;
	pid_t pid;

	igt_require(mc_caps(card).targets_total >= TARGETS);
	for (i = 0; i < TARGETS; i++) {
		scenes[i] = mc_scene_on(card, WIDTH, HEIGHT, 2);
		igt_assert(mc_connected(card, scenes[i]->ctx->connector));
	}
	stage->other = mc_card_open();
	stage->foreign = mc_foreign_fb(card, MC_VGEM, WIDTH, HEIGHT);
	mc_depart(scenes[COMMIT]->ctx);
	/* So that they have no other work left. */
	usleep(MC_QUIET_MS * 1000);
	igt_assert(mc_settle());

	mc_fence_attach(stage->foreign.dmabuf, true);
	pid = mc_fork(commit_slowly, stage);
	mc_wait_stuck(pid, "fence");
	mc_depart(scenes[LINK]->ctx);
	mc_arrive(scenes[COMMIT]->ctx, WIDTH, HEIGHT);
	wait_at_work(scenes[LINK], stage->foreign.dmabuf);
	wait_at_work(scenes[COMMIT], stage->foreign.dmabuf);
	/* Hides all three, but two are busy. */
	mc_switch_master(card, stage->other);
	wait_at_work(scenes[HOTPLUG], stage->foreign.dmabuf);
}

/* Returns whether the workers still wait when the other GPU is gone. */
static bool unbinds_beside(void)
{
	struct stage stage;
	uint64_t begin;
	bool beside;

	let_wait(&stage);
	begin = mc_now_ns();
	unbind_other();
	beside = mc_dmabuf_busy(stage.foreign.dmabuf);
	igt_info("virtio-gpu unbound in %.1f s; the fence is %s\n",
		 (mc_now_ns() - begin) / 1e9, beside ? "not over" : "over");
	/* That ends the commit. */
	mc_forget_all();
	return beside;
}

/*
 * A console's framebuffer is freed when virtio-gpu is unbound. The driver leaves that to
 * an answer of the host's and goes away without waiting for it, so that DRM core warns
 * of memory that is left (drm_mm_takedown). It gets no console. A kernel without the
 * emulation of consoles has no such parameter.
 */
static bool load_other(void)
{
	return !system("{ [ ! -e " FBDEV " ] || echo N >" FBDEV "; } && modprobe -q virtio_gpu") &&
	       !system("ls " DRIVER "/virtio* >/dev/null 2>&1");
}

static void unload_other(void)
{
	system("modprobe -q -r virtio_gpu; [ ! -e " FBDEV " ] || echo Y >" FBDEV);
}

static void test_other_device(void)
{
	unsigned int i;
	bool there;

	mc_require_exporter(MC_VGEM);
	there = load_other();
	if (!there)
		unload_other();
	igt_require_f(there, "no virtio-gpu\n");
	for (i = 0; i < ATTEMPTS && !unbinds_beside(); i++)
		bind_other();
	unload_other();
	igt_assert_f(i < ATTEMPTS, "its unplug waits for this driver\n");
}

const struct mc_subtest mc_unplug_other[] = {
	{ "other-device",
	  "Another GPU can be unplugged while the driver waits for a client's commit.",
	  test_other_device },
	{}
};

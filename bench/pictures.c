// SPDX-License-Identifier: MIT
/*
 * What does a picture cost, and how soon does the owner have it? One picture after the
 * other: the caches are emptied; then the damage is painted, as a compositor does, and
 * committed.
 *
 * usage: pictures CONTENDER WIDTHxHEIGHT DAMAGE[,DAMAGE]... PICTURES [lean]
 *
 * CONTENDER is direct, copy, nv12, evdi, evdi-nv12 or vkms, or memcpy (the
 * kernel's) or libc (the C library's); DAMAGE 64x64, 25% or full. copy-wc and nv12-wc have
 * framebuffers in write-combined memory, like that of GPUs; memcpy-wc and from-wc
 * (drm_memcpy_from_wc()) read such memory, too. "lean" times nothing, but counts the
 * owner's system calls, in the kernel's trace.
 */
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "kms.h"
#include "owner.h"
#include "report.h"
#include "scene.h"
#include "trace.h"

#define WARM_UP		5
#define TIMEOUT_MS	5000
#define WRITE_BACK_MS	2000
#define PAUSE_NS	(2 * NS_PER_MS)

static const char *const works[] = {
	"workqueue/workqueue_execute_start", "workqueue/workqueue_execute_end",
	NULL,
};

static const char *const calls[] = { "raw_syscalls/sys_enter", NULL };

struct job {
	struct report row;
	struct clock clock;
	struct kms kms;
	enum scene_damage damage;
	uint32_t width, height;
	unsigned int pictures;
	/** @n: Number of the picture, over all damages. */
	unsigned int n;
	bool lean;
	/** @owner: Its pid. */
	pid_t owner;
	struct board *board;
};

/* A kind of contender: prepares, shows pictures of one damage, cleans up. */
struct way {
	const char *name;
	void (*begin)(struct job *job);
	void (*run)(struct job *job);
	void (*end)(struct job *job);
};

static void flip(struct job *job, unsigned int n, uint64_t *start)
{
	struct drm_mode_rect rect =
		scene_clip(job->damage, job->width, job->height, n);
	uint32_t clip = kms_clip(&job->kms, &rect);
	drmModeAtomicReqPtr request;

	request = kms_request(&job->kms, n % KMS_BUFFERS, clip);
	scene_evict();
	kms_paint(&job->kms, n % KMS_BUFFERS, &rect, n);
	*start = clock_tick();
	check(kms_submit(&job->kms, request), "flip");
	if (!kms_await(&job->kms, TIMEOUT_MS, NULL)) {
		errno = ETIMEDOUT;
		die("flip");
	}
	drmModeAtomicFree(request);
	kms_clip_free(&job->kms, clip);
}

/*
 * Reports when the picture was ready, and, where the driver reports its own times, the
 * parts of that before, in and after the driver.
 */
static void report_ready(const struct job *job, const struct owner_sample *sample,
			 uint64_t start)
{
	uint64_t begin = clock_to_ns(&job->clock, start);
	uint64_t ready = clock_to_ns(&job->clock, sample->ready_tick);

	report(&job->row, "ready_ns", (double)(ready - begin));
	if (!sample->commit_ns)
		return;
	report(&job->row, "core_ns", (double)(int64_t)(sample->commit_ns - begin));
	report(&job->row, "driver_ns", (double)sample->driver_ns);
	report(&job->row, "wake_ns", (double)(int64_t)
	       (ready - sample->commit_ns - sample->driver_ns));
}

static void report_sample(const struct job *job, const struct owner_sample *sample,
			  uint64_t start)
{
	const struct report *row = &job->row;

	report(row, "bytes", (double)sample->bytes);
	report(row, "capture_ns", (double)sample->capture_ns);
	if (sample->convert_ns)
		report(row, "convert_ns", (double)sample->convert_ns);
	if (sample->polled)
		report(row, "cpu_ns", (double)(sample->driver_ns +
					       sample->calls_ns +
					       sample->convert_ns));
	else
		report_ready(job, sample, start);
}

static void begin_owner(struct job *job)
{
	const struct owner_ops *ops = owner_find(job->row.contender);
	struct board *board = owner_board();

	job->board = board;
	board->lean = job->lean;
	atomic_store(&board->polled, !job->lean);
	job->owner = owner_start(ops, board, job->width, job->height);
	if (!job->owner) {
		report(&job->row, "not_offered",
		       atomic_load(&board->state) == BOARD_NOT_OFFERED);
		exit(atomic_load(&board->state) != BOARD_NOT_OFFERED);
	}
	kms_open(&job->kms, kms_card(ops->driver, 0), board->connector,
		 board->crtc, job->width, job->height);
	kms_light(&job->kms);
	if (!owner_await(board, 1, TIMEOUT_MS)) {
		errno = ETIMEDOUT;
		die("first picture");
	}
}

static void run_owner(struct job *job)
{
	struct board *board = job->board;
	uint32_t done, i;
	uint64_t start;

	for (i = 0; i < WARM_UP + job->pictures; i++) {
		if (job->lean && i == WARM_UP && !trace_on(calls))
			die("trace");
		done = atomic_load(&board->done);
		flip(job, ++job->n, &start);
		if (!owner_await(board, done + 1, TIMEOUT_MS)) {
			errno = ETIMEDOUT;
			die("picture");
		}
		clock_sync(&job->clock);
		clock_sleep_ns(PAUSE_NS);
		if (i >= WARM_UP && !job->lean)
			report_sample(job, &board->samples[done % OWNER_SAMPLES], start);
	}
	if (job->lean) {
		trace_off(calls);
		report(&job->row, "per_picture",
		       (double)trace_count("sys_enter:", "bench-owner") /
		       job->pictures);
	}
}

static void end_owner(struct job *job)
{
	kms_dark(&job->kms);
	owner_stop(job->owner);
}

/* Bytes that the driver has read with the loads for write-combined memory. */
static uint64_t wc_bytes(void)
{
	unsigned long long sum = 0;
	const char *value;
	char line[1024];
	FILE *file;
	glob_t found;
	size_t i;

	if (glob("/sys/kernel/debug/dri/*/miracast_targets", 0, NULL, &found))
		return 0;
	/* debugfs has the same device once for each of its nodes. */
	for (i = 0; i < found.gl_pathc && !sum; i++) {
		file = fopen(found.gl_pathv[i], "r");
		while (file && fgets(line, sizeof(line), file)) {
			value = strstr(line, " wc_bytes=");
			if (value)
				sum += strtoull(value + strlen(" wc_bytes="), NULL,
						10);
		}
		if (file)
			fclose(file);
	}
	globfree(&found);
	return sum;
}

static void begin_owner_wc(struct job *job)
{
	if (!kms_use_write_combined()) {
		report(&job->row, "not_offered", 1);
		exit(0);
	}
	begin_owner(job);
}

/* The share of all bytes: 1 when all were read that way. */
static void run_owner_wc(struct job *job)
{
	uint64_t before = wc_bytes(), pixels = 0;
	struct drm_mode_rect rect;
	unsigned int i, n = job->n;

	run_owner(job);
	for (i = 0; i < WARM_UP + job->pictures; i++) {
		rect = scene_clip(job->damage, job->width, job->height, ++n);
		pixels += (uint64_t)(rect.x2 - rect.x1) *
			  (uint64_t)(rect.y2 - rect.y1);
	}
	report(&job->row, "wc_share",
	       (double)(wc_bytes() - before) / (4.0 * (double)pixels));
}

/* vkms sometimes loses a write-back: it switches composing off too late. */
static bool await_fence(int fence)
{
	struct pollfd fd = { .fd = fence, .events = POLLIN };
	bool done = poll(&fd, 1, WRITE_BACK_MS) == 1;

	close(fence);
	return done;
}

static void write_back(struct job *job, unsigned int n, bool measured)
{
	struct drm_mode_rect rect =
		scene_clip(job->damage, job->width, job->height, n);
	drmModeAtomicReqPtr request;
	uint64_t start, ready;
	int32_t fence;
	bool done;

	request = kms_request(&job->kms, n % KMS_BUFFERS, 0);
	kms_write_back(&job->kms, request, &fence);
	scene_evict();
	kms_paint(&job->kms, n % KMS_BUFFERS, &rect, n);
	start = clock_tick();
	check(kms_submit(&job->kms, request), "write-back");
	done = await_fence(fence);
	ready = clock_tick();
	if (!kms_await(&job->kms, TIMEOUT_MS, NULL))
		die("flip");
	drmModeAtomicFree(request);
	if (!done) {
		report(&job->row, "lost", 1);
	} else if (measured) {
		report(&job->row, "bytes", 4.0 * job->width * job->height);
		report(&job->row, "ready_ns",
		       (double)clock_span(&job->clock, ready - start));
	}
}

/* The client gets the picture itself: there is no owner. */
static void begin_vkms(struct job *job)
{
	kms_open(&job->kms, kms_card("vkms", 0), 0, 0, job->width, job->height);
	kms_light(&job->kms);
}

static void run_vkms(struct job *job)
{
	bool traced = false;
	unsigned int i, count;
	uint64_t ns;

	for (i = 0; i < WARM_UP + job->pictures; i++) {
		if (i == WARM_UP)
			traced = trace_on(works);
		write_back(job, ++job->n, i >= WARM_UP);
		clock_sleep_ns(PAUSE_NS);
	}
	trace_off(works);
	ns = trace_work_ns("vkms_composer_worker", &count);
	if (traced && count) {
		report(&job->row, "capture_ns", (double)ns / job->pictures);
		report(&job->row, "cpu_ns", (double)ns / job->pictures);
	}
}

static void end_vkms(struct job *job)
{
	kms_dark(&job->kms);
}

#define COPY_FILE	"/sys/kernel/debug/bench_copy"

/* Copies in the kernel, and with the C library's memcpy(). */
static void run_memcpy(struct job *job)
{
	struct drm_mode_rect rect;
	unsigned long long ns;
	unsigned int n;
	FILE *file;

	for (n = 0; n < job->pictures; n++) {
		rect = scene_clip(job->damage, job->width, job->height, n);
		file = fopen(COPY_FILE, "w+");
		if (!file)
			die(COPY_FILE);
		fprintf(file, "%u %u %d %d %d %d %s\n", job->width, job->height,
			rect.x1, rect.y1, rect.x2, rect.y2, job->row.contender);
		rewind(file);
		if (fscanf(file, "%llu", &ns) != 1)
			die(COPY_FILE);
		fclose(file);
		report(&job->row, "capture_ns", (double)ns);
		report(&job->row, "cpu_ns", (double)ns);
		report(&job->row, "bytes", 4.0 * (rect.x2 - rect.x1) *
		       (rect.y2 - rect.y1));
	}
}

static void *touched(size_t size)
{
	void *memory;

	if (posix_memalign(&memory, 4096, size))
		die("memory");
	memset(memory, 1, size);
	return memory;
}

static void run_libc(struct job *job)
{
	size_t pitch = (size_t)job->width * 4, size = pitch * job->height;
	char *src = touched(size), *dst = touched(size);
	struct drm_mode_rect rect;
	size_t offset, bytes;
	uint64_t start;
	unsigned int n;
	int32_t y;

	for (n = 0; n < job->pictures; n++) {
		rect = scene_clip(job->damage, job->width, job->height, n);
		offset = pitch * (size_t)rect.y1 + 4 * (size_t)rect.x1;
		bytes = 4 * (size_t)(rect.x2 - rect.x1);
		scene_evict();
		for (y = 0; y < rect.y2 - rect.y1; y++)
			memset(src + offset + pitch * (size_t)y, (int)n, bytes);
		start = clock_tick();
		for (y = 0; y < rect.y2 - rect.y1; y++)
			memcpy(dst + offset + pitch * (size_t)y,
			       src + offset + pitch * (size_t)y, bytes);
		report(&job->row, "capture_ns", (double)
		       clock_span(&job->clock, clock_tick() - start));
	}
}

static const struct way ways[] = {
	{ "direct", begin_owner, run_owner, end_owner },
	{ "copy", begin_owner, run_owner, end_owner },
	{ "nv12", begin_owner, run_owner, end_owner },
	{ "evdi", begin_owner, run_owner, end_owner },
	{ "evdi-nv12", begin_owner, run_owner, end_owner },
	{ "vkms", begin_vkms, run_vkms, end_vkms },
	{ "copy-wc", begin_owner_wc, run_owner_wc, end_owner },
	{ "nv12-wc", begin_owner_wc, run_owner_wc, end_owner },
	{ "memcpy", NULL, run_memcpy, NULL },
	{ "memcpy-wc", NULL, run_memcpy, NULL },
	{ "from-wc", NULL, run_memcpy, NULL },
	{ "libc", NULL, run_libc, NULL },
	{ NULL, NULL, NULL, NULL },
};

static bool read_damages(const char *text)
{
	char *copy = strdup(text), *state = NULL, *name;
	bool good = true;

	for (name = strtok_r(copy, ",", &state); name;
	     name = strtok_r(NULL, ",", &state))
		good = good && scene_damage(name) >= 0;
	free(copy);
	return good;
}

static void run_all(struct job *job, const struct way *way, char *damages)
{
	char *state = NULL, *name;

	job->row.damage = "-";
	if (way->begin)
		way->begin(job);
	for (name = strtok_r(damages, ",", &state); name;
	     name = strtok_r(NULL, ",", &state)) {
		int damage = scene_damage(name);

		job->damage = (enum scene_damage)damage;
		job->row.damage = name;
		way->run(job);
	}
	if (way->end)
		way->end(job);
}

int main(int argc, char **argv)
{
	struct job job = { .row = { .part = "pictures" } };
	const struct way *way = ways;

	while (argc > 1 && way->name && strcmp(way->name, argv[1]))
		way++;
	if (argc < 5 || !way->name || !read_damages(argv[3]) ||
	    scene_size(argv[2], &job.width, &job.height)) {
		fprintf(stderr, "usage: pictures CONTENDER SIZE DAMAGES PICTURES [lean]\n");
		return 2;
	}
	job.row.contender = argv[1];
	job.row.size = argv[2];
	job.pictures = (unsigned int)strtoul(argv[4], NULL, 10);
	job.lean = argc > 5;
	if (job.lean)
		job.row.part = "syscalls";
	report_begin();
	clock_init(&job.clock);
	run_all(&job, way, argv[3]);
	return 0;
}

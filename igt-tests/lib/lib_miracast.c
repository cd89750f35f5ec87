// SPDX-License-Identifier: MIT
/*
 * Shared by the miracast tests: what a subtest leaves behind, the card, and
 * thin wrappers of the DDI.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>

#include "lib_miracast.h"
#include "lib_miracast_points.h"

#define MAX_FDS		4096
#define MAX_MAPS	1024

static struct {
	bool known;
	bool before[MAX_FDS];
	bool fds[MAX_FDS];
	struct {
		void *address;
		size_t size;
	} maps[MAX_MAPS];
	void (*undo)(void);
} remembered;

const char *mc_strerror(int error)
{
	return strerror(error < 0 ? -error : error);
}

int mc_keep(int fd)
{
	if (fd >= 0 && fd < MAX_FDS)
		remembered.fds[fd] = true;
	return fd;
}

void mc_close(int fd)
{
	igt_assert(fd >= 0);
	if (fd < MAX_FDS)
		remembered.fds[fd] = false;
	close(fd);
}

int mc_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	igt_assert(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

void *mc_map(int fd, size_t size, int prot, off_t offset)
{
	void *map = mmap(NULL, size, prot, MAP_SHARED, fd, offset);
	unsigned int i;

	igt_assert_f(map != MAP_FAILED, "mmap of %zu bytes: %m\n", size);
	for (i = 0; i < MAX_MAPS; i++) {
		if (!remembered.maps[i].address) {
			remembered.maps[i].address = map;
			remembered.maps[i].size = size;
			break;
		}
	}
	igt_assert(i < MAX_MAPS);
	return map;
}

void mc_unmap(void *map, size_t size)
{
	unsigned int i;

	for (i = 0; i < MAX_MAPS; i++)
		if (remembered.maps[i].address == map)
			remembered.maps[i].address = NULL;
	munmap(map, size);
}

static void close_remembered(void)
{
	int fd;

	for (fd = 0; fd < MAX_FDS; fd++)
		if (remembered.fds[fd])
			mc_close(fd);
}

/* Closes what was not open when the first subtest began, known or lost. */
static void close_fds(void)
{
	int fd;

	for (fd = 0; fd < MAX_FDS; fd++) {
		bool open = fcntl(fd, F_GETFD) >= 0;

		if (!remembered.known)
			remembered.before[fd] = open;
		else if (open && !remembered.before[fd])
			close(fd);
		remembered.fds[fd] = false;
	}
	remembered.known = true;
}

void mc_at_end(void (*undo)(void))
{
	static bool registered;

	/* No subtest follows the last one. Children leave by _exit(). */
	if (!registered)
		igt_assert_eq(atexit(mc_forget_all), 0);
	registered = true;
	igt_assert(!remembered.undo);
	remembered.undo = undo;
}

void mc_forget_all(void)
{
	void (*undo)(void) = remembered.undo;
	struct itimerval none = {};
	unsigned int i;

	setitimer(ITIMER_REAL, &none, NULL);
	signal(SIGALRM, SIG_DFL);
	mc_kill_all();
	for (i = 0; i < MAX_MAPS; i++)
		if (remembered.maps[i].address)
			mc_unmap(remembered.maps[i].address,
				 remembered.maps[i].size);
	close_fds();
	mc_forget_flips();
	mc_points_forget();
	remembered.undo = NULL;
	if (undo)
		undo();
}

/* With the module there is a card; one that is missing is a failure. */
static void assert_clean_device(void)
{
	int card;

	mc_module_restore();
	if (!mc_bound())
		mc_bind();
	card = mc_card_open();
	mc_wait_at_rest(card);
	mc_close(card);
}

static void too_long(int signal)
{
	igt_assert_f(false, "the subtest takes longer than MIRACAST_SUBTEST_SECONDS\n");
}

/*
 * A subtest that hangs fails, and the next one follows: it may wait in a blocking call
 * for what never comes. SIGALRM is the tests' own.
 */
static void limit_time(unsigned int seconds)
{
	struct sigaction action = { .sa_handler = too_long };
	struct itimerspec in = { .it_value.tv_sec = seconds };
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGXCPU,
		._sigev_un._tid = gettid(),
	};
	static timer_t timer;
	static bool made;

	if (!made) {
		if (!seconds)
			return;
		igt_assert_eq(sigaction(SIGXCPU, &action, NULL), 0);
		igt_assert_eq(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	}
	made = true;
	igt_assert_eq(timer_settime(timer, 0, &in, NULL), 0);
}

void mc_run(void (*subtest)(void))
{
	int fds, lost;
	long users;

	limit_time(mc_setting("MIRACAST_SUBTEST_SECONDS", 0));
	mc_forget_all();
	igt_require_f(mc_module_loaded(), "the module is not loaded\n");
	assert_clean_device();
	fds = mc_count_fds();
	users = mc_module_users();

	subtest();

	close_remembered();
	lost = mc_count_fds() - fds;
	mc_forget_all();
	assert_clean_device();
	igt_assert_f(!lost, "%d descriptors were lost\n", lost);
	mc_module_wait_users(users);
	limit_time(0);
}

/* The device */

unsigned int mc_setting(const char *name, unsigned int fallback)
{
	const char *text = getenv(name);

	return text && atoi(text) > 0 ? (unsigned int)atoi(text) : fallback;
}

long mc_parameter(const char *name)
{
	char path[256], text[64];

	snprintf(path, sizeof(path), "/sys/module/miracast/parameters/%s",
		 name);
	if (!mc_read_file(path, text, sizeof(text)))
		return -1;
	if (text[0] == 'Y' || text[0] == 'N')
		return text[0] == 'Y';
	return atol(text);
}

static bool is_driver(int fd, const char *driver)
{
	drmVersionPtr version = drmGetVersion(fd);
	bool is = version && !strcmp(version->name, driver);

	drmFreeVersion(version);
	return is;
}

int mc_card_open_errno(const char *driver)
{
	char path[32];
	int i, fd;

	for (i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (is_driver(fd, driver))
			return mc_keep(fd);
		close(fd);
	}
	return -ENODEV;
}

int mc_card_open(void)
{
	int fd = mc_card_open_errno("miracast");

	igt_assert_f(fd >= 0, "no miracast device\n");
	if (drmIsMaster(fd))
		drmSetMaster(fd);
	return fd;
}

int mc_card_minor(int card)
{
	struct stat st;

	igt_assert_eq(fstat(card, &st), 0);
	return minor(st.st_rdev);
}

int mc_ioctl_errno(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

int mc_caps_errno(int card, struct drm_miracast_query_caps *caps)
{
	memset(caps, 0, sizeof(*caps));
	return mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, caps);
}

struct drm_miracast_query_caps mc_caps(int card)
{
	struct drm_miracast_query_caps caps;

	mc_expect(mc_caps_errno(card, &caps), 0);
	return caps;
}

bool mc_has_code(int card, uint32_t code)
{
	return mc_caps(card).io_control_codes >> code & 1;
}

bool mc_at_rest(int card)
{
	struct drm_miracast_query_caps caps = mc_caps(card);

	return caps.targets_free == caps.targets_total &&
	       caps.encoder_slots_free == caps.encoder_slots_total &&
	       caps.macroblock_rate_free == caps.macroblock_rate_total &&
	       caps.picture_memory_free == caps.picture_memory_total;
}

void mc_wait_at_rest(int card)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	struct drm_miracast_query_caps caps;

	while (!mc_at_rest(card) && mc_now_ns() < end)
		usleep(10000);
	caps = mc_caps(card);
	igt_assert_f(mc_at_rest(card),
		     "in use: %u targets, %u slots, %llu MB/s, %llu bytes\n",
		     caps.targets_total - caps.targets_free,
		     caps.encoder_slots_total - caps.encoder_slots_free,
		     (unsigned long long)(caps.macroblock_rate_total -
					  caps.macroblock_rate_free),
		     (unsigned long long)(caps.picture_memory_total -
					  caps.picture_memory_free));
}

/* Contexts */

struct drm_miracast_create_context mc_limits(uint32_t width, uint32_t height,
					     uint32_t buffers)
{
	return (struct drm_miracast_create_context) {
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = buffers,
		.parts = 1,
		.max_width = width,
		.max_height = height,
		.max_refresh_mhz = 60000,
		.context_fd = -1,
	};
}

struct drm_miracast_create_context mc_limits_direct(uint32_t width,
						    uint32_t height)
{
	return (struct drm_miracast_create_context) {
		.flags = DRM_MIRACAST_CONTEXT_FLAG_TRUSTED,
		.delivery = DRM_MIRACAST_DELIVERY_DIRECT,
		.max_width = width,
		.max_height = height,
		.max_refresh_mhz = 60000,
		.context_fd = -1,
	};
}

int mc_create_errno(int card, struct drm_miracast_create_context *arg)
{
	int ret = mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, arg);

	if (!ret) {
		mc_keep(arg->context_fd);
		mc_keep(arg->control_fd);
	}
	return ret;
}

struct mc_ctx *mc_ctx_from_fd(int fd)
{
	struct mc_ctx *ctx = calloc(1, sizeof(*ctx));
	struct drm_miracast_statistics stats = {};

	igt_assert(ctx);
	ctx->fd = fd;
	mc_expect(mc_statistics_errno(fd, &stats), 0);
	ctx->connector = stats.connector_id;
	ctx->crtc = stats.crtc_id;
	ctx->number = stats.context_number;
	return ctx;
}

struct mc_ctx *mc_ctx_create(int card,
			     const struct drm_miracast_create_context *arg)
{
	struct drm_miracast_create_context local = mc_limits(640, 480, 3);
	struct mc_ctx *ctx;

	if (arg)
		local = *arg;
	mc_expect(mc_create_errno(card, &local), 0);
	ctx = mc_ctx_from_fd(local.context_fd);
	ctx->format = local.format;
	igt_assert_eq_u32(ctx->connector, local.connector_id);
	igt_assert_eq_u32(ctx->crtc, local.crtc_id);
	igt_assert_eq_u64(ctx->number, local.context_number);
	return ctx;
}

void mc_ctx_close(struct mc_ctx *ctx)
{
	unsigned int i;

	for (i = 0; i < MC_BUFFERS; i++)
		if (ctx->buffers[i].map)
			mc_buffer_drop(ctx, ctx->buffers[i].info.buffer);
	mc_close(ctx->fd);
	free(ctx);
}

int mc_io_errno(int fd, uint32_t code, const void *in, uint32_t in_size,
		void *out, uint32_t out_size, uint32_t *returned)
{
	struct drm_miracast_io_control arg = {
		.code = code,
		.in = (uintptr_t)in,
		.in_size = in_size,
		.out = (uintptr_t)out,
		.out_size = out_size,
	};
	int ret = mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, &arg);

	if (returned)
		*returned = arg.bytes_returned;
	return ret;
}

int mc_destroy_errno(int fd)
{
	return mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT, NULL);
}

int mc_start_errno(int fd, uint64_t *session)
{
	struct drm_miracast_start_session in = {};
	struct drm_miracast_session out = {};
	int ret = mc_io_errno(fd, DRM_MIRACAST_CODE_START_SESSION, &in,
			      sizeof(in), &out, sizeof(out), NULL);

	if (session)
		*session = out.session;
	return ret;
}

int mc_stop_errno(int fd)
{
	struct drm_miracast_stop_session in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_STOP_SESSION, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_depart_errno(int fd)
{
	struct drm_miracast_monitor_depart in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_MONITOR_DEPART, &in,
			   sizeof(in), NULL, 0, NULL);
}

int mc_complete_errno(int fd, uint64_t number, uint32_t status)
{
	struct drm_miracast_complete_message in = {
		.number = number,
		.status = status,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_COMPLETE_MESSAGE, &in,
			   sizeof(in), NULL, 0, NULL);
}

int mc_request_frame_errno(int fd)
{
	struct drm_miracast_request_frame in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_REQUEST_FRAME, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_set_rate_errno(int fd, uint32_t max_picture_rate_mhz)
{
	struct drm_miracast_set_rate in = {
		.max_picture_rate_mhz = max_picture_rate_mhz,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_RATE, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_release_fenced(int fd, uint64_t buffer, uint64_t chunk_id, int fence)
{
	struct drm_miracast_release_chunk arg = {
		.buffer = buffer,
		.chunk_id = chunk_id,
		.flags = fence >= 0 ? DRM_MIRACAST_RELEASE_FLAG_FENCE : 0,
		.fence_fd = fence >= 0 ? fence : 0,
		.result = UINT32_MAX,
	};
	int ret = mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, &arg);

	if (ret)
		return ret;
	igt_assert_lte_u64(arg.result, DRM_MIRACAST_RELEASE_RESULT_REVOKED);
	return arg.result;
}

int mc_release_errno(int fd, uint64_t buffer, uint64_t chunk_id)
{
	int ret = mc_release_fenced(fd, buffer, chunk_id, -1);

	return ret == MC_REVOKED ? 0 : ret;
}

int mc_get_fence_errno(int fd, uint64_t buffer, uint64_t chunk_id, int *fence)
{
	struct drm_miracast_get_fence in = {
		.buffer = buffer,
		.chunk_id = chunk_id,
	};
	struct drm_miracast_fence out = { .fd = -1 };
	int ret = mc_io_errno(fd, DRM_MIRACAST_CODE_GET_FENCE, &in, sizeof(in),
			      &out, sizeof(out), NULL);

	if (!ret && fence)
		*fence = mc_keep(out.fd);
	return ret;
}

int mc_get_buffer_errno(int fd, uint64_t number,
			struct drm_miracast_buffer *out)
{
	struct drm_miracast_get_buffer in = { .buffer = number };
	unsigned int i;
	int ret;

	ret = mc_io_errno(fd, DRM_MIRACAST_CODE_GET_BUFFER, &in, sizeof(in),
			  out, sizeof(*out), NULL);
	if (!ret)
		for (i = 0; i < out->object_count; i++)
			mc_keep(out->fds[i]);
	return ret;
}

int mc_set_buffers_errno(int fd, const struct drm_miracast_owner_buffer *buffers,
			 uint32_t count)
{
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)buffers,
		.count = count,
		.stride = sizeof(*buffers),
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_BUFFERS, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_get_cursor_errno(int fd, void *pixels, uint32_t pixels_size,
			struct drm_miracast_cursor *out)
{
	struct drm_miracast_get_cursor in = {
		.pixels = (uintptr_t)pixels,
		.pixels_size = pixels_size,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_GET_CURSOR, &in, sizeof(in),
			   out, out ? sizeof(*out) : 0, NULL);
}

int mc_statistics_errno(int fd, struct drm_miracast_statistics *out)
{
	struct drm_miracast_get_statistics in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_GET_STATISTICS, &in,
			   sizeof(in), out, sizeof(*out), NULL);
}

struct drm_miracast_statistics mc_statistics(struct mc_ctx *ctx)
{
	struct drm_miracast_statistics stats = {};

	mc_expect(mc_statistics_errno(ctx->fd, &stats), 0);
	return stats;
}

/* @unreleased: how many chunks may be. Returns how many pictures were captured. */
static uint64_t wait_captured(struct mc_ctx *ctx, uint64_t captured,
			      uint32_t unreleased)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	struct drm_miracast_statistics stats;

	for (;;) {
		stats = mc_statistics(ctx);
		if (stats.pictures_captured >= captured &&
		    stats.unreleased_chunks <= unreleased)
			return stats.pictures_captured;
		igt_assert_f(mc_now_ns() < end,
			     "%llu of %llu pictures captured, %u chunks unreleased\n",
			     (unsigned long long)stats.pictures_captured,
			     (unsigned long long)captured,
			     stats.unreleased_chunks);
		usleep(1000);
	}
}

void mc_wait_captured(struct mc_ctx *ctx, uint64_t captured)
{
	wait_captured(ctx, captured, UINT32_MAX);
}

uint64_t mc_wait_released(struct mc_ctx *ctx, uint64_t captured)
{
	return wait_captured(ctx, captured, 0);
}

uint64_t mc_start(struct mc_ctx *ctx)
{
	uint64_t session = 0;

	mc_expect(mc_start_errno(ctx->fd, &session), 0);
	return session;
}

void mc_stop(struct mc_ctx *ctx)
{
	mc_expect(mc_stop_errno(ctx->fd), 0);
}

void mc_depart(struct mc_ctx *ctx)
{
	mc_expect(mc_depart_errno(ctx->fd), 0);
}

struct drm_miracast_monitor_arrive
mc_monitor(const struct drm_miracast_mode *modes, uint32_t count)
{
	return (struct drm_miracast_monitor_arrive) {
		.monitor_type = DRM_MIRACAST_MONITOR_TYPE_HDMI,
		.modes = (uintptr_t)modes,
		.mode_count = count,
		.mode_stride = sizeof(*modes),
		.vsync_divider = 1,
	};
}

int mc_arrive_errno(int fd, const struct drm_miracast_monitor_arrive *arg)
{
	return mc_io_errno(fd, DRM_MIRACAST_CODE_MONITOR_ARRIVE, arg,
			   sizeof(*arg), NULL, 0, NULL);
}

void mc_arrive_modes(struct mc_ctx *ctx, const struct drm_miracast_mode *modes,
		     uint32_t count)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(modes, count);

	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
}

void mc_arrive(struct mc_ctx *ctx, uint32_t width, uint32_t height)
{
	struct drm_miracast_mode mode = {
		.width = width,
		.height = height,
		.refresh_mhz = 60000,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};

	mc_arrive_modes(ctx, &mode, 1);
}

// SPDX-License-Identifier: MIT
/*
 * Contexts and devices against a fake driver: programs with smaller and with larger structs
 * than the library's, contexts that others created, and pinning.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "context.h"
#include "device.h"
#include "harness.h"
#include "monitor.h"

#define NEWER	64	/* bytes that a later version has added */

/* What the driver answers, and what it was asked. */
static struct {
	int error, error_once;
	unsigned int calls;
	uint64_t current, pinned, codes;
	uint32_t code, pins;
	uint64_t pin;
	int fd;
	struct drm_miracast_create_context create;
} driver;

static int answer(struct drm_miracast_io_control *arg)
{
	struct drm_miracast_context_info info = {
		.context_number = 5, .connector_id = 31, .crtc_id = 32,
		.current_master = driver.current, .pinned_master = driver.pinned,
		.io_control_codes = driver.codes,
	};
	const struct drm_miracast_pin *pin = (const void *)(uintptr_t)arg->in;
	uint8_t *out = (void *)(uintptr_t)arg->out;
	size_t i;

	driver.code = arg->code;
	switch (arg->code) {
	case DRM_MIRACAST_CODE_PIN:
		driver.pins++;
		driver.pin = pin->master;
		break;
	case DRM_MIRACAST_CODE_QUERY_CONTEXT:
		memcpy(out, &info, arg->out_size < sizeof(info) ?
					   arg->out_size : sizeof(info));
		break;
	default:
		/*
		 * Copies as much as there is room for, up to the size that this driver
		 * knows.
		 */
		for (i = 0; i < arg->out_size && i < sizeof(struct drm_miracast_statistics); i++)
			out[i] = (uint8_t)(i + 1);
	}
	return 0;
}

static int serve(unsigned long request, void *arg)
{
	struct drm_miracast_create_context *create = arg;
	struct drm_miracast_query_caps *caps = arg;
	struct drm_miracast_io_control *control = arg;
	bool is_query = request == DRM_IOCTL_MIRACAST_IO_CONTROL &&
			control->code == DRM_MIRACAST_CODE_QUERY_CONTEXT;

	driver.calls++;
	if (driver.error_once) {
		errno = driver.error_once;
		driver.error_once = 0;
		return -1;
	}
	/* For a pin that fails, the query before it succeeds. */
	if (driver.error && !(is_query && driver.error == ESTALE)) {
		errno = driver.error;
		return -1;
	}
	if (request == DRM_IOCTL_MIRACAST_RELEASE_CHUNK)
		return 0;
	if (request == DRM_IOCTL_MIRACAST_IO_CONTROL)
		return answer(arg);
	if (request == DRM_IOCTL_MIRACAST_QUERY_CAPS) {
		caps->abi_major = 1;
		caps->targets_total = 4;
		if (caps->format_stride)
			caps->format_count = caps->format_stride;
		return 0;
	}
	driver.create = *create;
	create->context_fd = 40;
	create->control_fd = -1;
	create->connector_id = 31;
	create->crtc_id = 32;
	create->context_number = 6;
	return 0;
}

/* Stands for the C library's, also in libdrm. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *arg;

	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	driver.fd = fd;
	return serve(request, arg);
}

static void check_errors(void)
{
	const struct drm_miracast_create_context want = { .max_width = 640 };
	struct mc_context context;

	driver.error_once = EINTR;
	driver.calls = 0;
	check(!mc_context_create(3, &want, &context) && driver.calls == 2,
	      "a call that a signal interrupts is made again");
	driver.error_once = ESRCH;
	driver.calls = 0;
	check(mc_context_create(3, &want, &context) == -ESRCH && driver.calls == 1,
	      "that there is no master is reported");
	driver.error_once = EINTR;
	check(!mc_request_frame(&context), "other calls are made again as well");
	driver.error_once = EINTR;
	check(!mc_release_chunk(&context, 1, 2), "and releases");
}

static void check_create(void)
{
	union {
		struct drm_miracast_create_context now;
		uint8_t bytes[sizeof(struct drm_miracast_create_context) + NEWER];
	} later = { .now = { .max_width = 640, .max_height = 480 } };
	size_t known = offsetof(struct drm_miracast_create_context, max_height);
	struct drm_miracast_create_context *earlier = malloc(known);
	struct mc_context context;

	if (!earlier)
		abort();
	memcpy(earlier, &later.now, known);
	check(!mc_context_create(3, &later.now, &context) && context.fd == 40 &&
	      context.control_fd == -1 && context.connector_id == 31 &&
	      context.crtc_id == 32 && context.number == 6,
	      "a context is made");
	check(!mc_context_create_sized(3, earlier, known, &context) &&
	      driver.create.max_width == 640 && !driver.create.max_height,
	      "what an older program does not know is zero");
	check(!mc_context_create_sized(3, &later.now, sizeof(later), &context) &&
	      driver.create.max_height == 480,
	      "members of a newer program that are zero do no harm");
	later.bytes[sizeof(later) - 1] = 1;
	check(mc_context_create_sized(3, &later.now, sizeof(later), &context) == -E2BIG &&
	      context.fd == -1 && context.control_fd == -1,
	      "and others are not left out silently");
	driver.error = EBUSY;
	check(mc_context_create(3, &later.now, &context) == -EBUSY && context.fd == -1 &&
	      context.control_fd == -1, "a failure leaves a closed context");
	mc_context_close(&context);
	check(context.fd == -1, "which may be closed");
	driver.error = 0;
	free(earlier);
}

static void check_out(void)
{
	const struct mc_context context = { .fd = 9, .control_fd = -1 };
	const struct mc_device device = { .fd = 9 };
	size_t half = sizeof(struct drm_miracast_statistics) / 2;
	size_t start = offsetof(struct drm_miracast_query_caps, caps);
	uint8_t *caps = malloc(start), *small = malloc(half);
	union {
		struct drm_miracast_statistics now;
		struct drm_miracast_query_caps caps;
		uint8_t bytes[sizeof(struct drm_miracast_statistics) + NEWER];
	} large;
	uint32_t major = 0;

	if (!caps || !small)
		abort();
	check(!mc_statistics_sized(&context, (void *)small, half) &&
	      small[half - 1] == (uint8_t)half, "an older program gets what it knows");
	memset(&large, 0xff, sizeof(large));
	check(!mc_statistics_sized(&context, &large.now, sizeof(large)) &&
	      large.bytes[0] == 1 && !large.bytes[sizeof(large) - 1],
	      "a newer one gets zeroes");
	check(!mc_device_caps_sized(&device, (void *)caps, start),
	      "capabilities for an older program");
	memcpy(&major, caps + offsetof(struct drm_miracast_query_caps, abi_major),
	       sizeof(major));
	check(major == 1, "are those it knows");
	memset(&large, 0xff, sizeof(large));
	check(!mc_device_caps_sized(&device, &large.caps, sizeof(large)) &&
	      large.caps.targets_total == 4 && !large.bytes[sizeof(large) - 1],
	      "and a newer one");
	check(mc_device_formats_sized(&device, NULL, 24, 0) == 24,
	      "formats have the program's stride");
	driver.error = ENOTTY;
	check(mc_statistics(&context, &large.now) == -ENOTTY, "errors are passed on");
	driver.error = 0;
	free(caps);
	free(small);
}

/* A device that goes when it was open already. */
static void check_card(void)
{
	const struct mc_device device = { .fd = 9 };
	struct mc_device card = { .fd = 1, .path = "another" };

	driver.error = ENODEV;
	check(mc_device_open_card(&device, &card) == -ENODEV && card.fd == -1 && !*card.path,
	      "a card that cannot be opened is closed");
	driver.error = 0;
}

/* What the driver's ABI has no room for. */
static void check_sizes(void)
{
	const struct mc_context context = { .fd = 9, .control_fd = -1 };
	struct mc_monitor monitor = { .mode_count = 1, .divider = 1 };
	uint64_t in = 0;

	driver.calls = 0;
	check(!mc_monitor_arrive(&context, &monitor) && driver.calls == 1,
	      "a monitor is announced");
	monitor.reserved[7] = 1;
	check(mc_monitor_arrive(&context, &monitor) == -EINVAL,
	      "not with a member that this version does not know");
	monitor.reserved[7] = 0;
	monitor.mode_count = MC_MONITOR_MODES + 1;
	check(mc_monitor_arrive(&context, &monitor) == -EINVAL, "nor with more modes than it has");
#if SIZE_MAX > UINT32_MAX
	monitor.mode_count = 1;
	monitor.edid_size = (size_t)UINT32_MAX + 129;
	check(mc_monitor_arrive(&context, &monitor) == -EINVAL, "nor with an EDID of 4 GiB");
	check(mc_io_control(&context, DRM_MIRACAST_CODE_START_SESSION, &in,
			    (size_t)UINT32_MAX + 9, NULL, 0) == -EINVAL &&
	      mc_io_control(&context, DRM_MIRACAST_CODE_START_SESSION, NULL, 0, &in,
			    (size_t)UINT32_MAX + 9) == -EINVAL,
	      "sizes above 32 bits are not cut");
#endif
	check(driver.calls == 1, "and the driver is not asked");
}

static void check_adopt(void)
{
	struct mc_context context;

	driver.codes = 1ULL << DRM_MIRACAST_CODE_QUERY_CONTEXT |
		       1ULL << DRM_MIRACAST_CODE_MONITOR_ARRIVE;
	check(!mc_context_adopt(17, &context) && context.fd == 17 &&
	      context.control_fd == -1 && context.connector_id == 31 &&
	      context.crtc_id == 32 && context.number == 5,
	      "a context of somebody else's is taken over");
	driver.error = ENOTTY;
	check(mc_context_adopt(17, &context) == -ENOTTY && context.fd == -1,
	      "but not what is none");
	driver.error = 0;
	driver.codes = 1ULL << DRM_MIRACAST_CODE_PIN | 1ULL << DRM_MIRACAST_CODE_QUERY_CONTEXT;
	check(mc_context_adopt(17, &context) == -EINVAL && context.fd == -1,
	      "nor the control file of one");
	driver.codes = 0;
}

static void check_pin(void)
{
	struct mc_context context = { .fd = 9, .control_fd = -1 };
	uint64_t master = 99;

	driver.pins = 0;
	check(mc_pin_current(&context, &master) == -EBADF, "no control file, no pin");
	context.control_fd = 10;
	check(!mc_pin_current(&context, &master) && !driver.pins, "no master, no pin");
	driver.current = 7;
	driver.pinned = 7;
	check(!mc_pin_current(&context, &master) && !driver.pins,
	      "the same master is not pinned again");
	driver.pinned = 3;
	check(mc_pin_current(&context, &master) == 1 && driver.pin == 7 &&
	      driver.fd == 10 && master == 7, "another one is");
	master = 99;
	driver.error = ESTALE;
	check(!mc_pin_current(&context, &master) && master == 99,
	      "one that has changed meanwhile comes back later");
	driver.error = EPERM;
	check(mc_pin_current(&context, &master) == -EPERM, "a refusal is reported");
	driver.error = 0;
}

int main(void)
{
	check_errors();
	check_create();
	check_out();
	check_card();
	check_sizes();
	check_adopt();
	check_pin();
	return check_result();
}

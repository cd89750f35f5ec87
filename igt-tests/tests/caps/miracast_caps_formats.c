// SPDX-License-Identifier: MIT
/*
 * QUERY_CAPS: the list of formats, and how it is handed out.
 */
#include <sys/mman.h>

#include "miracast_caps.h"

#define FORMATS 64
#define COPY (1u << DRM_MIRACAST_DELIVERY_COPY)
#define DIRECT (1u << DRM_MIRACAST_DELIVERY_DIRECT)

static int formats_errno(int card, void *formats, uint32_t stride,
			 uint32_t room, uint32_t *count)
{
	struct drm_miracast_query_caps caps = {
		.formats = (uintptr_t)formats,
		.format_stride = stride,
		.format_count = room,
	};
	int ret = mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, &caps);

	if (!ret && count)
		*count = caps.format_count;
	return ret;
}

static uint32_t all_formats(int card, struct drm_miracast_format *formats)
{
	uint32_t count;

	mc_expect(formats_errno(card, formats, sizeof(*formats), FORMATS,
				&count), 0);
	igt_assert_lte_u64(1, count);
	igt_assert_lte_u64(count, FORMATS);
	return count;
}

static bool is_zero(const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	while (size--)
		if (*byte++)
			return false;
	return true;
}

static void test_formats(void)
{
	struct drm_miracast_format formats[FORMATS];
	int card = mc_card_open();
	uint32_t i, j, count = all_formats(card, formats);

	igt_assert_eq_u32(mc_caps(card).format_count, count);
	for (i = 0; i < count; i++) {
		const struct drm_miracast_format *f = &formats[i];

		igt_assert(f->fourcc);
		igt_assert_eq_u64(f->modifier, DRM_FORMAT_MOD_LINEAR);
		igt_assert(f->deliveries);
		igt_assert_eq_u32(f->deliveries & ~(COPY | DIRECT), 0);
		igt_assert(is_zero(&f->color, sizeof(f->color)));
		igt_assert_eq_u32(f->flags, 0);
		igt_assert_eq_u32(f->pad, 0);
		for (j = 0; j < i; j++)
			igt_assert(formats[j].fourcc != f->fourcc);
	}
}

static bool listed(const struct drm_miracast_format *formats, uint32_t count,
		   uint32_t fourcc, uint32_t deliveries)
{
	while (count--)
		if (formats[count].fourcc == fourcc &&
		    formats[count].deliveries & deliveries)
			return true;
	return false;
}

/* Exactly the formats that are listed for COPY are accepted. */
static void test_formats_copy(void)
{
	static const uint32_t tried[] = {
		DRM_FORMAT_XRGB8888, DRM_FORMAT_ARGB8888, DRM_FORMAT_XBGR8888,
		DRM_FORMAT_ABGR8888, DRM_FORMAT_RGB565, DRM_FORMAT_NV12,
		DRM_FORMAT_NV21, DRM_FORMAT_P010, DRM_FORMAT_YUV420,
		DRM_FORMAT_XRGB2101010,
	};
	struct drm_miracast_format formats[FORMATS];
	int card = mc_card_open();
	uint32_t i, copied = 0, count = all_formats(card, formats);

	for (i = 0; i < ARRAY_SIZE(tried); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);
		bool offered = listed(formats, count, tried[i], COPY);

		limits.format = tried[i];
		mc_expect_f(mc_create_errno(card, &limits),
			    offered ? 0 : -EOPNOTSUPP, "%.4s",
			    (const char *)&tried[i]);
		if (offered)
			mc_close(limits.context_fd);
		copied += offered;
	}
	for (i = 0; i < count; i++)
		copied -= !!(formats[i].deliveries & COPY);
	igt_assert_eq_u32(copied, 0);
}

/* DIRECT hands out what can be scanned out. */
static void test_formats_direct(void)
{
	struct drm_miracast_format formats[FORMATS];
	int card = mc_card_open();
	uint32_t i, direct = 0, count = all_formats(card, formats);
	struct mc_kms *kms = mc_kms(card, 0);
	drmModePlanePtr plane = drmModeGetPlane(card, kms->primary);

	igt_assert(plane);
	for (i = 0; i < count; i++)
		direct += !!(formats[i].deliveries & DIRECT);
	igt_assert_eq_u32(direct, plane->count_formats);
	for (i = 0; i < plane->count_formats; i++)
		igt_assert_f(listed(formats, count, plane->formats[i], DIRECT),
			     "%.4s is not listed\n",
			     (const char *)&plane->formats[i]);
	drmModeFreePlane(plane);
}

static void test_formats_room(void)
{
	struct drm_miracast_format want[FORMATS], got[FORMATS], gone;
	int card = mc_card_open();
	uint32_t room, count, i, total = all_formats(card, want);

	memset(&gone, 0xa5, sizeof(gone));
	for (room = 0; room <= total + 1; room++) {
		memset(got, 0xa5, sizeof(got));
		mc_expect(formats_errno(card, got, sizeof(got[0]), room,
					&count), 0);
		igt_assert_eq_u32(count, total);
		for (i = 0; i < FORMATS; i++)
			igt_assert_f(!memcmp(&got[i], i < room && i < total ?
					     &want[i] : &gone, sizeof(gone)),
				     "element %u with room for %u\n", i, room);
	}
	/* Without an array nothing is written, whatever the count. */
	mc_expect(formats_errno(card, NULL, 0, UINT32_MAX, &count), 0);
	igt_assert_eq_u32(count, total);
}

static void test_formats_stride(void)
{
	static const uint32_t strides[] = { 32, 33, 40, 64, 1000, 4096 };
	struct drm_miracast_format want[FORMATS];
	int card = mc_card_open();
	uint32_t i, j, k, count = all_formats(card, want);
	size_t size = (count + 1) * 4096;
	uint8_t *got = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(got != MAP_FAILED);
	for (i = 0; i < ARRAY_SIZE(strides); i++) {
		uint32_t stride = strides[i];

		memset(got, 0xa5, size);
		mc_expect_f(formats_errno(card, got, stride, count, NULL), 0,
			    "stride %u", stride);
		for (j = 0; j < count; j++) {
			igt_assert(!memcmp(got + j * stride, &want[j],
					   sizeof(want[j])));
			igt_assert(is_zero(got + j * stride + sizeof(want[j]),
					   stride - sizeof(want[j])));
		}
		for (k = count * stride; k < size; k++)
			igt_assert_eq_u32(got[k], 0xa5);
	}
	munmap(got, size);
}

static void test_formats_bad_stride(void)
{
	static const struct {
		uint32_t stride;
		int want;
	} rows[] = {
		{ 0, -EINVAL }, { 1, -EINVAL }, { 8, -EINVAL },
		{ 24, -EINVAL }, { 31, -EINVAL }, { 65537, -E2BIG },
		{ 1u << 31, -E2BIG }, { UINT32_MAX, -E2BIG },
	};
	struct drm_miracast_format formats[FORMATS];
	int card = mc_card_open();
	unsigned int i;

	memset(formats, 0xa5, sizeof(formats));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		mc_expect_f(formats_errno(card, formats, rows[i].stride, 1,
					  NULL), rows[i].want, "stride %u",
			    rows[i].stride);
		mc_expect_f(formats_errno(card, formats, rows[i].stride, 0,
					  NULL), rows[i].want,
			    "stride %u, no room", rows[i].stride);
		/* Without an array the stride means nothing. */
		mc_expect_f(formats_errno(card, NULL, rows[i].stride, 1,
					  NULL), 0,
			    "stride %u, no array", rows[i].stride);
	}
	for (i = 0; i < sizeof(formats); i++)
		igt_assert_eq_u32(((uint8_t *)formats)[i], 0xa5);
}

static void test_formats_pointers(void)
{
	const size_t size = sizeof(struct drm_miracast_format);
	int card = mc_card_open();
	char *end = mc_before_hole(2 * size);
	char bytes[64] = {};
	size_t out;

	mc_expect(formats_errno(card, end, size, 2, NULL), 0);
	for (out = 4; out < 2 * size; out += 4)
		mc_expect_f(formats_errno(card, end + out, size, 2, NULL),
			    -EFAULT, "%zu bytes not mapped", out);
	mc_expect(formats_errno(card, end, 2 * size, 2, NULL), -EFAULT);
	mc_expect(formats_errno(card, mc_read_only(bytes, sizeof(bytes)), size,
				1, NULL), -EFAULT);
	mc_expect(formats_errno(card, (void *)~0xfful, size, 8, NULL),
		  -EFAULT);
	/* Members that only matter for writing are not checked when nothing is written. */
	mc_expect(formats_errno(card, (void *)~0xfful, size, 0, NULL), 0);
}

const struct mc_subtest mc_caps_formats[] = {
	{ "formats", "Formats are listed once, with what the ABI says of them.",
	  test_formats },
	{ "formats-copy",
	  "A context in COPY can be had in the formats of the list alone.",
	  test_formats_copy },
	{ "formats-direct",
	  "The formats of DIRECT are those of the primary plane.",
	  test_formats_direct },
	{ "formats-room", "As many formats are written as there is room for.",
	  test_formats_room },
	{ "formats-stride",
	  "A caller with a larger struct gets zeros for what it adds.",
	  test_formats_stride },
	{ "formats-bad-stride",
	  "A stride that is too small is EINVAL, one above a page E2BIG.",
	  test_formats_bad_stride },
	{ "formats-pointers", "Room that is not there is EFAULT.",
	  test_formats_pointers },
	{}
};

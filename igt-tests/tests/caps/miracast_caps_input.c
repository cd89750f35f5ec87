// SPDX-License-Identifier: MIT
/*
 * What a caller of QUERY_CAPS passes: output members, flags, sizes, and bad pointers.
 */
#include "miracast_caps.h"

/* Members that are input, all of which come first. */
#define INPUT_BYTES offsetof(struct drm_miracast_query_caps, abi_major)

static void test_output_is_not_input(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps want = mc_caps(card), caps;

	memset(&caps, 0xff, sizeof(caps));
	memset(&caps, 0, INPUT_BYTES);
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, &caps),
		  0);
	igt_assert(!memcmp(&caps, &want, sizeof(caps)));
}

static void test_flags(void)
{
	int card = mc_card_open();
	int bit;

	for (bit = 0; bit < 32; bit++) {
		struct drm_miracast_query_caps caps = { .flags = 1u << bit };

		mc_expect_f(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS,
					   &caps), -EINVAL, "flag %d", bit);
	}
}

static unsigned long query_of_size(size_t size)
{
	return _IOC(_IOC_READ | _IOC_WRITE, DRM_IOCTL_BASE,
		    DRM_COMMAND_BASE + DRM_MIRACAST_QUERY_CAPS, size);
}

static void test_struct_sizes(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps want = mc_caps(card);
	const size_t size = sizeof(want);
	uint8_t bytes[sizeof(want) + 64];
	size_t cut, i;

	/* DRM core cuts what a caller of an older ABI does not know ... */
	for (cut = 0; cut <= size; cut += 8) {
		memset(bytes, 0xa5, sizeof(bytes));
		memset(bytes, 0, INPUT_BYTES);
		mc_expect_f(mc_ioctl_errno(card, query_of_size(cut), bytes), 0,
			    "%zu bytes", cut);
		igt_assert(!memcmp(bytes, &want, cut));
		for (i = cut < INPUT_BYTES ? INPUT_BYTES : cut;
		     i < sizeof(bytes); i++)
			igt_assert_f(bytes[i] == 0xa5,
				     "byte %zu overwritten, size %zu\n", i,
				     cut);
	}
	/* ... and leaves alone what a caller of a newer one adds. */
	memset(bytes, 0xa5, sizeof(bytes));
	memset(bytes, 0, INPUT_BYTES);
	mc_expect(mc_ioctl_errno(card, query_of_size(size + 64), bytes), 0);
	igt_assert(!memcmp(bytes, &want, size));
}

static void test_bad_pointers(void)
{
	const struct drm_miracast_query_caps zero = {};
	const size_t size = sizeof(zero);
	int card = mc_card_open();
	char *end = mc_before_hole(size);
	size_t out;

	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, NULL),
		  -EFAULT);
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS,
				 (void *)~0xffful), -EFAULT);
	for (out = 4; out < size; out += 4) {
		memset(end, 0, size);
		mc_expect_f(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS,
					   end + out), -EFAULT,
			    "%zu bytes not mapped", out);
	}
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, end), 0);
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS,
				 mc_read_only(&zero, size)), -EFAULT);
}

const struct mc_subtest mc_caps_input[] = {
	{ "output-is-not-input",
	  "Output members may hold anything on input.",
	  test_output_is_not_input },
	{ "flags",
	  "Unknown flags are refused, so that they can get a meaning.",
	  test_flags },
	{ "struct-sizes",
	  "Callers of older and newer ABIs get the part that they know.",
	  test_struct_sizes },
	{ "bad-pointers",
	  "Memory that is not there, partly there or read-only is EFAULT.",
	  test_bad_pointers },
	{}
};

// SPDX-License-Identifier: MIT
/*
 * SET_BUFFERS with every kind of error. A set that is refused leaves nothing behind.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "miracast_owner_buffers.h"

#define WIDTH	640
#define HEIGHT	480
#define BUFFERS	3

/* A context, a good set for it, and how the system was before it was given. */
struct bench {
	int card;
	struct mc_ctx *ctx;
	struct set *set;
	struct mc_dmabufs dmabufs;
	int fds;
};

static struct bench bench_of(uint32_t format, bool split)
{
	struct layout layout = {
		.exporter = MC_VGEM,
		.format = format,
		.buffers = BUFFERS,
		.width = WIDTH,
		.height = HEIGHT,
		.split = split,
	};
	struct drm_miracast_create_context limits = owner_limits(&layout);
	struct bench bench = { .set = set_make(&layout) };

	bench.card = mc_card_open();
	bench.ctx = mc_ctx_create(bench.card, &limits);
	bench.dmabufs = mc_dmabufs();
	bench.fds = mc_count_fds();
	return bench;
}

/* Nothing is left, and the good set is still taken. */
static void bench_end(struct bench *bench)
{
	igt_assert_eq(mc_count_fds(), bench->fds);
	mc_wait_dmabufs(&bench->dmabufs);
	set_give(bench->ctx, bench->set);
	set_assert_outside(bench->set, 0, 0);
	mc_ctx_close(bench->ctx);
	mc_wait_dmabufs(&bench->dmabufs);
	set_close(bench->set);
}

static int give(struct bench *bench,
		const struct drm_miracast_owner_buffer *buffers)
{
	return mc_set_buffers_errno(bench->ctx->fd, buffers, BUFFERS);
}

/* Members of a buffer; those of the second plane follow the first's. */
enum {
	PLANE_COUNT, OBJECT_COUNT, FD,
	OBJECT, PITCH = OBJECT + 2, OFFSET = PITCH + 2
};

static const struct member {
	const char *name;
	size_t offset, size;
} members[] = {
#define MEMBER(member, size) \
	{ #member, offsetof(struct drm_miracast_owner_buffer, member), size }
	[PLANE_COUNT] = MEMBER(plane_count, 4),
	[OBJECT_COUNT] = MEMBER(object_count, 4),
	[FD] = MEMBER(fds[0], 4),
	[OBJECT] = MEMBER(planes[0].object, 4),
	[OBJECT + 1] = MEMBER(planes[1].object, 4),
	[PITCH] = MEMBER(planes[0].pitch, 4),
	[PITCH + 1] = MEMBER(planes[1].pitch, 4),
	[OFFSET] = MEMBER(planes[0].offset, 8),
	[OFFSET + 1] = MEMBER(planes[1].offset, 8),
#undef MEMBER
};

/* The good set with this value in one of its buffers. */
static void expect_at(struct bench *bench, unsigned int i, unsigned int index,
		      uint64_t value, int want)
{
	const struct member *member = &members[index];
	struct drm_miracast_owner_buffer copy[BUFFERS];

	memcpy(copy, bench->set->buffers, sizeof(copy));
	memcpy((uint8_t *)&copy[i] + member->offset, &value, member->size);
	mc_expect_f(give(bench, copy), want, "buffer %u, %s %#llx", i,
		    member->name, (unsigned long long)value);
}

/* In each of them in turn. */
static void expect_each(struct bench *bench, unsigned int index,
			uint64_t value, int want)
{
	unsigned int i;

	for (i = 0; i < BUFFERS; i++)
		expect_at(bench, i, index, value, want);
}

/* Counts and pointers */

static void test_counts(void)
{
	static const uint32_t counts[] = {
		0, 1, BUFFERS - 1, BUFFERS + 1, 16, 17, 32, 1u << 16, 1u << 26,
		1u << 31, UINT32_MAX - 1, UINT32_MAX,
	};
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		mc_expect_f(mc_set_buffers_errno(bench.ctx->fd,
						 bench.set->buffers,
						 counts[i]), -EINVAL,
			    "%u buffers", counts[i]);
		mc_expect_f(mc_set_buffers_errno(bench.ctx->fd, NULL,
						 counts[i]), -EINVAL,
			    "%u buffers nowhere", counts[i]);
	}
	bench_end(&bench);
}

static void test_pointers(void)
{
	static void *const bad[] = {
		NULL, (void *)8, (void *)0x00007ffffffff000,
		(void *)~0xfffful, (void *)0xffff888000000000,
	};
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	const size_t size = BUFFERS * sizeof(bench.set->buffers[0]);
	uint8_t *end = mc_before_hole(size);
	unsigned int i;
	size_t missing;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		mc_expect_f(give(&bench, bad[i]), -EFAULT, "buffers at %p",
			    bad[i]);
	for (missing = 1; missing < size; missing++) {
		memcpy(end + missing, bench.set->buffers, size - missing);
		mc_expect_f(give(&bench, (void *)(end + missing)), -EFAULT,
			    "%zu bytes not mapped", missing);
	}
	memcpy(end, bench.set->buffers, size);
	mc_expect(give(&bench, (void *)end), 0);
	/* It is read once, and need not be writable. */
	mc_expect(give(&bench, mc_read_only(bench.set->buffers, size)), 0);
	mc_ctx_close(bench.ctx);
	mc_wait_dmabufs(&bench.dmabufs);
}

static void test_flags(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	int bit;

	for (bit = 0; bit < 32; bit++) {
		struct drm_miracast_set_buffers in = {
			.buffers = (uintptr_t)bench.set->buffers,
			.count = BUFFERS,
			.stride = sizeof(struct drm_miracast_owner_buffer),
			.flags = 1u << bit,
		};

		mc_expect_f(mc_io_errno(bench.ctx->fd,
					DRM_MIRACAST_CODE_SET_BUFFERS, &in,
					sizeof(in), NULL, 0, NULL),
			    -EINVAL, "flag %d", bit);
	}
	bench_end(&bench);
}

/* Planes and objects */

static const uint32_t numbers[] = {
	0, 1, 2, 3, 4, 5, 16, 1u << 16, 1u << 31, UINT32_MAX,
};

static void wrong_counts(uint32_t format, bool split)
{
	struct bench bench = bench_of(format, split);
	uint32_t planes = format == DRM_FORMAT_NV12 ? 2 : 1, n;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		n = numbers[i];
		if (n != planes)
			expect_each(&bench, PLANE_COUNT, n, -EINVAL);
		if (!n || n > planes)
			expect_each(&bench, OBJECT_COUNT, n, -EINVAL);
		if (n >= bench.set->buffers[0].object_count)
			expect_each(&bench, OBJECT, n, -EINVAL);
		if (n >= bench.set->buffers[0].object_count && planes > 1)
			expect_each(&bench, OBJECT + 1, n, -EINVAL);
	}
	/* An object fewer than the planes use. */
	if (split)
		expect_each(&bench, OBJECT_COUNT, 1, -EINVAL);
	bench_end(&bench);
}

static void test_planes(void)
{
	wrong_counts(DRM_FORMAT_XRGB8888, false);
	wrong_counts(DRM_FORMAT_NV12, false);
	wrong_counts(DRM_FORMAT_NV12, true);
}

/* A buffer of the good set with these bytes at a place of it. */
static void expect_bytes(struct bench *bench, size_t at, const void *bytes,
			 size_t size, int want)
{
	struct drm_miracast_owner_buffer copy[BUFFERS];
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		memcpy(copy, bench->set->buffers, sizeof(copy));
		memcpy((uint8_t *)&copy[i] + at, bytes, size);
		mc_expect_f(give(bench, copy), want, "buffer %u, %zu bytes at %zu",
			    i, size, at);
	}
}

/* Elements beyond the counts are kept for later versions. */
static void unused(uint32_t format)
{
	struct bench bench = bench_of(format, false);
	const struct drm_miracast_plane planes[] = {
		{ .object = 1 }, { .pitch = 1 }, { .offset = 1ull << 63 },
	};
	const int32_t fds[] = { 1, 12345, bench.card, -2, INT32_MIN };
	static const int32_t none = -1;
	unsigned int i, p;

	for (p = bench.set->buffers[0].plane_count; p < DRM_MIRACAST_MAX_PLANES; p++)
		for (i = 0; i < ARRAY_SIZE(planes); i++)
			expect_bytes(&bench, offsetof(struct drm_miracast_owner_buffer,
						      planes[p]),
				     &planes[i], sizeof(planes[i]), -EINVAL);
	for (p = 1; p < DRM_MIRACAST_MAX_PLANES; p++)
		for (i = 0; i < ARRAY_SIZE(fds); i++)
			expect_bytes(&bench, offsetof(struct drm_miracast_owner_buffer,
						      fds[p]),
				     &fds[i], sizeof(fds[i]), -EINVAL);
	igt_assert_eq(mc_count_fds(), bench.fds);
	mc_wait_dmabufs(&bench.dmabufs);
	for (p = 1; p < DRM_MIRACAST_MAX_PLANES; p++)
		expect_bytes(&bench, offsetof(struct drm_miracast_owner_buffer, fds[p]),
			     &none, sizeof(none), 0);
	mc_ctx_close(bench.ctx);
	mc_wait_dmabufs(&bench.dmabufs);
	set_close(bench.set);
}

static void test_unused(void)
{
	unused(DRM_FORMAT_XRGB8888);
	unused(DRM_FORMAT_NV12);
}

/* Pitches and offsets */

static void wrong_places(uint32_t format, bool split)
{
	struct bench bench = bench_of(format, split);
	uint32_t line = format == DRM_FORMAT_NV12 ? WIDTH : WIDTH * 4;
	uint32_t align = format == DRM_FORMAT_NV12 ? 2 : 4;
	unsigned int planes = bench.set->buffers[0].plane_count, i, p;
	const uint32_t lengths[] = {
		0, 1, 2, 4, line / 2, line - align, line - 1, line + 1,
		line + 3, line + 64, 1u << 20, 1u << 31, UINT32_MAX,
		UINT32_MAX - 3, 0u - line,
	};

	for (p = 0; p < planes; p++) {
		const struct drm_miracast_plane *plane =
			&bench.set->buffers[0].planes[p];
		uint32_t lines = p ? HEIGHT / 2 : HEIGHT;
		uint64_t size = bench.set->dmabuf[split ? p : 0]->size;
		uint64_t bytes = (uint64_t)plane->pitch * lines;
		const uint64_t places[] = {
			size - bytes + align, size - bytes + 4096,
			size - line, size - 4, size, size + 4,
			plane->offset + 1, plane->offset + align / 2,
			1ull << 32, 1ull << 40, 1ull << 63, UINT64_MAX,
			UINT64_MAX - 3, 0ull - bytes, 0ull - bytes + 4,
			0ull - line, (1ull << 63) - bytes,
			(1ull << 32) - bytes, 0ull - size, 0ull - 4096,
		};

		/* All are too short, not aligned or too long for the memory. */
		for (i = 0; i < ARRAY_SIZE(lengths); i++)
			if (lengths[i] < line || lengths[i] % align ||
			    plane->offset + (uint64_t)lengths[i] * (lines - 1) +
			    line > size)
				expect_at(&bench, i % BUFFERS, PITCH + p,
					  lengths[i], -EINVAL);
		for (i = 0; i < ARRAY_SIZE(places); i++)
			expect_at(&bench, i % BUFFERS, OFFSET + p, places[i],
				  -EINVAL);
	}
	bench_end(&bench);
}

static void test_places(void)
{
	wrong_places(DRM_FORMAT_XRGB8888, false);
	wrong_places(DRM_FORMAT_NV12, false);
	wrong_places(DRM_FORMAT_NV12, true);
}

/* NV12 asks for less: multiples of two. */
static void test_alignment(void)
{
	struct layout layout = {
		.exporter = MC_VGEM, .format = DRM_FORMAT_NV12, .buffers = 2,
		.width = WIDTH, .height = HEIGHT, .pitch = WIDTH + 2,
		.offset = 2,
	};
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_client c;

	mc_client_begin(&c, scene, 1);
	mc_client_expect(&c, "aligned to two bytes");
	set_assert_outside(set, WIDTH, HEIGHT);
	mc_client_free(&c);
}

/* Descriptors */

static void test_no_descriptor(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	int closed = dup(bench.card);
	const int fds[] = { -1, -2, INT32_MIN, INT32_MAX, 100000, closed };
	unsigned int i;

	close(closed);
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		expect_each(&bench, FD, fds[i], -EBADF);
	bench_end(&bench);
}

static void test_no_dmabuf(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	int ends[2], fds[7];
	unsigned int i;

	igt_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	fds[0] = bench.card;
	fds[1] = bench.ctx->fd;
	fds[2] = ends[0];
	fds[3] = ends[1];
	fds[4] = open("/dev/zero", O_RDWR | O_CLOEXEC);
	fds[5] = memfd_create("miracast", MFD_CLOEXEC);
	fds[6] = open("/", O_RDONLY | O_CLOEXEC);
	igt_assert_eq(ftruncate(fds[5], WIDTH * HEIGHT * 4), 0);
	bench.fds = mc_count_fds();
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		expect_each(&bench, FD, fds[i], -EINVAL);
	for (i = 2; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
	bench.fds -= 5;
	bench_end(&bench);
}

/* Pictures are written with plain stores, which I/O memory is not for. */
static void test_io_memory(void)
{
	struct layout layout = {
		.exporter = MC_TEST,
		.exporter_flags = MIRACAST_EXPORTER_IO_MEMORY,
		.format = DRM_FORMAT_XRGB8888,
		.buffers = BUFFERS,
		.width = WIDTH,
		.height = HEIGHT,
	};
	struct set *set = set_make(&layout);
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);

	expect_each(&bench, FD, (uint32_t)set->buffers[0].fds[0], -EINVAL);
	bench_end(&bench);
	set_close(set);
}

/* Memory of this device: clients' buffers, and buffers of other contexts. */

static void test_own_dumb_buffer(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	struct mc_fb *fb = mc_fb(bench.card, WIDTH, HEIGHT,
				 DRM_FORMAT_XRGB8888);
	int fd;

	igt_assert_eq(drmPrimeHandleToFD(bench.card, fb->handle,
					 DRM_CLOEXEC | DRM_RDWR, &fd), 0);
	expect_each(&bench, FD, fd, -EINVAL);
	close(fd);
	mc_fb_free(fb);
	bench_end(&bench);
}

static void test_own_picture(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	struct drm_miracast_buffer info;
	struct mc_scene *scene;
	struct mc_chunk chunk;

	igt_require_f(mc_caps(bench.card).targets_free, "one target only\n");
	scene = mc_scene_on(bench.card, WIDTH, HEIGHT, 2);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	expect_each(&bench, FD, info.fds[0], -EINVAL);
	mc_ctx_close(bench.ctx);
}

static void test_own_scanout(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	struct drm_miracast_create_context limits = mc_limits_direct(WIDTH,
								     HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_scene *scene;
	struct mc_chunk chunk;

	igt_require_f(mc_caps(bench.card).targets_free, "one target only\n");
	scene = mc_scene_with(bench.card, &limits, 60000);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	expect_each(&bench, FD, info.fds[0], -EINVAL);
	mc_ctx_close(bench.ctx);
}

/* Over and over, with the last buffer wrong: the others are let go each time. */
static void test_no_leak(void)
{
	unsigned int i, rounds = mc_setting("MIRACAST_CYCLES", 1000);
	struct bench bench = bench_of(DRM_FORMAT_NV12, true);
	struct drm_miracast_owner_buffer copy[BUFFERS];

	memcpy(copy, bench.set->buffers, sizeof(copy));
	for (i = 0; i < rounds; i++) {
		copy[BUFFERS - 1].fds[1] = i % 2 ? -1 : bench.card;
		copy[BUFFERS - 1].planes[1].offset =
			bench.set->buffers[BUFFERS - 1].planes[1].offset +
			(i % 3 ? 0 : 1 << 30);
		igt_assert(give(&bench, copy));
	}
	bench_end(&bench);
}

static void test_no_leak_good(void)
{
	unsigned int i, rounds = mc_setting("MIRACAST_CYCLES", 1000);
	struct bench bench = bench_of(DRM_FORMAT_NV12, true);
	struct mc_dmabufs given = bench.dmabufs;

	for (i = 0; i < rounds; i++)
		set_give(bench.ctx, bench.set);
	given.attached += 2 * BUFFERS;
	mc_wait_dmabufs(&given);
	igt_assert_eq(mc_count_fds(), bench.fds);
	mc_ctx_close(bench.ctx);
	mc_wait_dmabufs(&bench.dmabufs);
}

/* Strides */

static int give_strided(struct bench *bench, const void *buffers,
			uint32_t stride)
{
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)buffers,
		.count = BUFFERS,
		.stride = stride,
	};

	return mc_io_errno(bench->ctx->fd, DRM_MIRACAST_CODE_SET_BUFFERS, &in,
			   sizeof(in), NULL, 0, NULL);
}

static void test_strides(void)
{
	static const uint32_t good[] = { 112, 113, 120, 1000, 4096 };
	static const uint32_t small[] = { 0, 1, 8, 111 };
	static const uint32_t large[] = { 65544, 1u << 31, UINT32_MAX };
	const size_t known = sizeof(struct drm_miracast_owner_buffer);
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	uint8_t *end = mc_before_hole(BUFFERS * 4096);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		uint32_t stride = good[i];
		/* The last byte of the last one is the last there is. */
		uint8_t *list = end + BUFFERS * (4096 - stride);

		memset(list, 0, BUFFERS * stride);
		for (j = 0; j < BUFFERS; j++)
			memcpy(list + j * stride, &bench.set->buffers[j], known);
		mc_expect_f(give_strided(&bench, list, stride), 0, "stride %u",
			    stride);
		mc_expect_f(give_strided(&bench, list + 8, stride), -EFAULT,
			    "stride %u, cut", stride);
		for (j = 0; stride > known && j < BUFFERS; j++) {
			uint8_t *last = list + (j + 1) * stride - 1;

			*last = 1;
			mc_expect_f(give_strided(&bench, list, stride), -E2BIG,
				    "stride %u, more in %u", stride, j);
			*last = 0;
		}
	}
	for (i = 0; i < ARRAY_SIZE(small); i++)
		mc_expect_f(give_strided(&bench, bench.set->buffers, small[i]),
			    -EINVAL, "stride %u", small[i]);
	for (i = 0; i < ARRAY_SIZE(large); i++)
		mc_expect_f(give_strided(&bench, bench.set->buffers, large[i]),
			    -E2BIG, "stride %u", large[i]);
	/* Arrays that go on at address 0, or in the kernel. */
	for (i = 1; i <= BUFFERS * 2 * known; i += known / 2) {
		const void *list = (const void *)(UINTPTR_MAX - i + 1);

		mc_expect_f(give_strided(&bench, list, known), -EFAULT, "-%u",
			    i);
		mc_expect_f(give_strided(&bench, list, 2 * known), -EFAULT,
			    "-%u", i);
	}
	set_give(bench.ctx, bench.set);
	mc_ctx_close(bench.ctx);
	mc_wait_dmabufs(&bench.dmabufs);
	set_close(bench.set);
}

/* Shared with the owner for reading: the driver does not write there for it. */
static void test_read_only(void)
{
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	struct drm_miracast_owner_buffer copy[BUFFERS];
	struct mc_dmabuf *dmabuf = mc_dmabuf_of_card(WIDTH * HEIGHT * 4, 0);
	unsigned int i;

	igt_assert_eq(fcntl(dmabuf->fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	for (i = 0; i < BUFFERS; i++) {
		memcpy(copy, bench.set->buffers, sizeof(copy));
		copy[i].fds[0] = dmabuf->fd;
		mc_expect_f(give(&bench, copy), -EACCES, "buffer %u", i);
	}
	mc_dmabuf_unmap(dmabuf);
	mc_dmabuf_close(dmabuf);
	bench_end(&bench);
}

static void test_description(void)
{
	static const struct {
		size_t offset, size;
		uint64_t value;
		int want;
	} cases[] = {
#define CASE(member, size, value, want) \
	{ offsetof(struct drm_miracast_owner_buffer, member), size, value, want }
		CASE(fourcc, 4, DRM_FORMAT_XRGB8888, 0),
		CASE(fourcc, 4, DRM_FORMAT_NV12, -EOPNOTSUPP),
		CASE(fourcc, 4, DRM_FORMAT_ARGB8888, -EOPNOTSUPP),
		CASE(fourcc, 4, 1, -EOPNOTSUPP),
		CASE(modifier, 8, 1, -EOPNOTSUPP),
		CASE(modifier, 8, DRM_FORMAT_MOD_INVALID, -EOPNOTSUPP),
		CASE(flags, 4, 1, -EINVAL),
		CASE(flags, 4, 1u << 31, -EINVAL),
		CASE(color.primaries, 1, 1, -EOPNOTSUPP),
		CASE(color.transfer, 1, 16, -EOPNOTSUPP),
		CASE(color.matrix, 1, 255, -EOPNOTSUPP),
		CASE(color.full_range, 1, 1, -EOPNOTSUPP),
		CASE(color.reserved, 4, 1, -EINVAL),
		CASE(color.reserved, 4, 1u << 31, -EINVAL),
#undef CASE
	};
	struct bench bench = bench_of(DRM_FORMAT_XRGB8888, false);
	struct drm_miracast_create_context limits;
	unsigned int i, b;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (b = 0; b < BUFFERS; b++) {
			struct drm_miracast_owner_buffer copy[BUFFERS];

			memcpy(copy, bench.set->buffers, sizeof(copy));
			memcpy((uint8_t *)&copy[b] + cases[i].offset,
			       &cases[i].value, cases[i].size);
			mc_expect_f(give(&bench, copy), cases[i].want,
				    "buffer %u, case %u", b, i);
		}
		if (!cases[i].want) {
			mc_ctx_close(bench.ctx);
			mc_wait_dmabufs(&bench.dmabufs);
			limits = owner_limits(&bench.set->layout);
			bench.ctx = mc_ctx_create(bench.card, &limits);
		}
	}
	bench_end(&bench);
}

/* The largest total size of a set's dma-bufs, see the uapi header. */
#define MOST_BYTES	(BUFFERS * (2ull * WIDTH * HEIGHT * 4 + (4u << 20)))

/* The good set in dma-bufs of these sizes; in one of them for a single size. */
static void expect_sizes(struct bench *bench, const uint64_t *sizes,
			 unsigned int count, int want)
{
	struct drm_miracast_owner_buffer copy[BUFFERS];
	struct mc_dmabuf *dmabufs[BUFFERS];
	unsigned int i, o;

	memcpy(copy, bench->set->buffers, sizeof(copy));
	for (i = 0; i < count; i++)
		dmabufs[i] = mc_dmabuf_awkward(sizes[i], 0,
					       MIRACAST_EXPORTER_NO_SYNC);
	for (i = 0; i < BUFFERS; i++)
		for (o = 0; o < copy[i].object_count; o++)
			copy[i].fds[o] = dmabufs[i % count]->fd;
	mc_expect_f(give(bench, copy), want, "%u dma-bufs", count);
	for (i = 0; i < count; i++) {
		mc_dmabuf_unmap(dmabufs[i]);
		mc_dmabuf_close(dmabufs[i]);
	}
}

/* A set that was taken goes with its context. */
static void end_taken(struct bench *bench)
{
	struct drm_miracast_create_context limits =
		owner_limits(&bench->set->layout);

	mc_ctx_close(bench->ctx);
	bench->ctx = mc_ctx_create(bench->card, &limits);
	bench_end(bench);
}

static void test_too_large(void)
{
	uint64_t sizes[BUFFERS] = { MOST_BYTES + 4096 };
	struct bench bench;
	unsigned int i;

	bench = bench_of(DRM_FORMAT_XRGB8888, false);
	/* Memory that all share counts once. */
	expect_sizes(&bench, sizes, 1, -EINVAL);
	sizes[0] = MOST_BYTES;
	expect_sizes(&bench, sizes, 1, 0);
	for (i = 0; i < BUFFERS; i++)
		sizes[i] = MOST_BYTES / BUFFERS;
	expect_sizes(&bench, sizes, BUFFERS, 0);
	for (i = 0; i < BUFFERS; i++) {
		sizes[i] += 4096;
		expect_sizes(&bench, sizes, BUFFERS, -EINVAL);
		sizes[i] -= 4096;
	}
	end_taken(&bench);

	/* So does memory that is both objects of a buffer. */
	bench = bench_of(DRM_FORMAT_NV12, true);
	sizes[0] = MOST_BYTES + 4096;
	expect_sizes(&bench, sizes, 1, -EINVAL);
	sizes[0] = MOST_BYTES;
	expect_sizes(&bench, sizes, 1, 0);
	for (i = 0; i < BUFFERS; i++)
		sizes[i] = MOST_BYTES / BUFFERS;
	expect_sizes(&bench, sizes, BUFFERS, 0);
	end_taken(&bench);
}

const struct mc_subtest mc_owner_buffers_input[] = {
	{ "counts", "As many buffers as the context has, no other number.",
	  test_counts },
	{ "pointers", "Buffers that are not there, or partly, are EFAULT.",
	  test_pointers },
	{ "strides",
	  "Longer elements are taken when the rest is zero; shorter ones are not.",
	  test_strides },
	{ "flags", "Flags have to be zero.", test_flags },
	{ "planes",
	  "As many planes as the format has, in objects that there are.",
	  test_planes },
	{ "unused", "Planes and descriptors beyond the counts must be unused.",
	  test_unused },
	{ "places",
	  "Pitches and offsets that are not aligned, or lead out of the memory, are EINVAL.",
	  test_places },
	{ "alignment", "NV12 has to be aligned to two bytes, no more.",
	  test_alignment },
	{ "no-descriptor", "A descriptor that is not there is EBADF.",
	  test_no_descriptor },
	{ "no-dmabuf", "One that is no dma-buf is EINVAL.", test_no_dmabuf },
	{ "io-memory", "So is one in I/O memory.", test_io_memory },
	{ "own-dumb-buffer", "So is one of this device's dumb buffers.",
	  test_own_dumb_buffer },
	{ "own-picture", "So is a picture of another context.",
	  test_own_picture },
	{ "own-scanout", "So is what another context is shown directly.",
	  test_own_scanout },
	{ "read-only", "One that is not open for writing is EACCES.",
	  test_read_only },
	{ "description",
	  "Format, modifier and colors are those of the context, or left to it.",
	  test_description },
	{ "too-large", "Dma-bufs far above what the pictures need are EINVAL.",
	  test_too_large },
	{ "no-leak", "A refused set leaves nothing, however often.",
	  test_no_leak },
	{ "no-leak-good", "Nor does one that is taken and replaced.",
	  test_no_leak_good },
	{}
};

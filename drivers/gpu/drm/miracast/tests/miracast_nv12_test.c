// SPDX-License-Identifier: GPL-2.0
/*
 * Conversion to NV12: exact for every colour, true to BT.709, the same with and
 * without AVX2, and never beyond the lines.
 */
#include <kunit/test.h>

#include <linux/prandom.h>

#include "../miracast_nv12.h"

/* Widest lines of these tests. */
#define WIDTH		4096
/* Room before and after what is written, and what it is filled with. */
#define GUARD		32
#define UNTOUCHED	0x5a
/* The compared widths: some turns of the AVX2 loop, and every remainder. */
#define MAX_RANDOM_WIDTH	100

/* All 2^24 colours take too long where each access is checked; the log says so. */
#define COLOURS_STRIDE	(IS_ENABLED(CONFIG_KASAN) ? 7 : 1)

struct converter {
	const char *name;
	void (*convert)(const struct miracast_nv12_lines *lines,
			unsigned int width);
	bool avx2;
};

static void convert_scalar(const struct miracast_nv12_lines *lines,
			   unsigned int width)
{
	miracast_nv12_convert_scalar(lines, 0, width);
}

static void convert_avx2(const struct miracast_nv12_lines *lines,
			 unsigned int width)
{
	const struct miracast_nv12_pairs pairs = { .first = *lines, .count = 1 };

	miracast_nv12_convert_avx2(&pairs, width);
}

static const struct converter converters[] = {
	{ "scalar", convert_scalar },
	{ "AVX2", convert_avx2, .avx2 = true },
};

static void converter_name(const struct converter *c, char *name)
{
	strscpy(name, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(converter, converters, converter_name);

static const struct converter *get_converter(struct kunit *test)
{
	const struct converter *c = test->param_value;

	if (c->avx2 && !miracast_nv12_has_avx2())
		kunit_skip(test, "the processor has no AVX2");

	return c;
}

struct colour {
	int r, g, b;
};

static struct colour get_colour(u32 xrgb)
{
	return (struct colour){ xrgb >> 16 & 255, xrgb >> 8 & 255, xrgb & 255 };
}

struct yuv {
	int y, cb, cr;
};

/* The formula as it is documented; the sums are of four pixels. */
static int formula_y(struct colour c)
{
	return 16 + ((5983 * c.r + 20127 * c.g + 2032 * c.b + 16384) >> 15);
}

static int formula_cb(struct colour sum)
{
	return 128 + ((-3298 * sum.r - 11094 * sum.g + 14392 * sum.b +
		       65536) >> 17);
}

static int formula_cr(struct colour sum)
{
	return 128 + ((14392 * sum.r - 13073 * sum.g - 1319 * sum.b +
		       65536) >> 17);
}

static bool is_formula(struct colour c, struct yuv got)
{
	struct colour sum = { 4 * c.r, 4 * c.g, 4 * c.b };

	return got.y == formula_y(c) && got.cb == formula_cb(sum) &&
	       got.cr == formula_cr(sum);
}

/*
 * Whether a value is within one of offset + scale * numerator / denominator,
 * which is not rounded.
 */
static bool is_near(int got, int offset, int scale, int numerator,
		    int denominator)
{
	s64 want = (s64)offset * denominator + (s64)scale * numerator;

	return abs((s64)got * denominator - want) <= denominator;
}

/* BT.709: Kr = 0.2126, Kb = 0.0722; luma has 219 steps, chroma 224. */
static bool is_bt709(struct colour c, struct yuv got)
{
	int luma = 2126 * c.r + 7152 * c.g + 722 * c.b;

	return is_near(got.y, 16, 219, luma, 255 * 10000) &&
	       is_near(got.cb, 128, 224, 10000 * c.b - luma, 255 * 18556) &&
	       is_near(got.cr, 128, 224, 10000 * c.r - luma, 255 * 15748);
}

static void *alloc(struct kunit *test, size_t size)
{
	void *memory = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);

	return memory;
}

/* Where tests write the lines to convert. */
static __le32 *source_line(const struct miracast_nv12_lines *lines, int line)
{
	return (__le32 *)lines->src[line];
}

static struct miracast_nv12_lines *new_lines(struct kunit *test)
{
	struct miracast_nv12_lines *lines = alloc(test, sizeof(*lines));
	unsigned int i;

	for (i = 0; i < 2; i++) {
		lines->src[i] = alloc(test, WIDTH * sizeof(__le32));
		lines->y[i] = alloc(test, WIDTH);
	}
	lines->cbcr = alloc(test, WIDTH);

	return lines;
}

/* Blocks of one colour each, from the given one on; the unused byte varies. */
static void fill_with_colours(const struct miracast_nv12_lines *lines,
			      u32 first)
{
	unsigned int x, i;

	for (i = 0; i < 2; i++)
		for (x = 0; x < WIDTH; x++)
			source_line(lines, i)[x] =
				cpu_to_le32((first + x / 2) | (x * 37) << 24);
}

static void every_colour_is_exact_and_bt709(struct kunit *test)
{
	const struct converter *converter = get_converter(test);
	struct miracast_nv12_lines *lines = new_lines(test);
	u32 first, inexact = 0, untrue = 0, colours = 0;
	unsigned int x;

	for (first = 0; first < 1 << 24; first += WIDTH / 2 * COLOURS_STRIDE) {
		fill_with_colours(lines, first);
		converter->convert(lines, WIDTH);
		for (x = 0; x < WIDTH; x += 2) {
			struct colour c = get_colour(first + x / 2);
			struct yuv got = { lines->y[x & 1][x],
					   lines->cbcr[x], lines->cbcr[x + 1] };

			inexact += !is_formula(c, got);
			untrue += !is_bt709(c, got);
			colours++;
		}
		inexact += !!memcmp(lines->y[0], lines->y[1], WIDTH);
		cond_resched();
	}

	KUNIT_EXPECT_EQ(test, inexact, 0);
	KUNIT_EXPECT_EQ(test, untrue, 0);
	if (COLOURS_STRIDE == 1)
		KUNIT_EXPECT_EQ(test, colours, 1 << 24);
	else
		kunit_info(test, "only %u of %u colours in this kernel\n",
			   colours, 1 << 24);
}

static void convert_one(const struct converter *converter, u32 xrgb,
			struct yuv *got)
{
	__le32 block[] = { cpu_to_le32(xrgb), cpu_to_le32(xrgb) };
	u8 y[2], cbcr[2];
	const struct miracast_nv12_lines lines = {
		.src = { block, block },
		.y = { y, y },
		.cbcr = cbcr,
	};

	converter->convert(&lines, 2);
	*got = (struct yuv){ y[0], cbcr[0], cbcr[1] };
}

static void landmarks_are_those_of_bt709(struct kunit *test)
{
	static const struct {
		u32 xrgb;
		struct yuv want;
	} landmarks[] = {
		{ 0x000000, {  16, 128, 128 } },
		{ 0xffffff, { 235, 128, 128 } },
		{ 0x808080, { 126, 128, 128 } },
		/* Colour bars of 100 % ... */
		{ 0xffff00, { 219,  16, 138 } },
		{ 0x00ffff, { 188, 154,  16 } },
		{ 0x00ff00, { 173,  42,  26 } },
		{ 0xff00ff, {  78, 214, 230 } },
		{ 0xff0000, {  63, 102, 240 } },
		{ 0x0000ff, {  32, 240, 118 } },
		/* ... and of 75 % */
		{ 0xbfbfbf, { 180, 128, 128 } },
		{ 0xbfbf00, { 168,  44, 136 } },
		{ 0x00bfbf, { 145, 147,  44 } },
		{ 0x00bf00, { 133,  63,  52 } },
		{ 0xbf00bf, {  63, 193, 204 } },
		{ 0xbf0000, {  51, 109, 212 } },
		{ 0x0000bf, {  28, 212, 120 } },
	};
	const struct converter *converter = get_converter(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(landmarks); i++) {
		const struct yuv *want = &landmarks[i].want;
		struct yuv got;

		convert_one(converter, landmarks[i].xrgb, &got);
		KUNIT_EXPECT_EQ_MSG(test, got.y, want->y, "%06x",
				    landmarks[i].xrgb);
		KUNIT_EXPECT_EQ_MSG(test, got.cb, want->cb, "%06x",
				    landmarks[i].xrgb);
		KUNIT_EXPECT_EQ_MSG(test, got.cr, want->cr, "%06x",
				    landmarks[i].xrgb);
	}
}

static struct colour block_sum(const struct miracast_nv12_lines *lines,
			       unsigned int x, unsigned int width)
{
	struct colour sum = {};
	unsigned int i;

	for (i = 0; i < 4; i++) {
		unsigned int column = min(x + i / 2, width - 1);
		struct colour c = get_colour(le32_to_cpu(lines->src[i % 2][column]));

		sum.r += c.r;
		sum.g += c.g;
		sum.b += c.b;
	}

	return sum;
}

static unsigned int wrong_values(const struct miracast_nv12_lines *lines,
				 unsigned int width)
{
	unsigned int wrong = 0, x, i;

	for (i = 0; i < 2; i++)
		for (x = 0; x < width; x++)
			wrong += lines->y[i][x] !=
				 formula_y(get_colour(le32_to_cpu(lines->src[i][x])));
	for (x = 0; x < width; x += 2) {
		struct colour sum = block_sum(lines, x, width);

		wrong += lines->cbcr[x] != formula_cb(sum);
		wrong += lines->cbcr[x + 1] != formula_cr(sum);
	}

	return wrong;
}

static void chroma_is_that_of_four_pixels(struct kunit *test)
{
	const struct converter *converter = get_converter(test);
	struct miracast_nv12_lines *lines = new_lines(test);
	struct rnd_state rnd;
	unsigned int width, i;

	prandom_seed_state(&rnd, 1);
	for (width = 1; width <= MAX_RANDOM_WIDTH; width++) {
		for (i = 0; i < 2; i++)
			prandom_bytes_state(&rnd, source_line(lines, i),
					    width * sizeof(__le32));
		converter->convert(lines, width);
		KUNIT_EXPECT_EQ_MSG(test, wrong_values(lines, width), 0,
				    "width %u", width);
	}
}

/* The whole contents of @room are what the conversion leaves there. */
struct output {
	u8 room[3][GUARD + MAX_RANDOM_WIDTH + 1 + GUARD];
};

static void convert_into(const struct converter *converter,
			 struct miracast_nv12_lines lines, unsigned int width,
			 unsigned int shift, struct output *output)
{
	memset(output, UNTOUCHED, sizeof(*output));
	lines.y[0] = output->room[0] + GUARD + shift;
	lines.y[1] = output->room[1] + GUARD + shift / 2;
	lines.cbcr = output->room[2] + GUARD - shift;
	converter->convert(&lines, width);
}

static bool guards_are_untouched(const struct output *output,
				 unsigned int width, unsigned int shift)
{
	const u8 *y0 = output->room[0] + GUARD + shift;
	const u8 *y1 = output->room[1] + GUARD + shift / 2;
	const u8 *cbcr = output->room[2] + GUARD - shift;

	return y0[-1] == UNTOUCHED && y0[width] == UNTOUCHED &&
	       y1[-1] == UNTOUCHED && y1[width] == UNTOUCHED &&
	       cbcr[-1] == UNTOUCHED && cbcr[round_up(width, 2)] == UNTOUCHED;
}

static void avx2_is_the_same_at_any_width_and_alignment(struct kunit *test)
{
	const struct converter *scalar = &converters[0], *avx2 = &converters[1];
	struct miracast_nv12_lines *lines;
	struct output *want, *got;
	struct rnd_state rnd;
	unsigned int width, shift, i;

	if (!miracast_nv12_has_avx2())
		kunit_skip(test, "the processor has no AVX2");

	lines = new_lines(test);
	want = alloc(test, sizeof(*want));
	got = alloc(test, sizeof(*got));
	prandom_seed_state(&rnd, 2);
	for (i = 0; i < 2; i++)
		prandom_bytes_state(&rnd, source_line(lines, i),
				    WIDTH * sizeof(__le32));

	for (width = 1; width <= MAX_RANDOM_WIDTH; width++) {
		for (shift = 0; shift < GUARD / 2; shift++) {
			lines->src[width & 1] =
				(void *)lines->src[width & 1] + 1;
			convert_into(scalar, *lines, width, shift, want);
			convert_into(avx2, *lines, width, shift, got);
			KUNIT_ASSERT_EQ_MSG(test, memcmp(want, got, sizeof(*want)),
					    0, "width %u", width);
			KUNIT_ASSERT_TRUE(test, guards_are_untouched(got, width,
								     shift));
		}
	}
}

static void last_line_may_be_its_own_neighbour(struct kunit *test)
{
	const struct converter *converter = get_converter(test);
	struct miracast_nv12_lines *lines = new_lines(test);
	struct rnd_state rnd;
	unsigned int width;

	prandom_seed_state(&rnd, 3);
	prandom_bytes_state(&rnd, source_line(lines, 0), WIDTH * sizeof(__le32));
	lines->src[1] = lines->src[0];
	lines->y[1] = lines->y[0];
	for (width = 1; width <= MAX_RANDOM_WIDTH; width++) {
		converter->convert(lines, width);
		KUNIT_EXPECT_EQ_MSG(test, wrong_values(lines, width), 0,
				    "width %u", width);
	}
}

/* Pairs at once are what they are one by one, and nothing between them is written. */
static void pairs_are_converted_one_by_one(struct kunit *test)
{
	enum { PAIRS = 5, STEP = 160, LINES = 2 * PAIRS, SIZE = LINES * STEP };
	static const unsigned int widths[] = { 1, 2, 15, 16, 63, 64, 70, 128, 157 };
	__le32 *src = alloc(test, SIZE * sizeof(*src));
	u8 *want = alloc(test, 2 * SIZE), *got = alloc(test, 2 * SIZE);
	struct rnd_state rnd;
	unsigned int i, pair;

	prandom_seed_state(&rnd, 4);
	prandom_bytes_state(&rnd, src, SIZE * sizeof(*src));
	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		struct miracast_nv12_pairs pairs = {
			.first = {
				.src = { src, src + STEP },
				.y = { got, got + STEP },
				.cbcr = got + SIZE,
			},
			.src_step = 2 * STEP * sizeof(*src),
			.y_step = 2 * STEP,
			.cbcr_step = STEP,
			.count = PAIRS,
		};

		memset(want, UNTOUCHED, 2 * SIZE);
		memset(got, UNTOUCHED, 2 * SIZE);
		for (pair = 0; pair < PAIRS; pair++) {
			const struct miracast_nv12_lines lines = {
				.src = { src + 2 * pair * STEP,
					 src + (2 * pair + 1) * STEP },
				.y = { want + 2 * pair * STEP,
				       want + (2 * pair + 1) * STEP },
				.cbcr = want + SIZE + pair * STEP,
			};

			miracast_nv12_convert_scalar(&lines, 0, widths[i]);
		}
		miracast_nv12_convert(&pairs, widths[i]);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(want, got, 2 * SIZE), 0,
				    "width %u", widths[i]);
	}
}

static struct kunit_case nv12_cases[] = {
	KUNIT_CASE_PARAM(every_colour_is_exact_and_bt709, converter_gen_params),
	KUNIT_CASE_PARAM(landmarks_are_those_of_bt709, converter_gen_params),
	KUNIT_CASE_PARAM(chroma_is_that_of_four_pixels, converter_gen_params),
	KUNIT_CASE(avx2_is_the_same_at_any_width_and_alignment),
	KUNIT_CASE_PARAM(last_line_may_be_its_own_neighbour,
			 converter_gen_params),
	KUNIT_CASE(pairs_are_converted_one_by_one),
	{}
};

static struct kunit_suite nv12_suite = {
	.name = "miracast_nv12",
	.test_cases = nv12_cases,
};

kunit_test_suite(nv12_suite);

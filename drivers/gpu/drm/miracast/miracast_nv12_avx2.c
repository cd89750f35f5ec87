// SPDX-License-Identifier: GPL-2.0
/*
 * XRGB8888 to NV12 with AVX2.
 *
 * One asm statement does all that needs vector registers: no value must survive in
 * them between two statements, the compiler, which is instructed not to use them,
 * never has to save one, and the rest of the file is compiled like the rest of the
 * kernel. For the same reason they are not listed as clobbered.
 */
#include <linux/compiler.h>

#include <asm/cpufeature.h>
#include <asm/fpu/api.h>

#include "miracast_nv12.h"

/* Columns per turn of the loop: a cache line of either source line. */
#define STEP	16

/*
 * How many bytes ahead source lines are prefetched. The processor's own prefetching stops
 * at the end of a page, and a line of pixels is only some pages long. Prefetching
 * unmapped memory does no harm.
 */
#define AHEAD	1024

/* Two 16-bit words of each dword, for the pairs that vpmaddwd multiplies. */
#define WORDS(low, high)	((u32)(high) << 16 | ((u32)(low) & 0xffff))
#define ALL(x)			{ [0 ... 7] = (x) }

/* A pixel is split into two dwords: words B and R; words G and anything. */
static const struct {
	u32 blue_red[8];
	u32 y_br[8];
	u32 y_g[8];
	u32 y_bias[8];
	u32 cb_br[8];
	u32 cb_g[8];
	u32 cr_br[8];
	u32 cr_g[8];
	u32 c_bias[8];
	u32 order[8];
} constants __aligned(32) = {
	.blue_red = ALL(0x00ff00ff),
	.y_br = ALL(WORDS(MIRACAST_NV12_Y_B, MIRACAST_NV12_Y_R)),
	.y_g = ALL(WORDS(MIRACAST_NV12_Y_G, 0)),
	.y_bias = ALL(MIRACAST_NV12_Y_BIAS),
	.cb_br = ALL(WORDS(MIRACAST_NV12_CB_B, MIRACAST_NV12_CB_R)),
	.cb_g = ALL(WORDS(MIRACAST_NV12_CB_G, 0)),
	.cr_br = ALL(WORDS(MIRACAST_NV12_CR_B, MIRACAST_NV12_CR_R)),
	.cr_g = ALL(WORDS(MIRACAST_NV12_CR_G, 0)),
	.c_bias = ALL(MIRACAST_NV12_C_BIAS),
	/* Undoes that packing and shuffling work on 128-bit halves. */
	.order = { 0, 4, 1, 5, 2, 6, 3, 7 },
};

/*
 * Luma of eight pixels: in @br blue and red, in @g green; out @g, in dwords.
 * Registers are given by number.
 */
#define LUMA(br, g)						\
	"vpmaddwd %%ymm14, %%ymm" #br ", %%ymm" #br "\n\t"	\
	"vpmaddwd %%ymm13, %%ymm" #g ", %%ymm" #g "\n\t"	\
	"vpaddd %%ymm12, %%ymm" #br ", %%ymm" #br "\n\t"	\
	"vpaddd %%ymm" #br ", %%ymm" #g ", %%ymm" #g "\n\t"	\
	"vpsrld %[y_shift], %%ymm" #g ", %%ymm" #g "\n\t"

/*
 * Eight columns of both lines, from byte @offset: out @y0 and @y1, luma in
 * dwords, @br and @g, blue and red, and green, added up over the two lines.
 */
#define COLUMNS(offset, y0, y1, br, g)					\
	"vmovdqu " #offset "(%[src0],%[x],4), %%ymm" #y0 "\n\t"		\
	"vmovdqu " #offset "(%[src1],%[x],4), %%ymm" #y1 "\n\t"		\
	"vpand %%ymm15, %%ymm" #y0 ", %%ymm8\n\t"			\
	"vpand %%ymm15, %%ymm" #y1 ", %%ymm9\n\t"			\
	"vpsrlw $8, %%ymm" #y0 ", %%ymm" #y0 "\n\t"			\
	"vpsrlw $8, %%ymm" #y1 ", %%ymm" #y1 "\n\t"			\
	"vpaddw %%ymm8, %%ymm9, %%ymm" #br "\n\t"			\
	"vpaddw %%ymm" #y0 ", %%ymm" #y1 ", %%ymm" #g "\n\t"		\
	LUMA(8, y0)							\
	LUMA(9, y1)

/* Add up neighbours of sixteen columns, eight each in @a and @b: out @a. */
#define ADD_NEIGHBOURS(a, b)					\
	"vshufps $0x88, %%ymm" #b ", %%ymm" #a ", %%ymm8\n\t"	\
	"vshufps $0xdd, %%ymm" #b ", %%ymm" #a ", %%ymm9\n\t"	\
	"vpaddw %%ymm8, %%ymm9, %%ymm" #a "\n\t"

/* Eight Cb or Cr, not yet shifted right, from sums @br and @g: out @to. */
#define CHROMA(name, br, g, to)						\
	"vpmaddwd %[" #name "_br], %%ymm" #br ", %%ymm8\n\t"		\
	"vpmaddwd %[" #name "_g], %%ymm" #g ", %%ymm9\n\t"		\
	"vpaddd %[c_bias], %%ymm8, %%ymm8\n\t"				\
	"vpaddd %%ymm8, %%ymm9, %%ymm" #to "\n\t"

/* @width is a multiple of STEP, and not 0. */
static void convert_steps(const struct miracast_nv12_lines *lines,
			  unsigned long width)
{
	unsigned long x = 0;

	asm volatile("vmovdqa %[blue_red], %%ymm15\n\t"
		     "vmovdqa %[y_br], %%ymm14\n\t"
		     "vmovdqa %[y_g], %%ymm13\n\t"
		     "vmovdqa %[y_bias], %%ymm12\n\t"
		     "vmovdqa %[order], %%ymm11\n"
		     "1:\n\t"
		     "prefetcht0 %c[ahead](%[src0],%[x],4)\n\t"
		     "prefetcht0 %c[ahead](%[src1],%[x],4)\n\t"
		     COLUMNS(0, 0, 1, 2, 3)
		     COLUMNS(32, 4, 5, 6, 7)

		     /* Luma of both lines in one register: dwords to bytes. */
		     "vpackusdw %%ymm4, %%ymm0, %%ymm0\n\t"
		     "vpackusdw %%ymm5, %%ymm1, %%ymm1\n\t"
		     "vpackuswb %%ymm1, %%ymm0, %%ymm0\n\t"
		     "vpermd %%ymm0, %%ymm11, %%ymm0\n\t"
		     "vmovdqu %%xmm0, (%[y0],%[x])\n\t"
		     "vextracti128 $1, %%ymm0, (%[y1],%[x])\n\t"

		     /*
		      * The upper halves of both are all that is needed: Cb to
		      * the low words, Cr is in the high ones.
		      */
		     ADD_NEIGHBOURS(2, 6)
		     ADD_NEIGHBOURS(3, 7)
		     CHROMA(cb, 2, 3, 0)
		     CHROMA(cr, 2, 3, 1)
		     "vpsrld $16, %%ymm0, %%ymm0\n\t"
		     "vpblendw $0xaa, %%ymm1, %%ymm0, %%ymm0\n\t"
		     "vpsrlw %[c_shift], %%ymm0, %%ymm0\n\t"
		     "vpackuswb %%ymm0, %%ymm0, %%ymm0\n\t"
		     "vpermd %%ymm0, %%ymm11, %%ymm0\n\t"
		     "vmovdqu %%xmm0, (%[cbcr],%[x])\n\t"

		     "add %[step], %[x]\n\t"
		     "cmp %[width], %[x]\n\t"
		     "jb 1b\n\t"
		     "vzeroupper"
		     : [x] "+r" (x)
		     : [src0] "r" (lines->src[0]), [src1] "r" (lines->src[1]),
		       [y0] "r" (lines->y[0]), [y1] "r" (lines->y[1]),
		       [cbcr] "r" (lines->cbcr), [width] "r" (width),
		       [step] "i" (STEP), [ahead] "i" (AHEAD),
		       [y_shift] "i" (MIRACAST_NV12_Y_SHIFT),
		       [c_shift] "i" (MIRACAST_NV12_C_SHIFT - 16),
		       [blue_red] "m" (constants.blue_red),
		       [y_br] "m" (constants.y_br), [y_g] "m" (constants.y_g),
		       [y_bias] "m" (constants.y_bias),
		       [cb_br] "m" (constants.cb_br), [cb_g] "m" (constants.cb_g),
		       [cr_br] "m" (constants.cr_br), [cr_g] "m" (constants.cr_g),
		       [c_bias] "m" (constants.c_bias),
		       [order] "m" (constants.order)
		     : "memory", "cc");
}

#ifdef CONFIG_X86
/* Not every hypervisor that offers the instructions offers the registers. */
static bool has_registers(void)
{
	return cpu_has_xfeatures(XFEATURE_MASK_SSE | XFEATURE_MASK_YMM, NULL);
}
#else
/* User-Mode Linux is a process of its host, and the host saves the registers. */
static bool has_registers(void)
{
	return true;
}
#endif

/**
 * miracast_nv12_has_avx2 - Check whether AVX2 can be used
 *
 * Return: true when the processor has it and the kernel saves its registers.
 */
bool miracast_nv12_has_avx2(void)
{
	return boot_cpu_has(X86_FEATURE_AVX2) && has_registers();
}

/**
 * miracast_nv12_convert_avx2 - Convert pairs of lines with AVX2
 * @pairs: the pairs
 * @width: number of columns
 *
 * In a task, where vector registers may always be used. Saving them costs as much as
 * converting some narrow lines, so it is done once for all pairs. Preemption is off
 * meanwhile: two microseconds for 8192 pixels, and not more than ten when memory
 * gives only 5 GB/s.
 */
void miracast_nv12_convert_avx2(const struct miracast_nv12_pairs *pairs,
				unsigned int width)
{
	unsigned int steps = width - width % STEP, i;
	struct miracast_nv12_lines lines = pairs->first;

	if (steps) {
		kernel_fpu_begin();
		for (i = 0; i < pairs->count; i++) {
			convert_steps(&lines, steps);
			miracast_nv12_next(&lines, pairs);
		}
		kernel_fpu_end();
	}
	if (steps == width)
		return;

	lines = pairs->first;
	for (i = 0; i < pairs->count; i++) {
		miracast_nv12_convert_scalar(&lines, steps, width);
		miracast_nv12_next(&lines, pairs);
	}
}

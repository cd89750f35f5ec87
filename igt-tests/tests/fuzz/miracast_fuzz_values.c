// SPDX-License-Identifier: MIT
/*
 * Values for one process that calls: words, pointers and files that are likely to matter, and
 * arguments that are right, if what they name exists.
 */
#include "miracast_fuzz_values.h"

uint32_t fuzz_below(struct fuzz *f, uint32_t limit)
{
	return mc_random(&f->seed) % limit;
}

bool fuzz_one_in(struct fuzz *f, uint32_t n)
{
	return !fuzz_below(f, n);
}

void fuzz_remember(struct fuzz *f, uint64_t number)
{
	f->numbers[f->number_count++ % FUZZ_NUMBERS] = number;
}

int fuzz_file(struct fuzz *f)
{
	unsigned int tries = 8;
	int fd;

	do {
		fd = f->pool[fuzz_below(f, FUZZ_POOL)];
	} while (fd < 0 && --tries);
	return fd;
}

void *fuzz_pointer(struct fuzz *f)
{
	switch (fuzz_below(f, 16)) {
	case 0:
		return NULL;
	case 1:
		return f->hole - fuzz_below(f, 512);
	case 2:
		return (void *)f->read_only;
	case 3:
		return (void *)(uintptr_t)mc_random(&f->seed);
	case 4:
		return (void *)~0xffful;
	default:
		return f->memory + fuzz_below(f, FUZZ_MEMORY / 2) / 8 * 8;
	}
}

uint64_t fuzz_word(struct fuzz *f)
{
	static const uint64_t sizes[] = {
		640, 480, 1280, 720, 60000, 4096, 16384, 65536, 72000, 2560,
		DRM_FORMAT_XRGB8888, DRM_FORMAT_NV12, 4096 * 4096,
	};

	switch (fuzz_below(f, 10)) {
	case 0:
		return 0;
	case 1:
		return fuzz_below(f, 20);
	case 2:
		return 1ull << fuzz_below(f, 64);
	case 3:
		return ~0ull >> fuzz_below(f, 64);
	case 4:
		return f->numbers[fuzz_below(f, FUZZ_NUMBERS)];
	case 5:
		return f->numbers[fuzz_below(f, FUZZ_NUMBERS)] + 1;
	case 6:
		return fuzz_file(f);
	case 7:
		return (uintptr_t)fuzz_pointer(f);
	case 8:
		return sizes[fuzz_below(f, ARRAY_SIZE(sizes))];
	default:
		return (uint64_t)mc_random(&f->seed) << 32 |
		       mc_random(&f->seed);
	}
}

void fuzz_replace_words(struct fuzz *f, void *bytes, size_t size,
			unsigned int count)
{
	while (count-- && size >= 8) {
		uint64_t word = fuzz_word(f);
		size_t at = fuzz_below(f, size / 4) * 4;

		if (at % 8 == 0 && fuzz_one_in(f, 2))
			memcpy((uint8_t *)bytes + at, &word, 8);
		else
			memcpy((uint8_t *)bytes + at, &word, 4);
	}
}

unsigned int fuzz_count(struct fuzz *f)
{
	return fuzz_one_in(f, 3) ? 0 : 1 + fuzz_below(f, fuzz_one_in(f, 4) ? 8 : 2);
}

void fuzz_fill_create(struct fuzz *f, struct drm_miracast_create_context *arg)
{
	static const uint32_t flags[] = {
		0, DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA,
		DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS,
		DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER,
		DRM_MIRACAST_CONTEXT_FLAG_TRUSTED,
		DRM_MIRACAST_CONTEXT_FLAG_HDCP,
		DRM_MIRACAST_CONTEXT_FLAG_CONTROL,
	};

	*arg = fuzz_one_in(f, 3) ? mc_limits_direct(800, 600) :
	       mc_limits(800, 600, 2 + fuzz_below(f, 3));
	arg->flags = flags[fuzz_below(f, ARRAY_SIZE(flags))] |
		     flags[fuzz_below(f, ARRAY_SIZE(flags))];
	if (arg->delivery == DRM_MIRACAST_DELIVERY_DIRECT) {
		arg->flags &= ~DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
		return;
	}
	arg->parts = 1 + fuzz_below(f, 4);
	if (fuzz_one_in(f, 3))
		arg->format = DRM_FORMAT_NV12;
	if (fuzz_one_in(f, 3))
		arg->max_macroblock_rate = 72000 + fuzz_below(f, 100000);
}

uint32_t fuzz_stride(struct fuzz *f, uint32_t size)
{
	return fuzz_one_in(f, 8) ? (uint32_t)fuzz_word(f) :
	       size + 8 * (fuzz_one_in(f, 4) ? fuzz_below(f, 4) : 0);
}

void fuzz_fill_arrive(struct fuzz *f, struct drm_miracast_monitor_arrive *arg)
{
	struct drm_miracast_mode *modes = (void *)f->memory;
	uint32_t i, count = fuzz_below(f, 6);
	uint8_t *edid = f->memory + 4096;

	for (i = 0; i < count; i++) {
		modes[i] = (struct drm_miracast_mode) {
			.width = 320 * (1 + fuzz_below(f, 5)),
			.height = 240 * (1 + fuzz_below(f, 4)),
			.refresh_mhz = 10000 * (3 + fuzz_below(f, 6)),
			.flags = fuzz_one_in(f, 3),
		};
		fuzz_replace_words(f, &modes[i], sizeof(modes[i]), fuzz_one_in(f, 8));
	}
	*arg = mc_monitor(modes, count);
	arg->mode_stride = fuzz_stride(f, sizeof(modes[0]));
	arg->flags = fuzz_one_in(f, 3);
	if (fuzz_one_in(f, 2))
		return;
	arg->edid = (uintptr_t)edid;
	arg->edid_size = mc_edid(edid, 1 + fuzz_below(f, 3), 'A' + fuzz_below(f, 26));
	if (fuzz_one_in(f, 2)) {
		fuzz_replace_words(f, edid, arg->edid_size, 1 + fuzz_below(f, 3));
		mc_edid_checksum(edid);
	}
}

static void fill_buffers(struct fuzz *f, struct drm_miracast_set_buffers *arg)
{
	struct drm_miracast_owner_buffer *buffers = (void *)f->memory;
	uint32_t i, count = 2 + fuzz_below(f, 3);

	for (i = 0; i < count; i++) {
		buffers[i] = (struct drm_miracast_owner_buffer) {
			.object_count = 1,
			.plane_count = 1 + fuzz_one_in(f, 2),
			.planes[0].pitch = 800 * 4,
			.fds = { fuzz_file(f), -1, -1, -1 },
		};
		if (buffers[i].plane_count > 1)
			buffers[i].planes[1] = (struct drm_miracast_plane) {
				.pitch = 800, .offset = 800 * 600,
			};
		fuzz_replace_words(f, &buffers[i], sizeof(buffers[i]),
				   fuzz_one_in(f, 4));
	}
	*arg = (struct drm_miracast_set_buffers) {
		.buffers = (uintptr_t)buffers,
		.count = count,
		.stride = fuzz_stride(f, sizeof(buffers[0])),
	};
}

static void fill_input(struct fuzz *f, struct fuzz_call *call)
{
	const struct mc_code *code = &mc_codes[fuzz_below(f, mc_code_count)];

	call->request = DRM_IOCTL_MIRACAST_IO_CONTROL;
	call->code = code->code;
	call->in_size = code->in_size;
	call->out_size = code->out_size;
	mc_code_input(code, call->bytes);
	switch (code->code) {
	case DRM_MIRACAST_CODE_MONITOR_ARRIVE:
		fuzz_fill_arrive(f, (void *)call->bytes);
		break;
	case DRM_MIRACAST_CODE_SET_BUFFERS:
		fill_buffers(f, (void *)call->bytes);
		break;
	case DRM_MIRACAST_CODE_COMPLETE_MESSAGE:
		memcpy(call->bytes, &f->message, sizeof(f->message));
		break;
	case DRM_MIRACAST_CODE_GET_BUFFER:
		memcpy(call->bytes, &f->chunk.buffer, sizeof(f->chunk.buffer));
		break;
	}
}

/*
 * Calls that end a session or remove its monitor are rare: otherwise nothing else would
 * happen.
 */
static bool ends_pictures(const struct fuzz_call *call)
{
	return call->code == DRM_MIRACAST_CODE_STOP_SESSION ||
	       call->code == DRM_MIRACAST_CODE_MONITOR_DEPART ||
	       call->code == DRM_MIRACAST_CODE_REPORT_STATUS;
}

void fuzz_fill_call(struct fuzz *f, struct fuzz_call *call)
{
	memset(call, 0, sizeof(*call));
	if (f->corpus_count && fuzz_one_in(f, 3)) {
		*call = f->corpus[fuzz_below(f, f->corpus_count < FUZZ_CORPUS ?
					f->corpus_count : FUZZ_CORPUS)];
		return;
	}
	if (fuzz_one_in(f, 6)) {
		call->request = DRM_IOCTL_MIRACAST_RELEASE_CHUNK;
		call->in_size = sizeof(f->chunk);
		memcpy(call->bytes, &f->chunk, sizeof(f->chunk));
		return;
	}
	do {
		fill_input(f, call);
	} while (ends_pictures(call) && !fuzz_one_in(f, 50));
}

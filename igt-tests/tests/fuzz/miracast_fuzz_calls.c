// SPDX-License-Identifier: MIT
/*
 * One process that calls: QUERY_CAPS and CREATE_CONTEXT on the card node and on
 * /dev/miracast, everything on the files of contexts and on control files, and
 * read(). Arguments are right at first, then some of their words are replaced by
 * others that are likely to matter. Calls that reached new code, according to KCOV, are
 * tried again with other words.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "miracast_fuzz.h"

#define NODE "/dev/miracast"
#define POOL 12		/* files of contexts, control files, dma-bufs */
#define NUMBERS 64	/* ids that the kernel has named */
#define CORPUS 256
#define MEMORY (64 << 10)
#define FILES 128

/* One call of IO_CONTROL, RELEASE_CHUNK, QUERY_CAPS or CREATE_CONTEXT. */
struct call {
	unsigned long request;
	uint32_t code;		/* of IO_CONTROL */
	uint32_t in_size, out_size;
	uint8_t bytes[MC_INPUT_MAX];
};

struct fuzz {
	const struct fuzz_plan *plan;
	struct fuzz_board *board;
	uint32_t seed;
	int card, node;
	int first_file;		/* those from here on are of calls */
	int pool[POOL];
	uint64_t numbers[NUMBERS];
	unsigned int number_count;
	struct drm_miracast_release_chunk chunk;	/* the newest */
	uint64_t message;
	uint8_t *memory, *hole;
	const uint8_t *read_only;
	struct call corpus[CORPUS];
	unsigned int corpus_count;
};

static uint32_t below(struct fuzz *f, uint32_t limit)
{
	return mc_random(&f->seed) % limit;
}

static bool one_in(struct fuzz *f, uint32_t n)
{
	return !below(f, n);
}

static void remember(struct fuzz *f, uint64_t number)
{
	f->numbers[f->number_count++ % NUMBERS] = number;
}

/* Nearly always an existing one. */
static int some_file(struct fuzz *f)
{
	unsigned int tries = 8;
	int fd;

	do {
		fd = f->pool[below(f, POOL)];
	} while (fd < 0 && --tries);
	return fd;
}

static void *some_pointer(struct fuzz *f)
{
	switch (below(f, 16)) {
	case 0:
		return NULL;
	case 1:
		return f->hole - below(f, 512);
	case 2:
		return (void *)f->read_only;
	case 3:
		return (void *)(uintptr_t)mc_random(&f->seed);
	case 4:
		return (void *)~0xffful;
	default:
		return f->memory + below(f, MEMORY / 2) / 8 * 8;
	}
}

static uint64_t some_word(struct fuzz *f)
{
	static const uint64_t sizes[] = {
		640, 480, 1280, 720, 60000, 4096, 16384, 65536, 72000, 2560,
		DRM_FORMAT_XRGB8888, DRM_FORMAT_NV12, 4096 * 4096,
	};

	switch (below(f, 10)) {
	case 0:
		return 0;
	case 1:
		return below(f, 20);
	case 2:
		return 1ull << below(f, 64);
	case 3:
		return ~0ull >> below(f, 64);
	case 4:
		return f->numbers[below(f, NUMBERS)];
	case 5:
		return f->numbers[below(f, NUMBERS)] + 1;
	case 6:
		return some_file(f);
	case 7:
		return (uintptr_t)some_pointer(f);
	case 8:
		return sizes[below(f, ARRAY_SIZE(sizes))];
	default:
		return (uint64_t)mc_random(&f->seed) << 32 |
		       mc_random(&f->seed);
	}
}

static void replace_words(struct fuzz *f, void *bytes, size_t size,
			  unsigned int count)
{
	while (count-- && size >= 8) {
		uint64_t word = some_word(f);
		size_t at = below(f, size / 4) * 4;

		if (at % 8 == 0 && one_in(f, 2))
			memcpy((uint8_t *)bytes + at, &word, 8);
		else
			memcpy((uint8_t *)bytes + at, &word, 4);
	}
}

/* Most calls are nearly right. */
static unsigned int some_count(struct fuzz *f)
{
	return one_in(f, 3) ? 0 : 1 + below(f, one_in(f, 4) ? 8 : 2);
}

/* The errors that calls may return; any other is no error of the interface. */
static void count_answer(struct fuzz *f, int ret)
{
	static const int known[] = {
		0, EACCES, EAGAIN, ESRCH, ENOENT, EBUSY, EINVAL, E2BIG, EFAULT,
		EOPNOTSUPP, ENOTCONN, EALREADY, ESTALE, ENOMEM, EMFILE, ENFILE,
		EINTR, ENODEV, EBADF, ENOTTY,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (-ret == known[i])
			break;
	igt_assert_f(i < ARRAY_SIZE(known), "an answer is %d (%s)\n", ret,
		     mc_strerror(ret));
	__atomic_add_fetch(&f->board->calls, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&f->board->answers[-ret], 1, __ATOMIC_RELAXED);
}

static int call_errno(struct fuzz *f, int fd, unsigned long request, void *arg)
{
	int ret = mc_ioctl_errno(fd, request, arg);

	count_answer(f, ret);
	return ret;
}

/* Files */

/* In place of another one, which is closed. */
static void put_file(struct fuzz *f, int fd)
{
	unsigned int i = 2 + below(f, POOL - 2);

	if (fd < 0)
		return;
	if (f->pool[i] >= 0)
		close(f->pool[i]);
	f->pool[i] = fd;
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

/*
 * Closes destroyed contexts, which are useless, and files of unknown kind that calls
 * without structure returned.
 */
static void close_useless(struct fuzz *f)
{
	struct drm_miracast_statistics stats;
	unsigned int i;
	int fd;

	for (i = 2; i < POOL; i++)
		if (mc_statistics_errno(f->pool[i], &stats) == -ESTALE) {
			close(f->pool[i]);
			f->pool[i] = -1;
		}
	for (fd = f->first_file; fd < FILES; fd++) {
		bool known = false;

		for (i = 0; i < POOL; i++)
			known |= fd == f->pool[i];
		if (!known)
			close(fd);
	}
}

/* Arguments that are right, if what they name exists */

static void fill_create(struct fuzz *f, struct drm_miracast_create_context *arg)
{
	static const uint32_t flags[] = {
		0, DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA,
		DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS,
		DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER,
		DRM_MIRACAST_CONTEXT_FLAG_TRUSTED,
		DRM_MIRACAST_CONTEXT_FLAG_HDCP,
		DRM_MIRACAST_CONTEXT_FLAG_CONTROL,
	};

	*arg = one_in(f, 3) ? mc_limits_direct(800, 600) :
	       mc_limits(800, 600, 2 + below(f, 3));
	arg->flags = flags[below(f, ARRAY_SIZE(flags))] |
		     flags[below(f, ARRAY_SIZE(flags))];
	if (arg->delivery == DRM_MIRACAST_DELIVERY_DIRECT) {
		arg->flags &= ~DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
		return;
	}
	arg->parts = 1 + below(f, 4);
	if (one_in(f, 3))
		arg->format = DRM_FORMAT_NV12;
	if (one_in(f, 3))
		arg->max_macroblock_rate = 72000 + below(f, 100000);
}

static uint32_t some_stride(struct fuzz *f, uint32_t size)
{
	return one_in(f, 8) ? (uint32_t)some_word(f) :
	       size + 8 * (one_in(f, 4) ? below(f, 4) : 0);
}

static void fill_arrive(struct fuzz *f, struct drm_miracast_monitor_arrive *arg)
{
	struct drm_miracast_mode *modes = (void *)f->memory;
	uint32_t i, count = below(f, 6);
	uint8_t *edid = f->memory + 4096;

	for (i = 0; i < count; i++) {
		modes[i] = (struct drm_miracast_mode) {
			.width = 320 * (1 + below(f, 5)),
			.height = 240 * (1 + below(f, 4)),
			.refresh_mhz = 10000 * (3 + below(f, 6)),
			.flags = one_in(f, 3),
		};
		replace_words(f, &modes[i], sizeof(modes[i]), one_in(f, 8));
	}
	*arg = mc_monitor(modes, count);
	arg->mode_stride = some_stride(f, sizeof(modes[0]));
	arg->flags = one_in(f, 3);
	if (one_in(f, 2))
		return;
	arg->edid = (uintptr_t)edid;
	arg->edid_size = mc_edid(edid, 1 + below(f, 3), 'A' + below(f, 26));
	if (one_in(f, 2)) {
		replace_words(f, edid, arg->edid_size, 1 + below(f, 3));
		mc_edid_checksum(edid);
	}
}

static void fill_buffers(struct fuzz *f, struct drm_miracast_set_buffers *arg)
{
	struct drm_miracast_owner_buffer *buffers = (void *)f->memory;
	uint32_t i, count = 2 + below(f, 3);

	for (i = 0; i < count; i++) {
		buffers[i] = (struct drm_miracast_owner_buffer) {
			.object_count = 1,
			.plane_count = 1 + one_in(f, 2),
			.planes[0].pitch = 800 * 4,
			.fds = { some_file(f), -1, -1, -1 },
		};
		if (buffers[i].plane_count > 1)
			buffers[i].planes[1] = (struct drm_miracast_plane) {
				.pitch = 800, .offset = 800 * 600,
			};
		replace_words(f, &buffers[i], sizeof(buffers[i]),
			      one_in(f, 4));
	}
	*arg = (struct drm_miracast_set_buffers) {
		.buffers = (uintptr_t)buffers,
		.count = count,
		.stride = some_stride(f, sizeof(buffers[0])),
	};
}

static void fill_input(struct fuzz *f, struct call *call)
{
	const struct mc_code *code = &mc_codes[below(f, mc_code_count)];

	call->request = DRM_IOCTL_MIRACAST_IO_CONTROL;
	call->code = code->code;
	call->in_size = code->in_size;
	call->out_size = code->out_size;
	mc_code_input(code, call->bytes);
	switch (code->code) {
	case DRM_MIRACAST_CODE_MONITOR_ARRIVE:
		fill_arrive(f, (void *)call->bytes);
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
static bool ends_pictures(const struct call *call)
{
	return call->code == DRM_MIRACAST_CODE_STOP_SESSION ||
	       call->code == DRM_MIRACAST_CODE_MONITOR_DEPART ||
	       call->code == DRM_MIRACAST_CODE_REPORT_STATUS;
}

static void fill_call(struct fuzz *f, struct call *call)
{
	memset(call, 0, sizeof(*call));
	if (f->corpus_count && one_in(f, 3)) {
		*call = f->corpus[below(f, f->corpus_count < CORPUS ?
					f->corpus_count : CORPUS)];
		return;
	}
	if (one_in(f, 6)) {
		call->request = DRM_IOCTL_MIRACAST_RELEASE_CHUNK;
		call->in_size = sizeof(f->chunk);
		memcpy(call->bytes, &f->chunk, sizeof(f->chunk));
		return;
	}
	do {
		fill_input(f, call);
	} while (ends_pictures(call) && !one_in(f, 50));
}

/* Calls */

/* Descriptors and ids in the output of a call. */
static void take_output(struct fuzz *f, const struct call *call,
			const uint8_t *output)
{
	const struct drm_miracast_buffer *buffer = (const void *)output;
	uint64_t number;
	unsigned int i;

	memcpy(&number, output, sizeof(number));
	remember(f, number);
	if (call->code != DRM_MIRACAST_CODE_GET_BUFFER ||
	    call->out_size < sizeof(*buffer))
		return;
	for (i = 0; i < DRM_MIRACAST_MAX_PLANES; i++) {
		if (buffer->fds[i] < f->first_file)
			continue;
		/* A few dma-bufs are enough. */
		if (one_in(f, 8))
			put_file(f, buffer->fds[i]);
		else
			close(buffer->fds[i]);
	}
}

static int run_io_control(struct fuzz *f, int fd, const struct call *call)
{
	uint8_t *output = f->memory + MEMORY - 2048;
	uint8_t *input = f->memory + MEMORY - 4096;
	struct drm_miracast_io_control arg = {
		.code = call->code,
		.in = (uintptr_t)input,
		.in_size = call->in_size,
		.out = (uintptr_t)output,
		.out_size = call->out_size,
	};
	bool whole = !one_in(f, 6);
	int ret;

	memset(input, 0, 2048);
	memcpy(input, call->bytes, sizeof(call->bytes));
	memset(output, 0, 2048);
	if (!whole) {
		if (one_in(f, 2))
			arg.in = (uintptr_t)some_pointer(f);
		if (one_in(f, 2))
			arg.out = (uintptr_t)some_pointer(f);
		if (one_in(f, 2))
			arg.in_size += 8 * below(f, 4) - 8;
		if (one_in(f, 2))
			arg.out_size = below(f, 300);
		replace_words(f, &arg, sizeof(arg), one_in(f, 3));
	}
	ret = call_errno(f, fd, call->request, &arg);
	if (!ret && whole)
		take_output(f, call, output);
	return ret;
}

static void run_call(struct fuzz *f)
{
	struct call call;
	int fd = some_file(f);
	bool new;

	fill_call(f, &call);
	replace_words(f, call.bytes, call.in_size < sizeof(call.bytes) ?
		      call.in_size : sizeof(call.bytes), some_count(f));
	fuzz_coverage_clear();
	if (call.request == DRM_IOCTL_MIRACAST_RELEASE_CHUNK) {
		struct drm_miracast_release_chunk arg;

		memcpy(&arg, call.bytes, sizeof(arg));
		call_errno(f, fd, call.request, &arg);
	} else {
		run_io_control(f, fd, &call);
	}
	new = fuzz_coverage_is_new(f->board);
	if (new)
		f->corpus[f->corpus_count++ % CORPUS] = call;
}

/* The steps up to pictures, without which most calls have nothing to do. */
static void go_on(struct fuzz *f)
{
	static const struct drm_miracast_mode plain = {
		.width = 640, .height = 480, .refresh_mhz = 60000,
	};
	struct drm_miracast_monitor_arrive arrive = mc_monitor(&plain, 1);
	uint64_t session;
	int fd = some_file(f);

	count_answer(f, mc_start_errno(fd, &session));
	/* One that replaces another is not visible for a second or two. */
	if (one_in(f, 4))
		fill_arrive(f, &arrive);
	count_answer(f, mc_arrive_errno(fd, &arrive));
	count_answer(f, mc_complete_errno(fd, f->message, one_in(f, 8)));
	count_answer(f, mc_request_frame_errno(fd));
}

static int creating_node(struct fuzz *f)
{
	return f->node >= 0 && one_in(f, 2) ? f->node : f->card;
}

static void create(struct fuzz *f)
{
	struct drm_miracast_create_context arg;
	void *at = one_in(f, 10) ? some_pointer(f) : &arg;
	int ret;

	fill_create(f, &arg);
	replace_words(f, &arg, sizeof(arg), some_count(f) / 2);
	ret = call_errno(f, creating_node(f), DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
			 at);
	if (ret || at != &arg)
		return;
	remember(f, arg.connector_id);
	remember(f, arg.context_number);
	put_file(f, arg.context_fd);
	if (arg.control_fd >= 0)
		put_file(f, arg.control_fd);
}

static void query(struct fuzz *f)
{
	struct drm_miracast_query_caps arg = {
		.formats = (uintptr_t)some_pointer(f),
		.format_stride = some_stride(f,
					     sizeof(struct drm_miracast_format)),
		.format_count = below(f, 100),
	};

	replace_words(f, &arg, 24, one_in(f, 3));
	call_errno(f, creating_node(f), DRM_IOCTL_MIRACAST_QUERY_CAPS, &arg);
}

/* No structure at all: any number, size and direction of the driver's ioctls. */
static void raw(struct fuzz *f)
{
	bool card = one_in(f, 4);
	unsigned int number = DRM_COMMAND_BASE + below(f, 8);
	uint8_t *bytes = f->memory + below(f, 4096) * 8;
	unsigned long request = _IOC(below(f, 4), DRM_IOCTL_BASE, number,
				     below(f, 4) ? below(f, 26) * 8 :
				     below(f, 1 << _IOC_SIZEBITS));
	unsigned int i;
	int fd = some_file(f);

	/* The shared files stay open. */
	if (number == DRM_COMMAND_BASE + DRM_MIRACAST_DESTROY_CONTEXT)
		fd = f->pool[2 + below(f, POOL - 2)];
	for (i = 0; i < 32; i++) {
		uint64_t word = some_word(f);

		memcpy(bytes + 8 * i, &word, 8);
	}
	call_errno(f, card ? creating_node(f) : fd, request,
		   one_in(f, 8) ? some_pointer(f) : (void *)bytes);
}

/* Events */

static void take_chunk(struct fuzz *f, int fd,
		       const struct drm_miracast_event_chunk *chunk)
{
	igt_assert_lte_u64(sizeof(*chunk), chunk->base.header_size);
	igt_assert_lte(chunk->clip_count, DRM_MIRACAST_MAX_CLIPS);
	igt_assert_eq_u64(chunk->base.header_size +
			  (chunk->clip_count * sizeof(struct drm_clip_rect)),
			  chunk->base.length);
	f->chunk = (struct drm_miracast_release_chunk) {
		.buffer = chunk->buffer,
		.chunk_id = chunk->chunk_id,
	};
	remember(f, chunk->buffer);
	remember(f, chunk->chunk_id);
	__atomic_add_fetch(&f->board->chunks, 1, __ATOMIC_RELAXED);
	if (!one_in(f, 3))
		count_answer(f, mc_release_errno(fd, chunk->buffer,
						 chunk->chunk_id));
}

static void take_message(struct fuzz *f, int fd,
			 const struct drm_miracast_event_message *message)
{
	igt_assert_lte_u64(sizeof(*message), message->base.header_size);
	remember(f, message->number);
	if (!message->needs_completion)
		return;
	f->message = message->number;
	if (!one_in(f, 3))
		count_answer(f, mc_complete_errno(fd, message->number,
						  one_in(f, 8)));
}

static void take_event(struct fuzz *f, int fd,
		       const struct drm_miracast_event *event, size_t left)
{
	igt_assert_lte_u64(sizeof(*event), left);
	igt_assert_lte_u64(event->length, left);
	igt_assert_lte_u64(event->length, DRM_MIRACAST_EVENT_BYTES);
	igt_assert_eq_u32(event->length % 8, 0);
	igt_assert_lte_u64(event->header_size, event->length);
	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		take_chunk(f, fd, (const void *)event);
	} else {
		igt_assert_eq_u32(event->type, DRM_MIRACAST_EVENT_TYPE_MESSAGE);
		take_message(f, fd, (const void *)event);
	}
	__atomic_add_fetch(&f->board->events, 1, __ATOMIC_RELAXED);
}

static void read_some(struct fuzz *f)
{
	static uint64_t buffer[2 * DRM_MIRACAST_EVENT_BYTES / 8];
	void *to = one_in(f, 12) ? some_pointer(f) : buffer;
	struct pollfd poll_it = { .fd = some_file(f), .events = POLLIN };
	size_t size = one_in(f, 3) ? below(f, sizeof(buffer)) : sizeof(buffer);
	ssize_t got, at;

	if (poll(&poll_it, 1, below(f, 3)) < 1 || poll_it.revents & POLLNVAL)
		return;
	got = read(poll_it.fd, to, size);
	count_answer(f, got < 0 ? -errno : 0);
	if (to != buffer)
		return;
	for (at = 0; at < got; ) {
		const struct drm_miracast_event *event =
			(const void *)((uint8_t *)buffer + at);

		take_event(f, poll_it.fd, event, got - at);
		at += event->length;
	}
}

static void step(struct fuzz *f)
{
	switch (below(f, 40)) {
	case 0:
		create(f);
		break;
	case 1:
	case 2:
		query(f);
		break;
	case 3:
		/* The shared files stay open. */
		if (one_in(f, 4))
			count_answer(f, mc_destroy_errno(f->pool[2 + below(f, POOL - 2)]));
		break;
	case 4 ... 7:
		go_on(f);
		break;
	case 8 ... 17:
		read_some(f);
		break;
	case 18 ... 24:
		if (f->plan->raw)
			raw(f);
		else
			run_call(f);
		break;
	default:
		run_call(f);
	}
}

static void begin(struct fuzz *f, const struct fuzz_plan *plan)
{
	const struct rlimit files = { FILES, FILES };
	unsigned int i;

	f->plan = plan;
	f->board = plan->board;
	f->seed = plan->seed;
	f->memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(f->memory != MAP_FAILED);
	f->hole = (uint8_t *)mc_before_hole(4096) + 4096;
	f->read_only = mc_read_only("nothing", 8);
	fuzz_coverage_begin();
	f->card = mc_card_open();
	f->node = open(NODE, O_RDWR | O_CLOEXEC);
	f->first_file = (f->node > f->card ? f->node : f->card) + 1;
	for (i = 0; i < POOL; i++)
		f->pool[i] = i < 2 ? plan->contexts[i] : -1;
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	if (plan->nobody)
		mc_become_nobody();
}

void fuzz_caller(void *data)
{
	static struct fuzz f;
	uint32_t steps = 0;

	begin(&f, data);
	while (mc_now_ns() < f.plan->end_ns) {
		step(&f);
		if (++steps % 64 == 0)
			close_useless(&f);
	}
}

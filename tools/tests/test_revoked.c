// SPDX-License-Identifier: MIT
/* Memory that is taken away while it is read is lost; faults of the program are not hidden. */
#include <drm_fourcc.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "revoked.h"
#include "store.h"

#define SIZE	64
#define BYTES	(SIZE * SIZE * 4)

static struct store store;
static int file;

static struct mc_buffer make_buffer(void)
{
	struct mc_buffer buffer = {
		.info.fourcc = DRM_FORMAT_XRGB8888,
		.info.width = SIZE,
		.info.height = SIZE,
		.info.object_count = 1,
		.info.planes[0].pitch = SIZE * 4,
		.sizes[0] = BYTES,
	};
	void *map;

	file = memfd_create("buffer", MFD_CLOEXEC);
	map = ftruncate(file, BYTES) ? MAP_FAILED :
	      mmap(NULL, BYTES, PROT_READ, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		_exit(1);
	buffer.maps[0] = map;
	return buffer;
}

static void free_buffer(struct mc_buffer *buffer)
{
	munmap((void *)(uintptr_t)buffer->maps[0], BYTES);
	close(file);
}

static int read_chunk(const struct mc_buffer *buffer, uint32_t flags)
{
	struct mc_event event = {
		.chunk.base.flags = flags,
		.chunk.width = SIZE, .chunk.height = SIZE, .chunk.clip_count = 1,
		.clips[0] = { .x2 = SIZE, .y2 = SIZE },
	};
	uint64_t damaged;

	return store_apply(&store, &event, buffer, &damaged);
}

static void check_lost(void)
{
	struct mc_buffer buffer = make_buffer();
	uint64_t serial;

	check(!read_chunk(&buffer, DRM_MIRACAST_CHUNK_FLAG_FULL), "memory that is there is read");
	store_settle(&store);
	serial = store.picture.serial;
	if (ftruncate(file, BYTES / 2))
		_exit(1);
	check(read_chunk(&buffer, 0) == -ESTALE && store.picture.serial == serial,
	      "what goes while it is read is lost");
	check(!store.torn, "whoever reads decides what to do about it");
	store_lose(&store);
	free_buffer(&buffer);

	buffer = make_buffer();
	check(read_chunk(&buffer, 0) == -ESTALE, "a part does not mend what was torn");
	check(!read_chunk(&buffer, DRM_MIRACAST_CHUNK_FLAG_FULL) &&
	      store.picture.serial == serial + 1, "a full picture does");
	free_buffer(&buffer);
}

static void check_own_fault(void)
{
	struct mc_buffer buffer = make_buffer(), other = make_buffer();
	pid_t child = fork();
	int status;

	if (!child) {
		/* The pixels are not in the memory that the buffer is said to have. */
		buffer.sizes[0] = 0;
		if (ftruncate(file, 0))
			_exit(1);
		buffer.maps[0] = other.maps[0];
		read_chunk(&buffer, DRM_MIRACAST_CHUNK_FLAG_FULL);
		_exit(0);
	}
	check(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	      WTERMSIG(status) == SIGBUS, "another fault ends the program");
	free_buffer(&other);
	munmap((void *)(uintptr_t)buffer.maps[0], BYTES);
}

int main(void)
{
	if (store_init(&store) || store_mode(&store, SIZE, SIZE, 60000))
		return 1;
	check_lost();
	check_own_fault();
	store_fini(&store);
	return check_result();
}

// SPDX-License-Identifier: MIT
/*
 * Uses the library behind the element. Its structs are opaque here, with more
 * room than they need.
 */
#include "convert.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "gst_few.h"

#define STRUCT_BYTES	4096
#define MAP_READ	1
#define MAP_WRITE	2

struct converter {
	_Alignas(16) char in_info[STRUCT_BYTES];
	_Alignas(16) char out_info[STRUCT_BYTES];
	_Alignas(16) char in_frame[STRUCT_BYTES];
	_Alignas(16) char out_frame[STRUCT_BYTES];
	void *convert;
};

static int map_frame(void *info, const char *format, uint32_t width,
		     uint32_t height, void *pixels, size_t size, int flags,
		     void *frame)
{
	void *buffer = gst_buffer_new_wrapped_full(0, pixels, size, 0, size,
						   NULL, NULL);

	return gst_video_info_set_format(info,
					 gst_video_format_from_string(format),
					 width, height) &&
	       gst_video_frame_map(frame, info, buffer, flags);
}

struct converter *convert_new(void *pixels, uint32_t width, uint32_t height)
{
	size_t area = (size_t)width * height, size = area * 3 / 2;
	struct converter *c = calloc(1, sizeof(*c));
	void *planes = aligned_alloc(4096, (size + 4095) & ~(size_t)4095);

	/* No plug-ins are needed, and none are looked for. */
	setenv("GST_REGISTRY_DISABLE", "yes", 1);
	gst_init(NULL, NULL);
	if (!c || !planes)
		goto err;
	memset(planes, 0, size);
	if (!map_frame(c->in_info, "BGRx", width, height, pixels, area * 4,
		       MAP_READ, c->in_frame) ||
	    !map_frame(c->out_info, "NV12", width, height, planes, size,
		       MAP_READ | MAP_WRITE, c->out_frame))
		goto err;
	c->convert = gst_video_converter_new(c->in_info, c->out_info, NULL);
	if (c->convert)
		return c;
err:
	free(planes);
	free(c);
	return NULL;
}

void convert_run(struct converter *converter)
{
	gst_video_converter_frame(converter->convert, converter->in_frame,
				  converter->out_frame);
}

/* SPDX-License-Identifier: MIT */
/*
 * Raw video into a file or pipe: BGRx frames as they are, or YUV4MPEG2 with
 * 4:2:0 pictures in BT.709, limited range. The first picture decides the size;
 * later ones of another size are cut or have black borders.
 */
#ifndef VIDEO_H
#define VIDEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "picture.h"

/** enum video_format - What a frame is. */
enum video_format {
	/** @VIDEO_BGRX: 4 bytes per pixel: B, G, R, unused. */
	VIDEO_BGRX,
	/** @VIDEO_Y4M: A YUV4MPEG2 stream. */
	VIDEO_Y4M,
};

/** struct video - An open video. */
struct video {
	/** @fd: Where to. */
	int fd;
	/** @format: What. */
	enum video_format format;
	/** @rate_mhz: Frames per 1000 s, for the y4m header. */
	uint32_t rate_mhz;
	/** @canvas: The frame; its size and kind never change. */
	struct mc_picture canvas;
	/** @planes: VIDEO_Y4M of XRGB8888 pictures: the frame's planes. */
	uint8_t *planes;
	/** @bytes: Bytes of a frame. */
	size_t bytes;
};

/**
 * video_write() - Write a frame, and the header before the first.
 * @video: fd, format and rate are set, the rest zero
 * @picture: the picture; all of a video are of one kind, and XRGB8888 in VIDEO_BGRX
 *
 * Return: 0 or -errno.
 */
int video_write(struct video *video, const struct mc_picture *picture);

/** video_free() - Free the memory; the fd stays open. */
void video_free(struct video *video);

#endif

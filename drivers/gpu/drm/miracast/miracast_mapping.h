/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Foreign memory made readable and writable for the CPU.
 */
#ifndef _MIRACAST_MAPPING_H_
#define _MIRACAST_MAPPING_H_

#include <linux/iosys-map.h>

struct device;
struct dma_buf;
struct dma_buf_attachment;

/**
 * struct miracast_mapping - A dma-buf that is attached and mapped
 * @dma_buf: the dma-buf; the user of the mapping holds a reference
 * @attach: attachment, or NULL
 * @map: first byte; null before miracast_mapping_make()
 */
struct miracast_mapping {
	struct dma_buf *dma_buf;
	struct dma_buf_attachment *attach;
	struct iosys_map map;
};

int miracast_mapping_make(struct miracast_mapping *mapping, struct device *dev);
void miracast_mapping_undo(struct miracast_mapping *mapping);

#endif

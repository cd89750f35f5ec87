// SPDX-License-Identifier: GPL-2.0
/*
 * Foreign memory made readable and writable for the CPU.
 *
 * The attachment, with its own mapping, keeps the memory in place; a vmap alone
 * would not. No locks: the caller serialises.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>

#include "miracast_compat.h"
#include "miracast_mapping.h"

static int attach(struct miracast_mapping *mapping, struct device *dev)
{
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;

	attach = dma_buf_attach(mapping->dma_buf, dev);
	if (IS_ERR(attach))
		return PTR_ERR(attach);
	mapping->attach = attach;

	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	mapping->sgt = sgt;

	return 0;
}

/**
 * miracast_mapping_make - Attach to a dma-buf and map it
 * @mapping: the mapping, its dma-buf set and all else zero
 * @dev: the device to attach
 *
 * May sleep.
 *
 * Return: 0 or what the exporter answered.
 */
int miracast_mapping_make(struct miracast_mapping *mapping, struct device *dev)
{
	int ret = attach(mapping, dev);

	if (!ret)
		ret = dma_buf_vmap_unlocked(mapping->dma_buf, &mapping->map);
	if (ret) {
		iosys_map_clear(&mapping->map);
		miracast_mapping_undo(mapping);
	}

	return ret;
}

/**
 * miracast_mapping_undo - Unmap and detach
 * @mapping: the mapping, also one that was never made
 *
 * May sleep.
 */
void miracast_mapping_undo(struct miracast_mapping *mapping)
{
	if (iosys_map_is_set(&mapping->map))
		dma_buf_vunmap_unlocked(mapping->dma_buf, &mapping->map);
	if (mapping->sgt)
		dma_buf_unmap_attachment_unlocked(mapping->attach, mapping->sgt,
						  DMA_BIDIRECTIONAL);
	if (mapping->attach)
		dma_buf_detach(mapping->dma_buf, mapping->attach);

	iosys_map_clear(&mapping->map);
	mapping->sgt = NULL;
	mapping->attach = NULL;
}

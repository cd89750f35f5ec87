// SPDX-License-Identifier: GPL-2.0
/*
 * Foreign memory made readable and writable for the CPU.
 *
 * The attachment keeps the memory in place, or the exporter does so while it is mapped
 * for the CPU. It is not mapped for the device, which does no DMA: exporters would keep
 * caches coherent with it. And where DMA is bounced (swiotlb, as in confidential guests),
 * a large segment cannot be mapped, and unmapping would overwrite newer contents of the
 * memory with older ones. Before Linux 6.16, dma-buf's core pins and maps it all the same
 * when the exporter is a dynamic one.
 *
 * No locks: the caller serialises.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>

#include "miracast_compat.h"
#include "miracast_mapping.h"

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
	struct dma_buf_attachment *attach;
	int ret;

	attach = dma_buf_attach(mapping->dma_buf, dev);
	if (IS_ERR(attach))
		return PTR_ERR(attach);
	mapping->attach = attach;

	ret = dma_buf_vmap_unlocked(mapping->dma_buf, &mapping->map);
	if (ret) {
		iosys_map_clear(&mapping->map);
		miracast_mapping_undo(mapping);
	}

	return ret;
}

/**
 * miracast_mapping_undo - Unmap and detach
 * @mapping: the mapping; it may be unmapped already, or never have been made
 *
 * May sleep.
 */
void miracast_mapping_undo(struct miracast_mapping *mapping)
{
	if (iosys_map_is_set(&mapping->map))
		dma_buf_vunmap_unlocked(mapping->dma_buf, &mapping->map);
	if (mapping->attach)
		dma_buf_detach(mapping->dma_buf, mapping->attach);

	iosys_map_clear(&mapping->map);
	mapping->attach = NULL;
}

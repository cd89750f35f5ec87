// SPDX-License-Identifier: GPL-2.0
/*
 * An exporter of awkward dma-bufs, for the tests of importers.
 *
 * No device ever reads the memory: importers attach, and then use the CPU. So pages
 * are handed out without addresses for devices, also on machines that could not make
 * any.
 */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/io.h>
#include <linux/iosys-map.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#ifdef CONFIG_X86
#include <asm/set_memory.h>
#endif

#include "miracast_compat.h"
#include "miracast_exporter.h"

#define MAX_BYTES	(256UL << 20)
#define HOLD_TIME	(10 * HZ)

/**
 * struct buffer - Memory, and how it behaves
 * @ref: the file and the dma-buf
 * @arg: how it was created; set once, with @pages
 * @pages: the pages
 * @count: number of @pages
 * @lock: guards @set and @seen
 * @set: how it behaves
 * @seen: what importers did
 * @open: CPU accesses that have begun and not ended
 * @wait: woken when @set changes
 */
struct buffer {
	struct kref ref;
	struct miracast_exporter_create arg;
	struct page **pages;
	unsigned int count;
	spinlock_t lock; /* guards what follows */
	struct miracast_exporter_set set;
	struct miracast_exporter_get seen;
	unsigned int open;
	wait_queue_head_t wait;
};

/* Memory */

static bool is_wc(const struct buffer *buffer)
{
	return buffer->arg.flags & MIRACAST_EXPORTER_WC;
}

/* The kernel's linear mapping of a page must not be cached when another mapping is not. */
static int make_uncached(struct buffer *buffer)
{
#ifdef CONFIG_X86
	if (is_wc(buffer))
		return set_pages_array_wc(buffer->pages, buffer->count);
#endif
	return 0;
}

static void make_cached(struct buffer *buffer)
{
#ifdef CONFIG_X86
	if (is_wc(buffer))
		set_pages_array_wb(buffer->pages, buffer->count);
#endif
}

static void free_pages_of(struct buffer *buffer, unsigned int count)
{
	while (count)
		__free_page(buffer->pages[--count]);
	kvfree(buffer->pages);
	buffer->pages = NULL;
}

static int alloc_pages_of(struct buffer *buffer)
{
	unsigned int i;
	int ret;

	buffer->count = PFN_UP(buffer->arg.offset + buffer->arg.size);
	buffer->pages = kvcalloc(buffer->count, sizeof(*buffer->pages),
				 GFP_KERNEL);
	if (!buffer->pages)
		return -ENOMEM;

	for (i = 0; i < buffer->count; i++) {
		buffer->pages[i] = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		if (!buffer->pages[i]) {
			free_pages_of(buffer, i);
			return -ENOMEM;
		}
	}

	ret = make_uncached(buffer);
	if (ret)
		free_pages_of(buffer, buffer->count);

	return ret;
}

static void buffer_free(struct kref *ref)
{
	struct buffer *buffer = container_of(ref, struct buffer, ref);

	if (buffer->pages) {
		make_cached(buffer);
		free_pages_of(buffer, buffer->count);
	}
	kfree(buffer);
}

static void count(struct buffer *buffer, u32 *counter, int change)
{
	spin_lock(&buffer->lock);
	*counter += change;
	spin_unlock(&buffer->lock);
}

/* Devices */

static int exporter_attach(struct dma_buf *dma_buf,
			   struct dma_buf_attachment *attachment)
{
	struct buffer *buffer = dma_buf->priv;

	count(buffer, &buffer->seen.attached, 1);

	return 0;
}

static void exporter_detach(struct dma_buf *dma_buf,
			    struct dma_buf_attachment *attachment)
{
	struct buffer *buffer = dma_buf->priv;

	count(buffer, &buffer->seen.attached, -1);
}

static int fill_by_page(struct buffer *buffer, struct sg_table *sgt)
{
	unsigned int i, offset = buffer->arg.offset;
	u64 left = buffer->arg.size;
	struct scatterlist *sg;
	int ret;

	ret = sg_alloc_table(sgt, buffer->count, GFP_KERNEL);
	if (ret)
		return ret;

	for_each_sgtable_sg(sgt, sg, i) {
		unsigned int bytes = min_t(u64, left, PAGE_SIZE - offset);

		sg_set_page(sg, buffer->pages[i], bytes, offset);
		left -= bytes;
		offset = 0;
	}

	return 0;
}

static struct sg_table *exporter_map(struct dma_buf_attachment *attachment,
				     enum dma_data_direction direction)
{
	struct buffer *buffer = attachment->dmabuf->priv;
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	int ret;

	if (!sgt)
		return ERR_PTR(-ENOMEM);

	if (buffer->arg.flags & MIRACAST_EXPORTER_PAGES)
		ret = fill_by_page(buffer, sgt);
	else
		ret = sg_alloc_table_from_pages(sgt, buffer->pages,
						buffer->count,
						buffer->arg.offset,
						buffer->arg.size, GFP_KERNEL);
	if (ret) {
		kfree(sgt);
		return ERR_PTR(ret);
	}
	count(buffer, &buffer->seen.mapped, 1);

	return sgt;
}

static void exporter_unmap(struct dma_buf_attachment *attachment,
			   struct sg_table *sgt,
			   enum dma_data_direction direction)
{
	struct buffer *buffer = attachment->dmabuf->priv;

	count(buffer, &buffer->seen.mapped, -1);
	sg_free_table(sgt);
	kfree(sgt);
}

/* The CPU, in the kernel */

static int exporter_vmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	struct buffer *buffer = dma_buf->priv;
	pgprot_t prot = PAGE_KERNEL;
	void *vaddr;

	if (is_wc(buffer))
		prot = pgprot_writecombine(prot);
	vaddr = vmap(buffer->pages, buffer->count, VM_MAP, prot);
	if (!vaddr)
		return -ENOMEM;

	vaddr += buffer->arg.offset;
	if (buffer->arg.flags & MIRACAST_EXPORTER_IO_MEMORY)
		iosys_map_set_vaddr_iomem(map, (void __iomem *)vaddr);
	else
		iosys_map_set_vaddr(map, vaddr);
	count(buffer, &buffer->seen.vmaps, 1);

	return 0;
}

static bool is_held(struct buffer *buffer, u32 what)
{
	return READ_ONCE(buffer->set.hold) & what;
}

static void exporter_vunmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	struct buffer *buffer = dma_buf->priv;
	void *vaddr = map->is_iomem ? (void __force *)map->vaddr_iomem :
				      map->vaddr;

	count(buffer, &buffer->seen.held, 1);
	wait_event_timeout(buffer->wait,
			   !is_held(buffer, MIRACAST_EXPORTER_HOLD_VUNMAP),
			   HOLD_TIME);
	count(buffer, &buffer->seen.held, -1);
	count(buffer, &buffer->seen.vmaps, -1);
	vunmap(vaddr - buffer->arg.offset);
}

static int exporter_begin(struct dma_buf *dma_buf,
			  enum dma_data_direction direction)
{
	struct buffer *buffer = dma_buf->priv;
	struct miracast_exporter_get *seen = &buffer->seen;
	long left;
	int ret;

	count(buffer, &seen->held, 1);
	left = wait_event_interruptible_timeout(buffer->wait,
						!is_held(buffer, MIRACAST_EXPORTER_HOLD_BEGIN),
						HOLD_TIME);
	count(buffer, &seen->held, -1);
	if (left < 0)
		return left;

	spin_lock(&buffer->lock);
	ret = -(int)buffer->set.begin_errno;
	if (ret) {
		seen->refused++;
	} else {
		seen->begins++;
		buffer->open++;
		seen->most_open = max(seen->most_open, buffer->open);
	}
	spin_unlock(&buffer->lock);

	return ret;
}

static int exporter_end(struct dma_buf *dma_buf,
			enum dma_data_direction direction)
{
	struct buffer *buffer = dma_buf->priv;
	struct miracast_exporter_get *seen = &buffer->seen;
	int ret;

	count(buffer, &seen->held, 1);
	wait_event_timeout(buffer->wait,
			   !is_held(buffer, MIRACAST_EXPORTER_HOLD_END),
			   HOLD_TIME);
	if (buffer->arg.flags & MIRACAST_EXPORTER_END_WAITS)
		dma_resv_wait_timeout(dma_buf->resv, DMA_RESV_USAGE_WRITE,
				      false, HOLD_TIME);
	count(buffer, &seen->held, -1);

	spin_lock(&buffer->lock);
	ret = -(int)buffer->set.end_errno;
	seen->ends++;
	if (buffer->open)
		buffer->open--;
	else
		seen->below++;
	spin_unlock(&buffer->lock);

	return ret;
}

/* The CPU, in user space */

static int exporter_mmap(struct dma_buf *dma_buf, struct vm_area_struct *vma)
{
	struct buffer *buffer = dma_buf->priv;

	if (buffer->arg.offset)
		return -EINVAL;
	if (is_wc(buffer))
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, 0);

	return vm_map_pages(vma, buffer->pages, buffer->count);
}

static void exporter_release(struct dma_buf *dma_buf)
{
	struct buffer *buffer = dma_buf->priv;

	kref_put(&buffer->ref, buffer_free);
}

#define OPS				\
	.attach = exporter_attach,	\
	.detach = exporter_detach,	\
	.map_dma_buf = exporter_map,	\
	.unmap_dma_buf = exporter_unmap,	\
	.mmap = exporter_mmap,			\
	.release = exporter_release

#define VMAP_OPS			\
	.vmap = exporter_vmap,		\
	.vunmap = exporter_vunmap

#define SYNC_OPS			\
	.begin_cpu_access = exporter_begin,	\
	.end_cpu_access = exporter_end

/*
 * dma-buf's core checks whether there is a function, and warns when it fails; so exporters
 * without a mapping have no function.
 */
static const struct dma_buf_ops ops = { OPS, VMAP_OPS, SYNC_OPS };
static const struct dma_buf_ops no_vmap_ops = { OPS, SYNC_OPS };
static const struct dma_buf_ops no_sync_ops = { OPS, VMAP_OPS };
static const struct dma_buf_ops bare_ops = { OPS };

static const struct dma_buf_ops *ops_of(const struct buffer *buffer)
{
	bool vmap = !(buffer->arg.flags & MIRACAST_EXPORTER_NO_VMAP);

	if (buffer->arg.flags & MIRACAST_EXPORTER_NO_SYNC)
		return vmap ? &no_sync_ops : &bare_ops;

	return vmap ? &ops : &no_vmap_ops;
}

/* The file */

static int create(struct buffer *buffer, void __user *user)
{
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = THIS_MODULE,
		.flags = O_RDWR | O_CLOEXEC,
		.priv = buffer,
	};
	struct miracast_exporter_create arg;
	struct dma_buf *dma_buf;
	int ret;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (!arg.size || arg.size > MAX_BYTES || arg.offset >= PAGE_SIZE ||
	    arg.flags & ~MIRACAST_EXPORTER_FLAGS || arg.reserved)
		return -EINVAL;
	if (buffer->pages)
		return -EALREADY;
	/* User-Mode Linux only has accessors for I/O memory of emulated devices. */
	if (IS_ENABLED(CONFIG_UML) && arg.flags & MIRACAST_EXPORTER_IO_MEMORY)
		return -EOPNOTSUPP;

	buffer->arg = arg;
	ret = alloc_pages_of(buffer);
	if (ret)
		return ret;

	info.ops = ops_of(buffer);
	info.size = arg.size;
	dma_buf = dma_buf_export(&info);
	if (IS_ERR(dma_buf))
		return PTR_ERR(dma_buf);

	kref_get(&buffer->ref);
	arg.fd = dma_buf_fd(dma_buf, O_CLOEXEC);
	if (arg.fd < 0) {
		dma_buf_put(dma_buf);
		return arg.fd;
	}

	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}

static int set(struct buffer *buffer, const void __user *user)
{
	struct miracast_exporter_set arg;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (arg.begin_errno > MAX_ERRNO || arg.end_errno > MAX_ERRNO)
		return -EINVAL;

	spin_lock(&buffer->lock);
	buffer->set = arg;
	spin_unlock(&buffer->lock);
	wake_up_all(&buffer->wait);

	return 0;
}

static int get(struct buffer *buffer, void __user *user)
{
	struct miracast_exporter_get seen;

	spin_lock(&buffer->lock);
	seen = buffer->seen;
	spin_unlock(&buffer->lock);

	return copy_to_user(user, &seen, sizeof(seen)) ? -EFAULT : 0;
}

static long exporter_ioctl(struct file *file, unsigned int code,
			   unsigned long arg)
{
	struct buffer *buffer = file->private_data;
	void __user *user = (void __user *)arg;

	switch (code) {
	case MIRACAST_EXPORTER_IOCTL_CREATE:
		return create(buffer, user);
	case MIRACAST_EXPORTER_IOCTL_SET:
		return set(buffer, user);
	case MIRACAST_EXPORTER_IOCTL_GET:
		return get(buffer, user);
	default:
		return -ENOTTY;
	}
}

/*
 * The whole buffer from the start of its first page, even where mmap() of the dma-buf is
 * refused.
 */
static int exporter_map_file(struct file *file, struct vm_area_struct *vma)
{
	struct buffer *buffer = file->private_data;

	if (!buffer->pages)
		return -ENODEV;
	if (is_wc(buffer))
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, 0);

	return vm_map_pages(vma, buffer->pages, buffer->count);
}

static int exporter_open(struct inode *inode, struct file *file)
{
	struct buffer *buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);

	if (!buffer)
		return -ENOMEM;

	kref_init(&buffer->ref);
	spin_lock_init(&buffer->lock);
	init_waitqueue_head(&buffer->wait);
	file->private_data = buffer;

	return 0;
}

/* No calls are held any more. */
static int exporter_close(struct inode *inode, struct file *file)
{
	struct buffer *buffer = file->private_data;

	spin_lock(&buffer->lock);
	buffer->set = (struct miracast_exporter_set) {};
	spin_unlock(&buffer->lock);
	wake_up_all(&buffer->wait);
	kref_put(&buffer->ref, buffer_free);

	return 0;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = exporter_open,
	.release = exporter_close,
	.unlocked_ioctl = exporter_ioctl,
	.mmap = exporter_map_file,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &fops,
};

module_misc_device(device);

MODULE_DESCRIPTION("Exporter of awkward dma-bufs, for tests");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");

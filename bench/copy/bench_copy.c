// SPDX-License-Identifier: GPL-2.0
/*
 * The physical limit: the kernel's memcpy(), line by line, between two buffers of the size
 * of a picture, both mapped page by page as framebuffers are. Before each copy the caches
 * are emptied, and the rectangle is painted through a separate mapping, as a client would
 * do.
 *
 * /sys/kernel/debug/bench_copy: write "WIDTH HEIGHT X1 Y1 X2 Y2 KIND", read how many
 * nanoseconds copying that rectangle took, through the same open file. Of KIND
 * "memcpy", both buffers are ordinary memory; "memcpy-wc" reads from a write-combined
 * mapping instead, as those of many GPUs are; "from-wc" does so with
 * drm_memcpy_from_wc().
 */
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/iosys-map.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#ifdef CONFIG_X86
#include <asm/set_memory.h>
#endif

#include <drm/drm_cache.h>

#define MAX_SIDE	8192
#define EVICT_BYTES	(96UL << 20)

struct copy {
	unsigned int width, height, x1, y1, x2, y2;
	bool wc, from_wc;
};

struct buffer {
	struct page **pages;
	unsigned int count;
	bool wc;
	void *map;
};

static struct dentry *file;
static DEFINE_MUTEX(lock);
/* All are guarded by the lock. They are kept, so that only the first use allocates. */
static struct buffer src, dst;
static void *canvas, *other;

/* The kernel's linear mapping of a page must have the same cache attributes. */
static int make_wc(struct buffer *buffer)
{
#ifdef CONFIG_X86
	return set_pages_array_wc(buffer->pages, buffer->count);
#else
	return 0;
#endif
}

static void make_wb(struct buffer *buffer)
{
#ifdef CONFIG_X86
	set_pages_array_wb(buffer->pages, buffer->count);
#endif
}

static void free_buffer(struct buffer *buffer)
{
	vunmap(buffer->map);
	if (buffer->wc)
		make_wb(buffer);
	while (buffer->count)
		__free_page(buffer->pages[--buffer->count]);
	kvfree(buffer->pages);
	memset(buffer, 0, sizeof(*buffer));
}

static pgprot_t protection(const struct buffer *buffer)
{
	return buffer->wc ? pgprot_writecombine(PAGE_KERNEL) : PAGE_KERNEL;
}

static int make_buffer(struct buffer *buffer, unsigned int count, bool wc)
{
	int ret;

	buffer->pages = kvcalloc(count, sizeof(*buffer->pages), GFP_KERNEL);
	if (!buffer->pages)
		return -ENOMEM;

	for (; buffer->count < count; buffer->count++) {
		buffer->pages[buffer->count] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!buffer->pages[buffer->count])
			return -ENOMEM;
	}
	if (wc) {
		ret = make_wc(buffer);
		if (ret)
			return ret;
		buffer->wc = true;
	}
	buffer->map = vmap(buffer->pages, count, VM_MAP, protection(buffer));

	return buffer->map ? 0 : -ENOMEM;
}

static void free_buffers(void)
{
	vunmap(canvas);
	canvas = NULL;
	free_buffer(&src);
	free_buffer(&dst);
}

static int make_buffers(size_t size, bool wc)
{
	unsigned int count = DIV_ROUND_UP(size, PAGE_SIZE);

	if (!other)
		other = vzalloc(EVICT_BYTES);
	if (!other)
		return -ENOMEM;
	if (canvas && src.count >= count && src.wc == wc)
		return 0;

	free_buffers();
	if (make_buffer(&src, count, wc) || make_buffer(&dst, count, false))
		goto err_free;
	canvas = vmap(src.pages, count, VM_MAP, protection(&src));
	if (!canvas)
		goto err_free;

	return 0;

err_free:
	free_buffers();
	return -ENOMEM;
}

static void evict(void)
{
	size_t i;

	for (i = 0; i < EVICT_BYTES; i += L1_CACHE_BYTES)
		READ_ONCE(*(u8 *)(other + i));
}

static void copy_from_wc(size_t offset, size_t bytes)
{
	struct iosys_map to = IOSYS_MAP_INIT_VADDR(dst.map + offset);
	struct iosys_map from = IOSYS_MAP_INIT_VADDR(src.map + offset);

	drm_memcpy_from_wc(&to, &from, bytes);
}

static u64 run(const struct copy *copy)
{
	size_t pitch = ALIGN(4UL * copy->width, 64);
	size_t bytes = 4UL * (copy->x2 - copy->x1);
	size_t offset;
	unsigned int y;
	ktime_t start;

	evict();
	for (y = copy->y1; y < copy->y2; y++)
		memset(canvas + y * pitch + 4UL * copy->x1, y, bytes);
	start = ktime_get();
	for (y = copy->y1; y < copy->y2; y++) {
		offset = y * pitch + 4UL * copy->x1;
		if (copy->from_wc)
			copy_from_wc(offset, bytes);
		else
			memcpy(dst.map + offset, src.map + offset, bytes);
	}

	return ktime_to_ns(ktime_sub(ktime_get(), start));
}

static bool is_sane(const struct copy *copy)
{
	return copy->width <= MAX_SIDE && copy->height <= MAX_SIDE &&
	       copy->x1 < copy->x2 && copy->x2 <= copy->width &&
	       copy->y1 < copy->y2 && copy->y2 <= copy->height;
}

static int copy_open(struct inode *inode, struct file *filp)
{
	filp->private_data = kzalloc(sizeof(u64), GFP_KERNEL);

	return filp->private_data ? 0 : -ENOMEM;
}

static ssize_t copy_write(struct file *filp, const char __user *data,
			  size_t count, loff_t *pos)
{
	u64 *result = filp->private_data;
	struct copy copy = {};
	char text[80], kind[16];
	int ret;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, data, count))
		return -EFAULT;
	text[count] = '\0';
	if (sscanf(text, "%u %u %u %u %u %u %15s", &copy.width, &copy.height,
		   &copy.x1, &copy.y1, &copy.x2, &copy.y2, kind) != 7 ||
	    !is_sane(&copy))
		return -EINVAL;
	copy.from_wc = !strcmp(kind, "from-wc");
	copy.wc = copy.from_wc || !strcmp(kind, "memcpy-wc");
	if (!copy.wc && strcmp(kind, "memcpy"))
		return -EINVAL;

	mutex_lock(&lock);
	ret = make_buffers(ALIGN(4UL * copy.width, 64) * copy.height, copy.wc);
	if (!ret)
		*result = run(&copy);
	mutex_unlock(&lock);

	return ret ? ret : count;
}

static ssize_t copy_read(struct file *filp, char __user *data, size_t count,
			 loff_t *pos)
{
	u64 *result = filp->private_data;
	char text[32];
	int length = scnprintf(text, sizeof(text), "%llu\n", *result);

	return simple_read_from_buffer(data, count, pos, text, length);
}

static int copy_release(struct inode *inode, struct file *filp)
{
	kfree(filp->private_data);

	return 0;
}

static const struct file_operations copy_fops = {
	.owner = THIS_MODULE,
	.open = copy_open,
	.read = copy_read,
	.write = copy_write,
	.llseek = default_llseek,
	.release = copy_release,
};

static int __init copy_init(void)
{
	file = debugfs_create_file("bench_copy", 0600, NULL, NULL, &copy_fops);

	return PTR_ERR_OR_ZERO(file);
}
module_init(copy_init);

static void __exit copy_exit(void)
{
	debugfs_remove(file);
	free_buffers();
	vfree(other);
}
module_exit(copy_exit);

MODULE_DESCRIPTION("memcpy() of framebuffers, timed");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: MIT
/* PNG files appear whole or not at all, and only regular files are replaced. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "harness.h"
#include "png_file.h"

#define WIDTH	64
#define HEIGHT	48

static char directory[] = "/tmp/test_png.XXXXXX";
static struct mc_picture picture;

static const char *in_directory(const char *name)
{
	static char path[2][PATH_MAX];
	static unsigned int turn;

	snprintf(path[++turn % 2], PATH_MAX, "%s/%s", directory, name);
	return path[turn % 2];
}

static mode_t kind(const char *name)
{
	struct stat found;

	return lstat(in_directory(name), &found) ? 0 : found.st_mode & S_IFMT;
}

static void check_file(void)
{
	check(!png_file_write(in_directory("file"), &picture) &&
	      kind("file") == S_IFREG, "a file is made");
	check(!png_file_write(in_directory("file"), &picture) &&
	      kind("file") == S_IFREG, "and made again");
	check(!kind("file.part"), "no part of one is left");
	check(png_file_write(in_directory("none/file"), &picture) == -ENOENT,
	      "a folder that is not there is reported");
}

/* Read by libpng's simplified API, which the writer does not use. */
static void check_colours(void)
{
	static uint8_t rgb[WIDTH * HEIGHT * 3];
	png_image image = { .version = PNG_IMAGE_VERSION };
	bool same = true;
	uint32_t i;

	for (i = 0; i < WIDTH * HEIGHT; i++)
		picture.pixels[i] = i * 0x9e3779b1u;
	png_file_write(in_directory("file"), &picture);
	check(png_image_begin_read_from_file(&image, in_directory("file")) &&
	      image.format == PNG_FORMAT_RGB && image.width == WIDTH &&
	      image.height == HEIGHT &&
	      png_image_finish_read(&image, NULL, rgb, 0, NULL),
	      "a picture without alpha can be read");
	for (i = 0; i < WIDTH * HEIGHT; i++)
		same &= rgb[3 * i] == (picture.pixels[i] >> 16 & 0xff) &&
			rgb[3 * i + 1] == (picture.pixels[i] >> 8 & 0xff) &&
			rgb[3 * i + 2] == (picture.pixels[i] & 0xff);
	check(same, "with its colours");
}

static mode_t rights(const char *name)
{
	struct stat found;

	return stat(in_directory(name), &found) ? 0 : found.st_mode & 07777;
}

static bool is_of(const char *name, uid_t user, gid_t group)
{
	struct stat found;

	return !stat(in_directory(name), &found) && found.st_uid == user && found.st_gid == group;
}

/* A picture of the screen, which perhaps only its owner is to see. */
static void check_rights(void)
{
	/* rw-r-----, and nobody may read it: user::, user:65534:, group::, mask::, other:: */
	static const uint16_t acl[] = {
		2, 0, 1, 6, 0xffff, 0xffff, 2, 0, 65534, 0, 4, 4, 0xffff, 0xffff,
		16, 4, 0xffff, 0xffff, 32, 0, 0xffff, 0xffff,
	};
	uint16_t kept[64];
	const char *path;

	umask(022);
	chmod(in_directory("file"), 0600);
	check(!png_file_write(in_directory("file"), &picture) && rights("file") == 0600,
	      "a file that is replaced stays private");
	chmod(in_directory("file"), 0664);
	check(!png_file_write(in_directory("file"), &picture) && rights("file") == 0664,
	      "or as open as it was");
	path = in_directory("file");
	if (!setxattr(path, "system.posix_acl_access", acl, sizeof(acl), 0))
		check(!png_file_write(path, &picture) &&
		      getxattr(path, "system.posix_acl_access", kept, sizeof(kept)) ==
		      sizeof(acl) && !memcmp(acl, kept, sizeof(acl)), "with its list of who may");
	if (!geteuid())
		check(!chown(path, 65534, 65533) && !png_file_write(path, &picture) &&
		      is_of("file", 65534, 65533), "and its owner's");
	unlink(path);
	check(!png_file_write(path, &picture) && rights("file") == 0644,
	      "a new one is as the umask says");
}

static void check_link(void)
{
	check(!symlink("file", in_directory("link")) &&
	      !png_file_write(in_directory("link"), &picture) &&
	      kind("link") == S_IFLNK && kind("file") == S_IFREG,
	      "a link stays one");
	unlink(in_directory("file"));
	check(!png_file_write(in_directory("link"), &picture) &&
	      kind("link") == S_IFLNK && kind("file") == S_IFREG,
	      "also one to a file that is not there yet");
}

/* In a folder where others may write, they may have put anything under such a name. */
static void check_part(void)
{
	struct stat found;
	int fd = open(in_directory("victim"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	close(fd);
	check(fd >= 0 && !symlink("victim", in_directory("file.part")) &&
	      !png_file_write(in_directory("file"), &picture) && kind("file") == S_IFREG &&
	      !stat(in_directory("victim"), &found) && !found.st_size,
	      "a link of somebody else's is not written through");
	check(kind("file.part") == S_IFLNK, "and stays");
}

static void check_pipe(void)
{
	char head[8] = "";
	int fd;

	fd = mkfifo(in_directory("pipe"), 0600) ? -1 :
	     open(in_directory("pipe"), O_RDWR | O_CLOEXEC);
	check(fd >= 0 && !png_file_write(in_directory("pipe"), &picture) &&
	      kind("pipe") == S_IFIFO, "a pipe stays one");
	check(read(fd, head, sizeof(head)) == sizeof(head) &&
	      !memcmp(head, "\x89PNG\r\n\x1a\n", sizeof(head)),
	      "and gets the picture");
	close(fd);
}

static void check_full(void)
{
	check(png_file_write("/dev/full", &picture) == -ENOSPC,
	      "a full disk is reported as one");
}

static void clean(void)
{
	static const char * const names[] = { "file", "link", "pipe", "file.part", "victim" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_directory(names[i]));
	check(!rmdir(directory), "nothing else is left in the folder");
}

int main(void)
{
	if (!mkdtemp(directory) || mc_picture_resize(&picture, WIDTH, HEIGHT))
		return 1;
	check_file();
	check_colours();
	check_rights();
	check_link();
	check_part();
	check_pipe();
	check_full();
	clean();
	mc_picture_free(&picture);
	return check_result();
}

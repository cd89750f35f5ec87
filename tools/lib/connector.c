// SPDX-License-Identifier: MIT
#include "connector.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

static uint32_t mode_refresh_mhz(const drmModeModeInfo *mode)
{
	uint64_t pixels = (uint64_t)mode->htotal * mode->vtotal;

	if (!pixels)
		return mode->vrefresh * 1000;
	return (uint32_t)(((uint64_t)mode->clock * 1000000 + pixels / 2) / pixels);
}

/* A target's encoder can drive one CRTC only: its own. */
static uint32_t only_crtc(int card, const drmModeRes *res, uint32_t encoder_id)
{
	drmModeEncoderPtr encoder = drmModeGetEncoder(card, encoder_id);
	uint32_t crtc = 0;
	int i;

	if (!encoder)
		return 0;
	for (i = 0; i < res->count_crtcs && i < 32; i++)
		if (encoder->possible_crtcs == 1u << i)
			crtc = res->crtcs[i];
	drmModeFreeEncoder(encoder);
	return crtc;
}

static void read_mode(int card, struct mc_connector *out)
{
	drmModeCrtcPtr crtc = drmModeGetCrtc(card, out->crtc_id);

	if (!crtc)
		return;
	if (crtc->mode_valid) {
		out->lit = true;
		out->width = crtc->mode.hdisplay;
		out->height = crtc->mode.vdisplay;
		out->refresh_mhz = mode_refresh_mhz(&crtc->mode);
	}
	drmModeFreeCrtc(crtc);
}

static int read_connector(int card, const drmModeRes *res, uint32_t id,
			  struct mc_connector *out)
{
	drmModeConnectorPtr connector = drmModeGetConnectorCurrent(card, id);
	const char *type;

	if (!connector)
		return -errno;
	memset(out, 0, sizeof(*out));
	type = drmModeGetConnectorTypeName(connector->connector_type);
	snprintf(out->name, sizeof(out->name), "%s-%" PRIu32,
		 type ? type : "Unknown", connector->connector_type_id);
	out->id = id;
	out->connected = connector->connection == DRM_MODE_CONNECTED;
	if (connector->count_encoders == 1)
		out->crtc_id = only_crtc(card, res, connector->encoders[0]);
	if (out->crtc_id)
		read_mode(card, out);
	drmModeFreeConnector(connector);
	return 0;
}

int mc_connectors(int card, struct mc_connector *list, size_t max)
{
	drmModeResPtr res = drmModeGetResources(card);
	struct mc_connector none;
	size_t count = 0;
	int ret = 0;
	int i;

	if (!res)
		return -errno;
	for (i = 0; i < res->count_connectors && !ret; i++) {
		ret = read_connector(card, res, res->connectors[i],
				     count < max ? &list[count] : &none);
		if (!ret)
			count++;
		else if (ret == -ENOENT)
			ret = 0;
	}
	drmModeFreeResources(res);
	return ret ? ret : (int)count;
}

/* First line of a file in the folder of a connector in sysfs. */
static bool read_line(const char *folder, const char *file, char *line,
		      size_t size)
{
	char path[512];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "/sys/class/drm/%s/%s", folder, file);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(line, (int)size, f);
	fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

/* Puts one of @folder into the sorted list, of which only the first @max are kept. */
static void insert(struct mc_connector *list, size_t count, size_t max, const char *folder,
		   const char *name)
{
	size_t at = count < max ? count : max;
	char line[64];

	while (at && strverscmp(name, list[at - 1].name) < 0)
		at--;
	if (at == max)
		return;
	if (count >= max)
		count = max - 1;
	memmove(&list[at + 1], &list[at], (count - at) * sizeof(*list));
	memset(&list[at], 0, sizeof(list[at]));
	snprintf(list[at].name, sizeof(list[at].name), "%.31s", name);
	if (read_line(folder, "connector_id", line, sizeof(line)))
		list[at].id = (uint32_t)strtoul(line, NULL, 10);
	list[at].connected = read_line(folder, "status", line, sizeof(line)) &&
			     !strcmp(line, "connected");
	list[at].lit = read_line(folder, "enabled", line, sizeof(line)) &&
		       !strcmp(line, "enabled");
}

int mc_connectors_of_card(uint32_t card, struct mc_connector *list, size_t max)
{
	struct dirent *entry;
	size_t count = 0;
	char prefix[32];
	DIR *dir = opendir("/sys/class/drm");

	if (!dir)
		return -errno;
	snprintf(prefix, sizeof(prefix), "card%" PRIu32 "-", card);
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		insert(list, count, max, entry->d_name, entry->d_name + strlen(prefix));
		count++;
	}
	closedir(dir);
	return (int)count;
}

bool mc_connector_named(const struct mc_connector *connector, const char *name)
{
	const char *p = name;
	uint64_t id = 0;

	if (!strcmp(connector->name, name))
		return true;
	for (; *p >= '0' && *p <= '9' && id <= UINT32_MAX; p++)
		id = id * 10 + (uint64_t)(*p - '0');
	return !*p && id && id == connector->id;
}

int mc_connector_find(int card, const char *name, struct mc_connector *out)
{
	drmModeResPtr res = drmModeGetResources(card);
	struct mc_connector connector;
	int ret = -ENOENT;
	int i;

	if (!res)
		return -errno;
	for (i = 0; i < res->count_connectors && ret == -ENOENT; i++) {
		ret = read_connector(card, res, res->connectors[i], &connector);
		if (ret)
			continue;
		if (mc_connector_named(&connector, name))
			*out = connector;
		else
			ret = -ENOENT;
	}
	drmModeFreeResources(res);
	return ret;
}

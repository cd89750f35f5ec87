// SPDX-License-Identifier: MIT
#include "stats.h"

#include <inttypes.h>

#include "clock.h"
#include "mode.h"
#include "report.h"

#define PIXEL_BYTES	4
#define MIB		(1024.0 * 1024.0)

static uint64_t since_us(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? (to_ns - from_ns) / 1000 : 0;
}

static void count_picture(struct stats *stats,
			  const struct drm_miracast_event_chunk *chunk,
			  uint64_t read_ns)
{
	if (!stats->first_ns)
		stats->first_ns = read_ns;
	stats->pictures++;
	stats->skipped += chunk->skipped;
	stats->screen_pixels += (uint64_t)chunk->width * chunk->height;
	if (chunk->base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL)
		stats->full++;
}

void stats_chunk(struct stats *stats, const struct mc_event *event,
		 uint64_t read_ns, uint64_t damaged_pixels)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;

	stats->chunks++;
	stats->damaged_pixels += damaged_pixels;
	series_add(&stats->ready,
		   since_us(chunk->commit_time_ns, chunk->ready_time_ns));
	series_add(&stats->read, since_us(chunk->commit_time_ns, read_ns));
	if (!DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->chunk_id))
		count_picture(stats, chunk, read_ns);
}

double stats_seconds(const struct stats *stats)
{
	uint64_t end_ns = stats->end_ns ? stats->end_ns : clock_ns();

	if (!stats->first_ns || end_ns < stats->first_ns)
		return 0;
	return (double)(end_ns - stats->first_ns) / (double)NS_PER_SECOND;
}

double stats_damage_share(const struct stats *stats)
{
	if (!stats->screen_pixels)
		return 0;
	return (double)stats->damaged_pixels / (double)stats->screen_pixels;
}

static void mode_json(const struct stats *stats, struct json *json)
{
	json_object(json, "mode");
	json_uint(json, "width", stats->mode.width);
	json_uint(json, "height", stats->mode.height);
	json_uint(json, "refresh_mhz", stats->mode.refresh_mhz);
	json_object_end(json);
	json_uint(json, "modes_set", stats->modes);
}

static void pictures_json(const struct stats *stats, struct json *json)
{
	json_double(json, "seconds", stats_seconds(stats));
	json_uint(json, "pictures", stats->pictures);
	json_uint(json, "chunks", stats->chunks);
	json_uint(json, "full_pictures", stats->full);
	json_uint(json, "skipped", stats->skipped);
	json_uint(json, "lost_chunks", stats->lost);
	json_double(json, "damage_share", stats_damage_share(stats));
	json_object(json, "bytes");
	json_uint(json, "full_frames", stats->screen_pixels * PIXEL_BYTES);
	json_uint(json, "damage", stats->damaged_pixels * PIXEL_BYTES);
	json_uint(json, "copied_by_driver", stats->driver.bytes_copied);
	json_object_end(json);
}

static void driver_json(const struct stats *stats, struct json *json)
{
	const struct drm_miracast_statistics *driver = &stats->driver;

	json_object(json, "driver");
	json_uint(json, "pictures_committed", driver->pictures_committed);
	json_uint(json, "pictures_captured", driver->pictures_captured);
	json_uint(json, "pictures_skipped", driver->pictures_skipped);
	json_uint(json, "pictures_revoked", driver->pictures_revoked);
	json_uint(json, "bytes_copied", driver->bytes_copied);
	json_uint(json, "capture_time_ns", driver->capture_time_ns);
	json_uint(json, "picture_memory", driver->picture_memory);
	json_object_end(json);
}

static void video_json(const struct writer *video, struct json *json)
{
	if (!video) {
		json_null(json, "video");
		return;
	}
	json_object(json, "video");
	json_uint(json, "frames", video->written);
	json_uint(json, "repeated", video->repeated);
	json_uint(json, "dropped", video->dropped);
	json_uint(json, "rate_mhz", video->rate_mhz);
	json_object_end(json);
}

void stats_json(const struct stats *stats, const struct writer *video,
		FILE *file)
{
	struct json json = { .file = file };

	json_object(&json, NULL);
	json_string(&json, "connector", stats->connector);
	mode_json(stats, &json);
	pictures_json(stats, &json);
	driver_json(stats, &json);
	video_json(video, &json);
	series_json(&stats->ready, &json, "commit_to_ready_us");
	series_json(&stats->read, &json, "commit_to_read_us");
	json_object_end(&json);
}

static double percentile_ms(const struct series *series, unsigned int percent)
{
	uint64_t us = series_percentile(series, percent);

	return (double)us / 1000.0;
}

static void summarise_times(const struct stats *stats)
{
	report("commit to ready: median %.2f ms, 95 %% within %.2f ms",
	       percentile_ms(&stats->ready, 50), percentile_ms(&stats->ready, 95));
	report("commit to read: median %.2f ms, 95 %% within %.2f ms",
	       percentile_ms(&stats->read, 50), percentile_ms(&stats->read, 95));
}

void stats_summary(const struct stats *stats, const struct writer *video)
{
	double seconds = stats_seconds(stats);
	char mode[MC_MODE_TEXT];

	if (!stats->pictures) {
		report("no picture was shown on %s", stats->connector);
		return;
	}
	report("%" PRIu64 " pictures of %s in %.1f s (%.1f/s), %" PRIu64 " skipped",
	       stats->pictures,
	       mc_mode_format(stats->mode.width, stats->mode.height,
			      stats->mode.refresh_mhz, mode), seconds,
	       seconds > 0 ? (double)stats->pictures / seconds : 0.0,
	       stats->skipped);
	report("damage: %.1f %% of the screen; copied %.1f MiB, full frames: %.1f MiB",
	       100 * stats_damage_share(stats),
	       (double)stats->driver.bytes_copied / MIB,
	       (double)stats->screen_pixels * PIXEL_BYTES / MIB);
	summarise_times(stats);
	if (stats->lost)
		report("%" PRIu64 " chunks were taken away while they were read", stats->lost);
	if (video)
		report("video: %" PRIu64 " frames, %" PRIu64 " of them repeated, %"
		       PRIu64 " dropped%s", video->written, video->repeated,
		       video->dropped, video->dropped ?
		       " because the output is too slow; try a lower --fps" : "");
}

void stats_free(struct stats *stats)
{
	series_free(&stats->ready);
	series_free(&stats->read);
}

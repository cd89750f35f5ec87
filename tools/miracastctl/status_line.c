// SPDX-License-Identifier: MIT
#include "status_line.h"

#include <inttypes.h>

#include "clock.h"
#include "mode.h"
#include "report.h"

#define LIVE_MS		250
#define PLAIN_MS	1000

static void show(struct status_line *line, const struct stats *stats,
		 uint64_t now_ns)
{
	double seconds = (double)(now_ns - line->last_ns) / (double)NS_PER_SECOND;
	uint64_t pictures = stats->pictures - line->last_pictures;
	char mode[MC_MODE_TEXT];

	if (!stats->modes) {
		report_status("%s: waiting for a compositor to light it",
			      stats->connector);
		return;
	}
	mc_mode_format(stats->mode.width, stats->mode.height,
		       stats->mode.refresh_mhz, mode);
	if (!stats->pictures) {
		report_status("%s %s: waiting for the first picture",
			      stats->connector, mode);
		return;
	}
	report_status("%s %s  %.1f s  %" PRIu64 " pictures  %.1f/s  skipped %" PRIu64
		      "  damage %.1f %%", stats->connector, mode,
		      stats_seconds(stats), stats->pictures,
		      seconds > 0 ? (double)pictures / seconds : 0.0,
		      stats->skipped, 100 * stats_damage_share(stats));
}

int status_line_update(struct status_line *line, const struct stats *stats)
{
	uint64_t period_ns = (report_status_live() ? LIVE_MS : PLAIN_MS) * NS_PER_MS;
	uint64_t now_ns = clock_ns();

	if (!line->last_ns) {
		line->last_ns = now_ns;
		line->next_ns = now_ns + period_ns;
	}
	if (now_ns >= line->next_ns) {
		show(line, stats, now_ns);
		line->last_ns = now_ns;
		line->last_pictures = stats->pictures;
		line->next_ns = now_ns + period_ns;
	}
	return (int)((line->next_ns - now_ns) / NS_PER_MS) + 1;
}

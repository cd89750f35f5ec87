// SPDX-License-Identifier: MIT
#include "wfd/audio.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reserved.h"
#include "wfd/text.h"

#define LATENCY_MAX	0xff

static const char *const names[MC_WFD_SOUNDS] = { "LPCM", "AAC", "AC3" };

static int take(struct mc_wfd_reader *r, struct mc_wfd_audio *audio)
{
	struct mc_wfd_reader name;
	uint32_t modes, latency;
	int sound;

	if (!mc_wfd_token(r, ",", &name) || mc_wfd_hex32(r, 8, &modes) ||
	    mc_wfd_hex32(r, 2, &latency))
		return -EINVAL;
	sound = mc_wfd_name(name, names, MC_WFD_SOUNDS);
	if (sound < 0) {
		audio->unknown++;
		return 0;
	}
	if (audio->offered & 1U << sound)
		return -EINVAL;
	audio->offered |= 1U << sound;
	audio->modes[sound] = modes;
	audio->latency[sound] = latency;
	return 0;
}

static int parse_audio(const char *text, size_t size, struct mc_wfd_audio *audio)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	memset(audio, 0, sizeof(*audio));
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	do {
		if (take(&r, audio))
			return -EINVAL;
	} while (mc_wfd_char(&r, ','));
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(audio, struct mc_wfd_audio *)

int mc_wfd_audio_print(const struct mc_wfd_audio *audio, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);
	int i;

	if (audio->offered >> MC_WFD_SOUNDS ||
	    !mc_is_zero(audio->reserved, sizeof(audio->reserved)))
		return -EINVAL;
	for (i = 0; i < MC_WFD_SOUNDS; i++) {
		if (!(audio->offered & 1U << i))
			continue;
		if (audio->latency[i] > LATENCY_MAX)
			return mc_wfd_refused(&w);
		mc_wfd_write(&w, "%s%s %08" PRIX32 " %02" PRIX32, w.used ? ", " : "", names[i],
			     audio->modes[i], audio->latency[i]);
	}
	if (!w.used)
		mc_wfd_write(&w, "none");
	return mc_wfd_written(&w);
}

void mc_wfd_audio_choose(const struct mc_wfd_audio *sink, uint32_t sounds,
			 struct mc_wfd_audio *chosen)
{
	uint32_t lpcm = sink ? sink->modes[MC_WFD_LPCM] : 0;

	memset(chosen, 0, sizeof(*chosen));
	if (sink && sounds & 1 << MC_WFD_AAC && sink->modes[MC_WFD_AAC] & MC_WFD_AAC_STEREO) {
		chosen->offered = 1 << MC_WFD_AAC;
		chosen->modes[MC_WFD_AAC] = MC_WFD_AAC_STEREO;
		return;
	}
	chosen->offered = 1 << MC_WFD_LPCM;
	chosen->modes[MC_WFD_LPCM] =
		lpcm & MC_WFD_LPCM_44 && !(lpcm & MC_WFD_LPCM_48) ? MC_WFD_LPCM_44 : MC_WFD_LPCM_48;
}

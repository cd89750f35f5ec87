// SPDX-License-Identifier: MIT
/* M4, which says what was chosen: its video, its sound, its ports, and the URL. */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "wfd/offer.h"
#include "wfd_vectors.h"

#define PORTS	"wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n"
#define URL	"rtsp://192.168.173.1/wfd1.0/streamid=0"
#define FULL	" 00 0000 0000 00 none none\r\n"

static const struct mc_wfd_limits anything = { 0 };
static struct mc_wfd_params sink, m4;
static struct mc_wfd_choice choice;

static void negotiate(const char *body)
{
	mc_wfd_params_parse(body, strlen(body), &sink);
	mc_wfd_choose(&sink, NULL, 0, &anything, &choice);
}

static void check_m4(void)
{
	static const char expected[] =
		"wfd_audio_codecs: AAC 00000001 00\r\n"
		"wfd_video_formats: 00 00 01 04 00000080 00000000 00000000" TAIL "\r\n"
		"wfd_presentation_URL: " URL " none\r\n" PORTS;
	struct mc_wfd_candidate other;
	char text[1024], url[300];
	const char *fault;

	negotiate(WIDI PORTS "wfd_audio_codecs: LPCM 00000003 00, AAC 0000000F 00\r\n");
	mc_wfd_m4(&sink, &choice, choice.candidates, 1 << MC_WFD_AAC, URL, &m4);
	check(mc_wfd_params_print(&m4, text, sizeof(text)) == (int)strlen(expected) &&
	      !strcmp(text, expected), "M4 says what was chosen, and nothing else");
	memset(url, 'u', sizeof(url) - 1);
	url[sizeof(url) - 1] = 0;
	check(mc_wfd_m4(&sink, &choice, choice.candidates, 0, url, &m4) == -E2BIG,
	      "a long URL");
	check(mc_wfd_m4(&sink, &choice, choice.candidates, 0, "rtsp://a\r\nwfd_standby", &m4) ==
	      -EINVAL, "a URL that goes on in the next line");
	other = choice.candidates[0];
	other.codec = sink.video.count;
	check(mc_wfd_m4(&sink, &choice, &other, 0, URL, &m4) == -EINVAL,
	      "a candidate of an entry that the sink has not");
	other.codec = 0;
	other.table = (enum mc_wfd_table)(MC_WFD_SURFACE + 1);
	check(mc_wfd_m4(&sink, &choice, &other, 0, URL, &m4) == -EINVAL, "or of no table");
	other.table = MC_WFD_CEA;
	other.bit = MC_WFD_BITS;
	check(mc_wfd_m4(&sink, &choice, &other, 0, URL, &m4) == -EINVAL, "or of no bit");
	other = choice.candidates[0];
	other.reserved[3] = 1;
	check(mc_wfd_m4(&sink, &choice, &other, 0, URL, &m4) == -EINVAL,
	      "or with an unknown member");
	check(mc_wfd_m4(&sink, &choice, choice.candidates, 0, "rtsp://a b", &m4) == -EINVAL,
	      "a URL with a blank");

	negotiate(TABLET PORTS);
	mc_wfd_m4(&sink, &choice, choice.candidates, 1 << MC_WFD_AAC, URL, &m4);
	check(m4.present & MC_WFD_BIT(R2_AUDIO) && !(m4.present & MC_WFD_BIT(AUDIO)) &&
	      m4.r2_audio.modes[MC_WFD_LPCM] == MC_WFD_LPCM_48,
	      "a sink with R2 only is answered in R2, with LPCM");
	negotiate(WIDI PORTS "wfd_audio_codecs: none\r\nwfd2_audio_codecs: AAC 00000001 00\r\n");
	mc_wfd_m4(&sink, &choice, choice.candidates, 1 << MC_WFD_AAC, URL, &m4);
	check(m4.present & MC_WFD_BIT(R2_AUDIO) && !(m4.present & MC_WFD_BIT(AUDIO)) &&
	      m4.r2_audio.modes[MC_WFD_AAC] == MC_WFD_AAC_STEREO,
	      "so is one that has sound in R2 only");
	negotiate(WIDI XIAOMI);
	fault = mc_wfd_ports_fault(&sink.ports);
	check(fault && strstr(fault, "inside of RTSP") &&
	      mc_wfd_m4(&sink, &choice, choice.candidates, 0, URL, &m4) == -EPROTONOSUPPORT,
	      "MiPlay is refused with a clear text");
	negotiate(WIDI PORTS "wfd_audio_codecs: none\r\n");
	mc_wfd_m4(&sink, &choice, choice.candidates, 0, URL, &m4);
	check(m4.audio.modes[MC_WFD_LPCM] == MC_WFD_LPCM_48, "audio is never none");
	negotiate("wfdx_video_formats: 0000 00 0003 0010 0000000100 0000000000 00000000" FULL
		  "wfd_audio_codecs: LPCM 00000001 00\r\n" PORTS);
	mc_wfd_m4(&sink, &choice, choice.candidates, 0, URL, &m4);
	check(m4.audio.modes[MC_WFD_LPCM] == MC_WFD_LPCM_44, "44.1 kHz where there is no other");
}

int main(void)
{
	check_m4();
	return check_result();
}

// SPDX-License-Identifier: MIT
#include "rtsp/session.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "edid.h"
#include "edid_repair.h"
#include "rtsp/wire.h"
#include "wfd/offer.h"

#define SESSION_ID_CHARS	8
/* A sink that refuses this many modes of its own offer will take none. */
#define REFUSALS_MAX	4

struct session {
	const struct session_hooks *hooks;
	void *user;
	struct session_config config;
	char *address, *name;
	struct wire *wire;
	struct rtsp_machine *machine;
	GSource *timer;
	bool over;

	struct mc_wfd_params sink;	/* its EDID points into the machine */
	struct mc_wfd_choice *choice;
	struct mc_wfd_params *m4;
	struct quirk_set quirks;
	struct session_format asked, agreed;
	bool asking, asks_again;	/* M4 is out; another mode was set since */
	uint32_t next_width, next_height, next_mhz;
	unsigned int refusals;
};

/* What a player is taken for: it says nothing, and decodes more than any sink. */
static const char player[] =
	"wfd_video_formats: 28 00 01 04 000000A1 00000000 00000000 00 0000 0000 00 none none\r\n"
	"wfd_audio_codecs: AAC 00000001 00\r\n"
	"wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n";

/* --- Time ------------------------------------------------------------------------ */

static gboolean on_time(gpointer user);

/* To be called after whatever has changed the machine. */
static void plan(struct session *s)
{
	gint64 at = rtsp_machine_deadline(s->machine);

	if (!s->timer)
		return;
	g_source_set_ready_time(s->timer, s->over || at == RTSP_NEVER ? -1 : at);
}

static gboolean on_time(gpointer user)
{
	struct session *s = user;

	g_source_set_ready_time(s->timer, -1);
	rtsp_machine_time(s->machine, g_get_monotonic_time());
	plan(s);
	return G_SOURCE_CONTINUE;
}

static gboolean dispatch(GSource *source, GSourceFunc function, gpointer user)
{
	(void)source;
	return function(user);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch };

/* --- Connection ------------------------------------------------------------------ */

static void on_message(void *user, const GstRTSPMessage *message)
{
	struct session *s = user;

	rtsp_machine_message(s->machine, message, g_get_monotonic_time());
	plan(s);
}

static void on_broken(void *user, enum fault fault)
{
	struct session *s = user;

	rtsp_machine_end(s->machine, fault, "");
	plan(s);
}

static const struct wire_hooks wire_hooks = { .message = on_message, .broken = on_broken };

/* --- Capabilities ---------------------------------------------------------------- */

static void note_rule(void *user, const char *rule)
{
	struct session *s = user;
	char *text = g_strdup_printf("known sink: %s", rule);

	s->hooks->note(s->user, text);
	g_free(text);
}

/* Three letters of five bits each, in bytes 8 and 9. */
static void read_maker(const uint8_t *edid, char *maker)
{
	unsigned int bits = (unsigned int)edid[8] << 8 | edid[9];
	int i;

	for (i = 0; i < 3; i++)
		maker[i] = (char)('@' + (bits >> (5 * (2 - i)) & 31));
	maker[3] = '\0';
}

static void find_quirks(struct session *s, const char *agent, const uint8_t *edid, size_t size)
{
	struct quirk_sink sink = { .name = s->name, .agent = *agent ? agent : NULL };
	char maker[4];

	if (size >= MC_EDID_BLOCK) {
		read_maker(edid, maker);
		sink.maker = maker;
	}
	quirks_find(s->config.quirks, &sink, &s->quirks, note_rule, s);
	rtsp_machine_set_keep_alive(s->machine, s->quirks.keep_alive_s);
	if (s->quirks.any_session)
		rtsp_machine_allow_any_session(s->machine);
}

static void note_dropped(struct session *s)
{
	char sentence[MC_WFD_CHOICE_TEXT];
	uint32_t i;

	for (i = 0; i < s->choice->dropped_count; i++)
		s->hooks->note(s->user, mc_wfd_dropped_text(&s->choice->dropped[i], sentence));
	for (i = 0; i < s->choice->count; i++)
		s->hooks->note(s->user, mc_wfd_candidate_text(&s->choice->candidates[i], sentence));
	if (*s->choice->edid_fault)
		s->hooks->note(s->user, s->choice->edid_fault);
}

/* A source needs keys for it that are only licensed: see cast.rst. */
static bool offers_protection(const struct session *s)
{
	return s->sink.present & MC_WFD_BIT(PROTECTION) && s->sink.protection.major;
}

static char *protection_text(const struct session *s)
{
	return g_strdup_printf("the sink offers HDCP %u.%u, which this source does not have",
			       s->sink.protection.major, s->sink.protection.minor);
}

static void note_protection(struct session *s)
{
	char *text;

	if (!offers_protection(s))
		return;
	text = protection_text(s);
	s->hooks->note(s->user, text);
	g_free(text);
}

/* What cannot be repaired stays as it is: the choice drops it, and says why. */
static size_t repair_edid(struct session *s, uint8_t *edid, size_t size)
{
	char why[MC_EDID_TEXT], what[MC_EDID_REPAIRS_TEXT];
	struct mc_edid_repairs repairs;
	size_t repaired = size;

	if (!size || mc_edid_repair(edid, &repaired, &repairs, why))
		return size;
	if (mc_edid_repairs_format(&repairs, what))
		s->hooks->repaired(s->user, what);
	return repaired;
}

/* Where the first release has a mode, it is what has been tried with sinks. */
static int choose_release(struct session *s, const uint8_t *edid, size_t size)
{
	uint64_t present = s->sink.present;
	int ret;

	s->sink.present &= ~MC_WFD_BIT(R2_VIDEO);
	ret = mc_wfd_choose(&s->sink, edid, size, &s->config.limits, s->choice);
	if (!ret || s->sink.present == present)
		return ret;
	s->sink.present = present;
	return mc_wfd_choose(&s->sink, edid, size, &s->config.limits, s->choice);
}

static void choose(struct session *s, const char *agent)
{
	uint8_t *edid = g_malloc(MC_EDID_MAX);
	int given = 0, ret;
	size_t size;

	note_protection(s);
	if (s->sink.present & MC_WFD_BIT(EDID) && s->sink.edid.blocks)
		given = mc_wfd_edid_bytes(&s->sink.edid, edid, MC_EDID_MAX);
	size = repair_edid(s, edid, (size_t)MAX(given, 0));
	find_quirks(s, agent, edid, size);
	s->config.limits.quirks = s->quirks.choose;
	ret = choose_release(s, size ? edid : NULL, size);
	g_free(edid);
	if (!ret || ret == -ENOENT)
		note_dropped(s);
	if (ret)
		return rtsp_machine_end(s->machine,
					ret == -ENODATA ? FAULT_NO_VIDEO : FAULT_NO_MODE, "M3");
	if (mc_wfd_ports_fault(&s->sink.ports)) {
		s->hooks->note(s->user, mc_wfd_ports_fault(&s->sink.ports));
		return rtsp_machine_end(s->machine, FAULT_TRANSPORT, "M3");
	}
	s->hooks->capable(s->user, s->choice, &s->sink, &s->quirks);
}

/* --- Modes ----------------------------------------------------------------------- */

static void set_sound(struct session *s, const struct mc_wfd_audio *audio)
{
	uint32_t sound;

	for (sound = 0; sound < MC_WFD_SOUNDS; sound++)
		if (audio->offered & 1U << sound) {
			s->asked.sound = sound;
			s->asked.sound_modes = audio->modes[sound];
		}
}

static void fill_format(struct session *s, const struct mc_wfd_candidate *candidate)
{
	const struct mc_wfd_video *video = mc_wfd_choice_video(&s->sink, s->choice);

	memset(&s->asked, 0, sizeof(s->asked));
	s->asked.mode = candidate->mode;
	s->asked.profile = candidate->profile;
	s->asked.level_idc = candidate->level_idc;
	s->asked.may_skip = video->codecs[candidate->codec].rate_control & MC_WFD_RATE_SKIP;
	s->asked.asks_idr = s->sink.idr_capability;
	s->asked.kbps_max = s->sink.bitrate / 1000;
	set_sound(s, s->m4->present & MC_WFD_BIT(R2_AUDIO) ? &s->m4->r2_audio : &s->m4->audio);
}

static bool make_m4(struct session *s, const struct mc_wfd_candidate *candidate)
{
	uint32_t sounds = s->config.sounds;
	char *url = g_strdup_printf("rtsp://%s/wfd1.0/streamid=0", s->address);
	int ret;

	if (s->quirks.sounds)
		sounds &= s->quirks.sounds;
	ret = mc_wfd_m4(&s->sink, s->choice, candidate, sounds, url, s->m4);
	g_free(url);
	return !ret;
}

bool session_set_mode(struct session *s, uint32_t width, uint32_t height, uint32_t mhz)
{
	const struct mc_wfd_candidate *candidate;

	candidate = s->over ? NULL : mc_wfd_find(s->choice, width, height, mhz);
	if (!candidate)
		return false;
	if (s->asking) {
		s->asks_again = true;
		s->next_width = width;
		s->next_height = height;
		s->next_mhz = mhz;
		return true;
	}
	if (!make_m4(s, candidate))
		return false;
	fill_format(s, candidate);
	s->asking = true;
	rtsp_machine_set_mode(s->machine, s->m4, g_get_monotonic_time());
	plan(s);
	return true;
}

/* What the sink has refused it is not asked for again. */
static void drop_mode(struct session *s, const struct mc_wfd_mode *mode)
{
	struct mc_wfd_candidate *c = (struct mc_wfd_candidate *)
		mc_wfd_find(s->choice, mode->width, mode->height, mode->hz * 1000);
	struct mc_wfd_candidate *end = s->choice->candidates + s->choice->count;

	if (!c)
		return;
	memmove(c, c + 1, (size_t)((char *)end - (char *)(c + 1)));
	s->choice->count--;
}

static void mode_settled(struct session *s, bool taken)
{
	struct session_format format = s->asked;

	s->asking = false;
	if (taken) {
		s->agreed = format;
		s->refusals = 0;
	} else {
		drop_mode(s, &format.mode);
		if (++s->refusals >= REFUSALS_MAX || !s->choice->count)
			return rtsp_machine_end(s->machine, FAULT_MODE_REFUSED, "M4");
	}
	s->hooks->mode(s->user, &format, taken);
	if (s->asks_again && !s->asking) {
		s->asks_again = false;
		session_set_mode(s, s->next_width, s->next_height, s->next_mhz);
	}
}

/* --- Events ---------------------------------------------------------------------- */

/* A sink that insists on protection refuses, and does not say why. */
static char *end_detail(const struct session *s, const struct rtsp_event *event)
{
	char *protection, *detail;

	if (!offers_protection(s) ||
	    (event->fault != FAULT_REFUSED && event->fault != FAULT_MODE_REFUSED))
		return g_strdup(event->detail);
	protection = protection_text(s);
	detail = g_strdup_printf("%s; %s", event->detail, protection);
	g_free(protection);
	return detail;
}

static void end(struct session *s, const struct rtsp_event *event)
{
	char *detail = end_detail(s, event);

	s->over = true;
	wire_stop(s->wire);
	s->hooks->over(s->user, event->fault, detail);
	g_free(detail);
}

static void on_event(void *user, const struct rtsp_event *event)
{
	struct session *s = user;

	switch (event->type) {
	case RTSP_CAPABLE:
		s->sink = *event->sink;
		return choose(s, event->agent);
	case RTSP_PLAYER:
		mc_wfd_params_parse(player, sizeof(player) - 1, &s->sink);
		s->hooks->note(s->user, "the peer is a player, not a sink");
		return choose(s, "");
	case RTSP_MODE_TAKEN:
		return mode_settled(s, true);
	case RTSP_MODE_REFUSED:
		return mode_settled(s, false);
	case RTSP_PLAY:
		return s->hooks->play(s->user, true);
	case RTSP_PAUSE:
		return s->hooks->play(s->user, false);
	case RTSP_IDR:
		return s->hooks->idr(s->user);
	case RTSP_CONNECTOR:
		return s->hooks->connector(s->user, event->connected);
	case RTSP_OVER:
		return end(s, event);
	}
}

static void on_send(void *user, GstRTSPMessage *message)
{
	struct session *s = user;

	wire_send(s->wire, message);
}

static uint16_t on_transport(void *user, const struct rtsp_ports *ports)
{
	struct session *s = user;

	return s->hooks->transport(s->user, ports);
}

static uint64_t on_now(void *user)
{
	struct session *s = user;

	return s->hooks->now_90khz(s->user);
}

static const struct rtsp_hooks machine_hooks = {
	.send = on_send, .event = on_event, .transport = on_transport, .now_90khz = on_now,
};

/* --- What the caller wants ------------------------------------------------------- */

void session_set_power(struct session *s, bool on)
{
	if (on)
		rtsp_machine_play(s->machine, g_get_monotonic_time());
	else
		rtsp_machine_pause(s->machine, g_get_monotonic_time());
	plan(s);
}

void session_end(struct session *s)
{
	rtsp_machine_teardown(s->machine, g_get_monotonic_time());
	plan(s);
}

void session_abort(struct session *s, enum fault fault, const char *detail)
{
	rtsp_machine_end(s->machine, fault, detail);
	plan(s);
}

/* Digits and letters, which nobody can guess. */
static void make_id(char *id)
{
	static const char characters[] = "0123456789ABCDEFGHJKLMNPQRSTUVWX";
	uint8_t random[SESSION_ID_CHARS];
	int i;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		g_error("no random numbers: %s", g_strerror(errno));
	for (i = 0; i < SESSION_ID_CHARS; i++)
		id[i] = characters[random[i] % 32];
	id[SESSION_ID_CHARS] = '\0';
}

struct session *session_new(GSocket *socket, const struct session_config *config,
			    const struct session_hooks *hooks, void *user)
{
	struct session *s = g_new0(struct session, 1);
	char id[SESSION_ID_CHARS + 1];

	make_id(id);
	s->hooks = hooks;
	s->user = user;
	s->config = *config;
	s->address = g_strdup(config->address);
	s->name = g_strdup(config->name);
	s->choice = g_new0(struct mc_wfd_choice, 1);
	s->m4 = g_new0(struct mc_wfd_params, 1);
	s->machine = rtsp_machine_new(&machine_hooks, s, id, g_get_monotonic_time());
	s->timer = g_source_new(&timer_funcs, sizeof(GSource));
	g_source_set_callback(s->timer, on_time, s, NULL);
	g_source_attach(s->timer, g_main_context_get_thread_default());
	s->wire = wire_new(socket, &wire_hooks, s);
	plan(s);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	g_source_destroy(s->timer);
	g_source_unref(s->timer);
	wire_free(s->wire);
	rtsp_machine_free(s->machine);
	g_free(s->choice);
	g_free(s->m4);
	g_free(s->address);
	g_free(s->name);
	g_free(s);
}

// SPDX-License-Identifier: MIT
/*
 * The properties of wfdmux. Any thread may get and set them: the object's lock guards all.
 */
#include "muxproperties.h"

#include "muxinternal.h"

enum {
	PROP_0,
	PROP_PCR_PID,
	PROP_PCR_INTERVAL,
	PROP_PSI_INTERVAL,
	PROP_PTS_DELAY,
	PROP_IDLE_TIME,
	PROP_HIGH_PROFILE,
	PROP_SSRC,
	PROP_SEQNUM_OFFSET,
	PROP_TIMESTAMP_OFFSET,
	PROP_SEQNUM,
	PROP_TIMESTAMP,
	PROP_CONTINUE_FROM,
	PROP_STREAM_STATE,
};

void wfd_mux_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	WfdMux *mux = WFD_MUX(object);

	GST_OBJECT_LOCK(mux);
	switch (id) {
	case PROP_PCR_PID:
		if (g_value_get_uint(value) == TS_PID_PMT)
			g_warning("pcr-pid: 0x%x is that of the program map", TS_PID_PMT);
		else
			mux->pcr_pid = g_value_get_uint(value);
		break;
	case PROP_PCR_INTERVAL:
		mux->pcr_interval = g_value_get_uint64(value);
		break;
	case PROP_PSI_INTERVAL:
		mux->psi_interval = g_value_get_uint64(value);
		break;
	case PROP_PTS_DELAY:
		mux->pts_delay = g_value_get_uint64(value);
		break;
	case PROP_IDLE_TIME:
		mux->idle_time = g_value_get_uint64(value);
		break;
	case PROP_HIGH_PROFILE:
		mux->high_profile = g_value_get_boolean(value);
		break;
	case PROP_SSRC:
		mux->want_ssrc = g_value_get_int64(value);
		break;
	case PROP_SEQNUM_OFFSET:
		mux->want_seqnum = g_value_get_int(value);
		break;
	case PROP_TIMESTAMP_OFFSET:
		mux->want_rtp_time = g_value_get_int64(value);
		break;
	case PROP_CONTINUE_FROM:
		g_clear_pointer(&mux->earlier, gst_structure_free);
		mux->earlier = g_value_dup_boxed(value);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(mux);
}

void wfd_mux_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	WfdMux *mux = WFD_MUX(object);

	GST_OBJECT_LOCK(mux);
	switch (id) {
	case PROP_PCR_PID:
		g_value_set_uint(value, mux->pcr_pid);
		break;
	case PROP_PCR_INTERVAL:
		g_value_set_uint64(value, mux->pcr_interval);
		break;
	case PROP_PSI_INTERVAL:
		g_value_set_uint64(value, mux->psi_interval);
		break;
	case PROP_PTS_DELAY:
		g_value_set_uint64(value, mux->pts_delay);
		break;
	case PROP_IDLE_TIME:
		g_value_set_uint64(value, mux->idle_time);
		break;
	case PROP_HIGH_PROFILE:
		g_value_set_boolean(value, mux->high_profile);
		break;
	case PROP_SSRC:
		g_value_set_int64(value, mux->want_ssrc);
		break;
	case PROP_SEQNUM_OFFSET:
		g_value_set_int(value, (gint)mux->want_seqnum);
		break;
	case PROP_TIMESTAMP_OFFSET:
		g_value_set_int64(value, mux->want_rtp_time);
		break;
	case PROP_SEQNUM:
		g_value_set_uint(value, mux->packer.seqnum);
		break;
	case PROP_TIMESTAMP:
		g_value_set_uint(value, mux->packer.rtp_time);
		break;
	case PROP_CONTINUE_FROM:
		g_value_set_boxed(value, mux->earlier);
		break;
	case PROP_STREAM_STATE:
		g_value_set_boxed(value, mux->state);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(mux);
}

void mux_install_properties(GObjectClass *object)
{
	const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
	const GParamFlags ready = both | GST_PARAM_MUTABLE_READY;
	const GParamFlags playing = both | GST_PARAM_MUTABLE_PLAYING;
	const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

	g_object_class_install_property(
		object, PROP_PCR_PID,
		g_param_spec_uint(
			"pcr-pid", "PCR PID",
			"Packet identifier of the clock references, which are packets of their own: that of the pictures (0x1011) or the sound (0x1100), or one that nothing else has; not that of the map (0x100)",
			0x10, 0x1ffe, TS_PID_PCR, ready));
	g_object_class_install_property(
		object, PROP_PCR_INTERVAL,
		g_param_spec_uint64(
			"pcr-interval", "PCR interval",
			"Most time between two clock references, to which comes that until the next access unit, in nanoseconds",
			GST_MSECOND, 80 * GST_MSECOND, DEFAULT_PCR_INTERVAL, playing));
	g_object_class_install_property(
		object, PROP_PSI_INTERVAL,
		g_param_spec_uint64(
			"psi-interval", "PSI interval",
			"Time between two program association and program map tables, in nanoseconds",
			GST_MSECOND, 500 * GST_MSECOND, DEFAULT_PSI_INTERVAL, playing));
	g_object_class_install_property(
		object, PROP_PTS_DELAY,
		g_param_spec_uint64(
			"pts-delay", "PTS delay",
			"Added to presentation times, so that they are ahead of the clock references; a part of the latency at sinks that obey them; in nanoseconds",
			0, 5 * GST_SECOND, DEFAULT_PTS_DELAY, ready));
	g_object_class_install_property(
		object, PROP_IDLE_TIME,
		g_param_spec_uint64(
			"idle-time", "Idle time",
			"For how long clock references go on when no access unit comes, in nanoseconds; each is a datagram",
			0, G_MAXINT64, DEFAULT_IDLE_TIME, playing));
	g_object_class_install_property(
		object, PROP_HIGH_PROFILE,
		g_param_spec_boolean(
			"high-profile", "High profile",
			"Accept the profiles high and progressive-high, too: the sink offers Constrained High, and the encoder is set to use neither CABAC nor B slices",
			FALSE, ready));
	g_object_class_install_property(
		object, PROP_SSRC,
		g_param_spec_int64("ssrc", "SSRC",
				   "Synchronization source of the RTP packets (-1: random)", -1,
				   G_MAXUINT32, RANDOM_NUMBER, ready));
	g_object_class_install_property(
		object, PROP_SEQNUM_OFFSET,
		g_param_spec_int("seqnum-offset", "Sequence number offset",
				 "Sequence number of the first RTP packet (-1: random)", -1,
				 G_MAXUINT16, RANDOM_NUMBER, ready));
	g_object_class_install_property(
		object, PROP_TIMESTAMP_OFFSET,
		g_param_spec_int64(
			"timestamp-offset", "Time stamp offset",
			"RTP time stamp of running time 0, in units of 1/90000 s (-1: random)", -1,
			G_MAXUINT32, RANDOM_NUMBER, ready));
	g_object_class_install_property(object, PROP_SEQNUM,
					g_param_spec_uint("seqnum", "Sequence number",
							  "Sequence number of the next RTP packet",
							  0, G_MAXUINT16, 0, read));
	g_object_class_install_property(
		object, PROP_TIMESTAMP,
		g_param_spec_uint("timestamp", "Time stamp",
				  "RTP time stamp of the last access unit, in units of 1/90000 s",
				  0, G_MAXUINT32, 0, read));
	g_object_class_install_property(
		object, PROP_CONTINUE_FROM,
		g_param_spec_boxed(
			"continue-from", "Continue from",
			"Stream state of another element, or of this one, whose stream this one goes on with: a sink sees no loss and no discontinuity between the two. It does so for RTP packets by seqnum-offset, ssrc and timestamp-offset, and for clock references by the base time of the pipeline",
			GST_TYPE_STRUCTURE, ready));
	g_object_class_install_property(
		object, PROP_STREAM_STATE,
		g_param_spec_boxed(
			"stream-state", "Stream state",
			"Continuity counters and program map with its version, of a stream that has ended, in READY",
			GST_TYPE_STRUCTURE, read));
}

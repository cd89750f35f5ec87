// SPDX-License-Identifier: MIT
/*
 * The numbers of wfdmux's packets, by which sinks see losses: taken back when packets did
 * not leave, and handed on to the stream that continues this one.
 *
 * The object's lock guards those of the RTP stream; it is taken here. The state is made and
 * taken with the lock held.
 */
#include "muxnumbers.h"

struct numbers mux_numbers(WfdMux *mux)
{
	return (struct numbers){
		.seqnum = mux->packer.seqnum,
		.pat = mux->pat.continuity,
		.pmt = mux->pmt.continuity,
		.video = mux->video_stream.continuity,
		.audio = mux->audio_stream.continuity,
	};
}

void mux_set_numbers(WfdMux *mux, const struct numbers *to)
{
	GST_OBJECT_LOCK(mux);
	mux->packer.seqnum = to->seqnum;
	GST_OBJECT_UNLOCK(mux);
	mux->pat.continuity = to->pat;
	mux->pmt.continuity = to->pmt;
	mux->video_stream.continuity = to->video;
	mux->audio_stream.continuity = to->audio;
}

/* With which another stream goes on; NULL: nothing was sent. */
GstStructure *mux_make_state(WfdMux *mux)
{
	if (!mux->map)
		return NULL;
	return gst_structure_new("application/x-wfdmux-state", "pat", G_TYPE_UINT,
				 (guint)mux->pat.continuity, "pmt", G_TYPE_UINT,
				 (guint)mux->pmt.continuity, "video", G_TYPE_UINT,
				 (guint)mux->video_stream.continuity, "audio", G_TYPE_UINT,
				 (guint)mux->audio_stream.continuity, "version", G_TYPE_UINT,
				 (guint)mux->psi_version, "map", G_TYPE_BYTES, mux->map, NULL);
}

static guint8 counter_of(const GstStructure *state, const gchar *name)
{
	guint value = 0;

	gst_structure_get_uint(state, name, &value);
	return (guint8)(value & 0x1f);
}

void mux_take_state(WfdMux *mux, const GstStructure *state)
{
	mux->pat.continuity = counter_of(state, "pat");
	mux->pmt.continuity = counter_of(state, "pmt");
	mux->video_stream.continuity = counter_of(state, "video");
	mux->audio_stream.continuity = counter_of(state, "audio");
	mux->psi_version = counter_of(state, "version");
	gst_structure_get(state, "map", G_TYPE_BYTES, &mux->earlier_map, NULL);
}

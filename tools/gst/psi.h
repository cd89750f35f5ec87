/* SPDX-License-Identifier: MIT */
/*
 * The two tables of a Wi-Fi Display transport stream: the association table, and the
 * program map with the descriptors that sinks expect.
 */
#ifndef PSI_H
#define PSI_H

#include <glib.h>

enum psi_audio {
	PSI_AUDIO_NONE,
	PSI_AUDIO_AAC,
	PSI_AUDIO_LPCM,
};

struct psi_program {
	guint16 pcr_pid;
	gboolean video;
	guint8 avc[3];		/* profile, constraints, level; zero while not known */
	enum psi_audio audio;
	guint audio_rate;	/* in Hz; of LPCM */
	guint audio_channels;
};

/* Before anything else here. */
void psi_init(void);

/* Sections, without what a transport packet has before them. */
GBytes *psi_association(guint8 version);
GBytes *psi_map(const struct psi_program *program, guint8 version);

#endif

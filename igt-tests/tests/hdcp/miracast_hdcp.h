/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_hdcp test: a client that wants protection, and the owner that
 * reports it.
 */
#ifndef MIRACAST_HDCP_H
#define MIRACAST_HDCP_H

#include "lib_miracast.h"

/* Values of the two properties */
#define UNDESIRED	0
#define DESIRED		1
#define ENABLED		2
#define CONTENT_TYPE_0	0
#define CONTENT_TYPE_1	1

struct hdcp {
	struct mc_scene *scene;
	struct mc_ctx *ctx;
	int card;
	int uevents;
	uint32_t connector;
	uint32_t protection, type;	/* properties */
	uint64_t number;		/* of the last message */
};

/* Skips when the module has no HDCP. */
void hdcp_require(void);

/* The values on the client's connector. */
void hdcp_find_properties(struct hdcp *h);
int hdcp_set_errno(struct hdcp *h, uint32_t property, uint64_t value);
void hdcp_set_protection(struct hdcp *h, uint64_t value);
void hdcp_set_type(struct hdcp *h, uint64_t value);
uint64_t hdcp_protection(struct hdcp *h);
int hdcp_report_errno(int fd, uint64_t number, uint32_t state,
		      uint32_t flags);

/* Reports the owner's result, in answer to the last message. */
void hdcp_report(struct hdcp *h, uint32_t state);

/* A report in answer to this message must be ESTALE: another has replaced it. */
void hdcp_expect_stale(struct hdcp *h, uint64_t number);

/* The next message must ask for this; later reports use its number. */
void hdcp_expect_wanted(struct hdcp *h, uint32_t wanted);

/* Whether a message of that kind comes. */
bool hdcp_is_asked(struct hdcp *h, int timeout_ms);

/* The kernel must change the property, and send a uevent. */
void hdcp_expect_change(struct hdcp *h, uint64_t want);
void hdcp_expect_no_change(struct hdcp *h, uint64_t want);

/* The owner reports this type, by which protection becomes enabled. */
void hdcp_reach(struct hdcp *h, uint32_t type);

/* The owner must be asked for it, and reaches it. */
void hdcp_fulfil(struct hdcp *h, uint32_t type);
struct mc_scene *hdcp_scene_on(int card, bool may_protect);

/* On a context whose owner gets the screen; the client wants nothing yet. */
void hdcp_begin_on(struct hdcp *h, struct mc_ctx *ctx);

/* The same with a scene of its own. */
void hdcp_begin(struct hdcp *h);

/* The client wants type 0 and gets it. */
void hdcp_begin_protected(struct hdcp *h);

/* The property's value outlives the client; the next subtest must begin with "Undesired". */
void hdcp_end(struct hdcp *h);

extern const struct mc_subtest mc_hdcp_lost[];
extern const struct mc_subtest mc_hdcp_masters[];
extern const struct mc_subtest mc_hdcp_wanted[];

#endif /* MIRACAST_HDCP_H */

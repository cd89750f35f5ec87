// SPDX-License-Identifier: MIT
/*
 * A client that draws a random rectangle a flip, in three framebuffers, and how long its flips
 * take.
 */
#include <sys/mman.h>

#include "miracast_stress_pace.h"

static struct pace_board *new_board(void)
{
	struct pace_board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	igt_assert(board != MAP_FAILED);
	board->screen = mc_picture_shared(WIDTH, HEIGHT);
	return board;
}

struct pace_client *pace_new_client(int card, uint32_t connector)
{
	struct drm_clip_rect all = { 0, 0, WIDTH, HEIGHT };
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct pace_client *c = calloc(1, sizeof(*c));
	int i;

	igt_assert(c);
	c->card = card;
	c->kms = mc_kms(card, connector);
	c->board = new_board();
	c->seed = 1;
	mc_picture_paint(c->board->screen, &all, 0);
	for (i = 0; i < PACE_FBS; i++) {
		c->fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
		mc_fb_copy(c->fb[i], c->board->screen, NULL);
	}
	mc_light(c->kms, &mode, c->fb[0]);
	return c;
}

static void draw(struct pace_client *c, struct drm_mode_rect *clip)
{
	struct drm_clip_rect area;

	clip->x1 = mc_random(&c->seed) % (WIDTH - 64);
	clip->y1 = mc_random(&c->seed) % (HEIGHT - 64);
	clip->x2 = clip->x1 + 1 + mc_random(&c->seed) % 64;
	clip->y2 = clip->y1 + 1 + mc_random(&c->seed) % 64;
	area = (struct drm_clip_rect) { clip->x1, clip->y1, clip->x2,
					clip->y2 };
	mc_picture_paint(c->board->screen, &area, c->seed);
}

/* How long the client waited, in vblanks. */
static uint32_t vblanks_for(const struct pace *pace, const struct mc_flip *flip,
			    uint64_t submitted_ns, uint64_t period_ns)
{
	if (pace->flips && !pace->paused)
		return flip->sequence - pace->last_sequence;
	if (flip->time_ns <= submitted_ns)
		return 0;
	return (flip->time_ns - submitted_ns) / period_ns;
}

static void note(struct pace *pace, const struct mc_flip *flip,
		 uint64_t submitted_ns, uint64_t period_ns)
{
	uint32_t vblanks = vblanks_for(pace, flip, submitted_ns, period_ns);

	if (pace->flips && !pace->paused) {
		pace->between_ns += flip->time_ns - pace->last_ns;
		pace->between++;
	}
	if (vblanks > pace->worst)
		pace->worst = vblanks;
	pace->paused = false;
	if (flip->time_ns <= submitted_ns + period_ns)
		pace->prompt++;
	if (flip->time_ns > submitted_ns + 2 * period_ns + period_ns / 8)
		pace->late++;
	pace->last_ns = flip->time_ns;
	pace->last_sequence = flip->sequence;
	pace->flips++;
}

void pace_flip_once(struct pace_client *c, struct pace *pace)
{
	uint64_t period = 1000000000000ull / mc_mode_mhz(&c->kms->mode);
	struct mc_fb *fb = c->fb[(c->flips + 1) % PACE_FBS];
	struct drm_mode_rect *clip = &c->history[c->flips % PACE_FBS];
	struct mc_flip flip;
	uint64_t submitted;
	int i;

	draw(c, clip);
	for (i = 0; i < PACE_FBS; i++) {
		struct drm_clip_rect area = { c->history[i].x1,
					      c->history[i].y1,
					      c->history[i].x2,
					      c->history[i].y2 };

		mc_fb_copy(fb, c->board->screen, &area);
	}
	mc_flip(c->kms, fb, clip, 1);
	submitted = mc_now_ns();
	mc_wait_flip(c->kms, &flip);
	c->flips++;
	if (pace)
		note(pace, &flip, submitted, period);
}

void pace_flip_for(struct pace_client *c, struct pace *pace, uint32_t flips)
{
	while (flips--)
		pace_flip_once(c, pace);
}

void pace_report(const struct pace *pace, const char *what)
{
	igt_info("%s: %u flips, %.1f a second, %u prompt, %u late, longest %u vblanks\n",
		 what, pace->flips, pace->between_ns ?
		 pace->between * 1e9 / pace->between_ns : 0,
		 pace->prompt, pace->late, pace->worst);
}

struct rates {
	double ns;		/* a flip */
	double prompt, late;	/* shares */
	uint32_t worst;		/* vblanks */
};

static struct rates rates_of(const struct pace *pace)
{
	return (struct rates) {
		.ns = (double)pace->between_ns / pace->between,
		.prompt = (double)pace->prompt / pace->flips,
		.late = (double)pace->late / pace->flips,
		.worst = pace->worst,
	};
}

static struct rates worse_of(const struct pace *one, const struct pace *other)
{
	struct rates a = rates_of(one), b = rates_of(other);

	return (struct rates) {
		.ns = a.ns > b.ns ? a.ns : b.ns,
		.prompt = a.prompt < b.prompt ? a.prompt : b.prompt,
		.late = a.late > b.late ? a.late : b.late,
		.worst = a.worst > b.worst ? a.worst : b.worst,
	};
}

/*
 * A slow machine makes flips late, so the reference is the same client without an owner,
 * @before and @after. A client that waited for a stopped owner would stop for as long: one
 * flip would be by far the worst. Flips that sometimes waited for one more vblank would
 * miss the one after their call. In DIRECT a flip may do that once for each picture that
 * the owner keeps, so only most of them are prompt.
 */
bool pace_is_same(const struct pace *with, const struct pace *before,
		  const struct pace *after, bool direct)
{
	struct rates alone = worse_of(before, after), now = rates_of(with);

	igt_info("%.1f ms a flip, alone %.1f; %.0f %% prompt, alone %.0f; %.0f %% late, alone %.0f; worst %u vblanks, alone %u\n",
		 now.ns / 1e6, alone.ns / 1e6, now.prompt * 100,
		 alone.prompt * 100, now.late * 100, alone.late * 100,
		 now.worst, alone.worst);
	return now.ns < (direct ? 2 : 1.5) * alone.ns + 4e6 &&
	       now.prompt > alone.prompt * (direct ? 0.5 : 0.75) &&
	       now.late < 1.5 * alone.late + 0.1 &&
	       now.worst <= 2 * alone.worst + 8;
}

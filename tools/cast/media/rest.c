// SPDX-License-Identifier: MIT
#include "media/rest.h"

static void begin(struct rest *rest, bool idr, int64_t now)
{
	rest->next = now + REST_SPACE;
	rest->asked = 0;
	rest->left = REST_PICTURES;
	rest->idr = idr;
}

void rest_changed(struct rest *rest, bool idr, int64_t now)
{
	begin(rest, idr, now);
}

void rest_renewed(struct rest *rest, int64_t now)
{
	begin(rest, false, now);
}

void rest_came(struct rest *rest)
{
	rest->asked = 0;
}

int64_t rest_deadline(const struct rest *rest)
{
	return rest->left || rest->idr ? rest->next : REST_NEVER;
}

enum rest_step rest_time(struct rest *rest, int64_t now)
{
	if (now < rest_deadline(rest))
		return REST_NOTHING;
	rest->next = now + REST_SPACE;
	if (rest->asked && now - rest->asked < REST_PATIENCE)
		return REST_NOTHING;
	if (!rest->left) {
		rest_renewed(rest, now);
		return REST_IDR;
	}
	rest->left--;
	rest->asked = now;
	return REST_PICTURE;
}

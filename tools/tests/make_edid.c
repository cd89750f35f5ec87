// SPDX-License-Identifier: MIT
/* Writes the sample EDID to standard output, for the scripts. */
#include <unistd.h>

#include "edid_sample.h"

int main(void)
{
	uint8_t edid[SAMPLE_SIZE];

	sample_edid(edid);
	return write(STDOUT_FILENO, edid, sizeof(edid)) != sizeof(edid);
}

// SPDX-License-Identifier: MIT
#include "owner_error.h"

G_DEFINE_QUARK(miracast-owner-error-quark, owner_error)

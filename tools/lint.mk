# SPDX-License-Identifier: MIT
#
# Warnings, and static checks, of the Makefiles below here.

warnings := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wvla -Wformat=2 -Wundef
# -Weverything without what contradicts the code's style or its headers.
clang_lint := -Weverything -Wno-padded -Wno-documentation-unknown-command -Wno-declaration-after-statement \
	-Wno-unknown-warning-option -Wno-unsafe-buffer-usage -Wno-reserved-macro-identifier \
	-Wno-disabled-macro-expansion -Wno-gnu-zero-variadic-macro-arguments \
	-Wno-missing-field-initializers -Wno-switch-default -Wno-covered-switch-default
# GLib's and GObject's macros make code that clang warns of besides.
clang_lint_glib := $(clang_lint) \
	-Wno-reserved-identifier -Wno-cast-qual -Wno-cast-align -Wno-cast-function-type -Wno-bad-function-cast \
	-Wno-used-but-marked-unused -Wno-pedantic -Wno-documentation -Wno-unused-function -Wno-switch-enum -Wno-extra-semi-stmt -Wno-assign-enum

# Flags of the headers of packages, in which nothing is warned of.
system_cflags = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1)))

# A recipe: sources, and clang's warnings.
lint_sources = @for source in $(1); do \
		gcc -std=gnu11 $(warnings) -O2 -fanalyzer -Werror -pthread $(cppflags) -c -o /dev/null $$source && \
		clang -std=gnu11 $(2) -Werror -pthread $(cppflags) -fsyntax-only $$source || exit; \
	done

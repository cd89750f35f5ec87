# SPDX-License-Identifier: MIT
#
# The driver as far as its sources are there: for the steps of a series before the
# one that has the Makefile. Makefile.whole is what that one will be.

include $(src)/Makefile.whole

there = $(foreach object,$(1),$(if $(wildcard $(src)/$(object:.o=.c)),$(object)))

miracast-y := $(call there,$(miracast-y))

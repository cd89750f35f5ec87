# SPDX-License-Identifier: MIT
#
# Entry point for people. "make help" lists the targets. Everything that is
# built goes to build/, what the demonstration leaves to out/.

KERNEL ?= 6.12
KUNIT ?= $(if $(filter debug uml uml-debug,$(KERNEL)),y)
ARCH_FLAG = $(if $(filter uml uml-debug,$(KERNEL)),ARCH=um)

SRC := $(CURDIR)/drivers/gpu/drm/miracast
OBJ := $(CURDIR)/build/$(KERNEL)

# Any other KERNEL is the release, as uname -r tells it, of an installed one.
TESTBED := 6.1 6.12 debug uml uml-debug newest rt arm64 i386
KDIR ?= $(if $(filter-out $(TESTBED),$(KERNEL)),/lib/modules/$(KERNEL)/build)
KBUILD = $(or $(KDIR),$(shell scripts/kernels path $(KERNEL) kbuild),$(error cannot build for KERNEL=$(KERNEL)))

.PHONY: help setup module module-locked install tools igt docs demo check bench coverage clean

# Sections of scripts/check run side by side and build the same things: one waits
# for the other.
module: LOCK = $(OBJ).lock
tools igt docs: LOCK = $(CURDIR)/build/$@.lock
# Lines with a "+" are run by make -n too, which is to build nothing.
DRY := $(findstring n,$(firstword -$(MAKEFLAGS)))
LOCKED = $(if $(DRY),echo,mkdir -p $(dir $(LOCK)) && flock -o $(LOCK)) $(MAKE) --no-print-directory

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  KERNEL=6.1|6.12|newest|rt|debug|uml chooses the kernel of module, demo and vm,"
	@echo "  KERNEL=arm64|i386 that of module; see scripts/kernels;"
	@echo "  KERNEL=RELEASE, as uname -r tells it, chooses that of module and install;"
	@echo "  KDIR=DIR builds the module for the kernel whose headers are there."

setup: ## Install the Debian packages that the other targets need
	scripts/setup all

# Kbuild writes beside the sources; a folder of links per kernel keeps the
# source tree clean and the kernels apart.
$(OBJ)/Kbuild: Makefile
	@mkdir -p $(OBJ)
	@cp -rsf $(SRC)/. $(OBJ)/
	@{ echo 'ccflags-y += -I$(CURDIR) -I$$(srctree)/include/uapi/drm'; \
	   echo 'include $$(M)/Makefile'; } > $@

module: ## Build the module for KERNEL, or for KDIR
	+@$(LOCKED) module-locked

module-locked: $(OBJ)/Kbuild
	@find $(OBJ) -xtype l -delete
	@cp -rsf $(SRC)/. $(OBJ)/
	$(MAKE) -C $(KBUILD) M=$(OBJ) $(ARCH_FLAG) CONFIG_DRM_MIRACAST=m \
		$(if $(KUNIT),CONFIG_DRM_MIRACAST_KUNIT_TEST=y) $(KBUILD_ARGS) modules

# Debian's headers of 6.1 do not know their kernel's release; the module does.
install: ## Install the module and its udev rule, as root, after "module"
	$(MAKE) -C $(KBUILD) M=$(OBJ) INSTALL_MOD_PATH=$(DESTDIR) \
		INSTALL_MOD_DIR=updates CONFIG_MODULE_SIG_ALL= modules_install
	release=$$(modinfo -F vermagic $(OBJ)/miracast.ko) && \
		depmod $(if $(DESTDIR),-b $(DESTDIR)) "$${release%% *}"
	install -D -m 644 udev/61-miracast.rules \
		$(DESTDIR)/etc/udev/rules.d/61-miracast.rules

tools: ## Build miracastctl and the library behind it
	+@$(LOCKED) -C tools

igt: ## Build the tests in the IGT API
	+@$(LOCKED) -C igt-tests

docs: ## Build the documentation to build/docs
	+@$(LOCKED) -C Documentation

demo: ## A desktop on a Miracast target, as picture and video in out/
	@scripts/setup demo $(filter 6.1,$(KERNEL))
	@scripts/demo

check: ## Run the tests; scripts/check more has more
	@scripts/check

bench: ## Measure it beside evdi, vkms and memcpy; tables and plots in out/bench/
	@scripts/bench

coverage: ## Tell which lines of the module the tests execute, in out/coverage/
	@scripts/coverage

clean: ## Delete build/ and out/
	rm -rf build out

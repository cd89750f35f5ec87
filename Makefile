# SPDX-License-Identifier: MIT
#
# Entry point for people. "make help" lists the targets. Everything that is
# built goes to build/, what the demonstration leaves to out/.

KERNEL ?= 6.12
KUNIT ?= $(if $(filter debug uml uml-debug,$(KERNEL)),y)
ARCH_FLAG = $(if $(filter uml uml-debug,$(KERNEL)),ARCH=um)

SRC := $(CURDIR)/drivers/gpu/drm/miracast
OBJ := $(CURDIR)/build/$(KERNEL)
EXPORTER := $(CURDIR)/build/exporter/$(KERNEL)

# Any other KERNEL is the release, as uname -r prints it, of an installed one.
TESTBED := 6.1 6.12 debug uml uml-debug newest 7.2 rt arm64 i386
KDIR ?= $(if $(filter-out $(TESTBED),$(KERNEL)),/lib/modules/$(KERNEL)/build)
KBUILD = $(or $(KDIR),$(shell scripts/kernels path $(KERNEL) kbuild),$(error cannot build for KERNEL=$(KERNEL)))

# Packages set PREFIX=/usr. What an administrator has in /etc/udev/rules.d, under the
# same name, comes first in both places.
PREFIX ?= /usr/local
UDEV_RULES = $(PREFIX)/lib/udev/rules.d
RULES = $(wildcard udev/*.rules)

.PHONY: help setup module module-locked install install-tools uninstall tools igt deb docs demo check bench coverage clean

# Sections of scripts/check run side by side and build the same things: one waits
# for the other.
module: LOCK = $(OBJ).lock
tools igt docs: LOCK = $(CURDIR)/build/$@.lock
# Lines with a "+" are run by make -n too, which is to build nothing.
DRY := $(findstring n,$(firstword -$(MAKEFLAGS)))
LOCKED = $(if $(DRY),echo,mkdir -p $(dir $(LOCK)) && flock -o $(LOCK)) $(MAKE) --no-print-directory

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  KERNEL=6.1|6.12 chooses the kernel of module and demo,"
	@echo "  KERNEL=newest|7.2|rt|debug|uml|uml-debug|arm64|i386 that of module; see scripts/kernels;"
	@echo "  KERNEL=RELEASE, as uname -r prints it, chooses that of module and install;"
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
	$(if $(KDIR),,@$(EXPORTER_MODULE))

# Of a kernel of the test bed, the module that exports dma-bufs for the tests, too.
EXPORTER_MODULE = mkdir -p $(EXPORTER) && cp -rsf $(CURDIR)/igt-tests/exporter/. $(EXPORTER)/ && \
	$(MAKE) -C $(KBUILD) M=$(EXPORTER) $(ARCH_FLAG) KCFLAGS=-I$(SRC) modules

# Debian's headers of 6.1 do not know their kernel's release; the module does. What
# is installed below DESTDIR becomes a package: its scripts call depmod, because an
# index of the one module would replace that of the machine.
install: ## Install module, miracastctl, library, manual, udev rules; root, after "module tools"
	$(MAKE) -C $(KBUILD) M=$(OBJ) INSTALL_MOD_PATH=$(DESTDIR) \
		INSTALL_MOD_DIR=updates CONFIG_MODULE_SIG_ALL= \
		$(if $(DESTDIR),DEPMOD=true) modules_install
	$(if $(DESTDIR),,release=$$(modinfo -F vermagic $(OBJ)/miracast.ko) && \
		depmod "$${release%% *}")
	$(MAKE) install-tools

# All but the module: what goes with one that DKMS builds.
install-tools: ## Install the same without the module; root, after "tools"
	install -d $(DESTDIR)$(UDEV_RULES)
	install -m 644 $(RULES) $(DESTDIR)$(UDEV_RULES)/
	$(MAKE) -C tools install

uninstall: ## Remove what was installed, all but the module; root
	rm -f $(addprefix $(DESTDIR)$(UDEV_RULES)/,$(notdir $(RULES)))
	$(MAKE) -C tools uninstall

tools: ## Build the programs, libmiracast and the GStreamer plug-in
	+@$(LOCKED) -C tools

igt: ## Build the tests in the IGT API
	+@$(LOCKED) -C igt-tests

deb: ## Build Debian packages of all that is installed, in out/deb/
	@scripts/setup deb
	@scripts/deb

docs: ## Build the documentation to build/docs
	+@$(LOCKED) -C Documentation

demo: ## A desktop cast to a Miracast sink, as picture, video and figures in out/
	@scripts/setup demo $(filter 6.1,$(KERNEL))
	@scripts/demo

check: ## Run the tests; scripts/check more has more
	@scripts/check

bench: ## Measure it beside evdi, vkms, memcpy, GStreamer; tables and plots in out/bench/
	@scripts/bench

coverage: ## Show which lines of the module the tests execute, in out/coverage/
	@scripts/coverage

clean: ## Delete build/ and out/
	rm -rf build out

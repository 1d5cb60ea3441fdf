# SPDX-License-Identifier: BSD-2-Clause
# make            build everything into build/
# make run        boot the demo machine and serve its consoles until Ctrl-C  (ARGS=... passes options)
# make test       all tests; ends with "N passed, N failed"
# make format     clang-format every source in place
# make clean      remove build/

.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
BUILD := build

HOSTCC ?= gcc
CLANG ?= clang
CROSS ?= powerpc-linux-gnu-

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Werror
HOST_CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g $(WARNINGS) -I. -MMD -MP
SANITIZE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: all
all:

# Each folder says what it is made of.
include protocol/sources.mk
include byte-chan/sources.mk
include hv/sources.mk
include mux-server/sources.mk
include host-tools/sources.mk
include $(sort $(wildcard tests/*/*.mk))

# Unit tests: tests/unit/AREA.mk says
#     unit-tests += NAME                          the program is tests/unit/test_NAME.c
#     NAME-srcs := protocol/mux_decode.c ...      what it is linked with
#     NAME-libs := -lfdt                          beside cmocka
# Each is built with gcc and with clang, both under ASan and UBSan.
VARIANTS := gcc clang
asan-gcc-cc := $(HOSTCC)
asan-clang-cc := $(CLANG)

define variant-rules
$(BUILD)/asan-$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(asan-$(1)-cc) $$(HOST_CFLAGS) $$(SANITIZE) -c $$< -o $$@
endef
$(foreach v,$(VARIANTS),$(eval $(call variant-rules,$(v))))

define unit-rule
$(BUILD)/asan-$(2)/unit/$(1): $(patsubst %.c,$(BUILD)/asan-$(2)/%.o,tests/unit/test_$(1).c $($(1)-srcs))
	@mkdir -p $$(@D)
	$$(asan-$(2)-cc) $$(SANITIZE) $$^ -lcmocka $$($(1)-libs) -o $$@
unit-programs += $(BUILD)/asan-$(2)/unit/$(1)
endef
$(foreach t,$(unit-tests),$(foreach v,$(VARIANTS),$(eval $(call unit-rule,$(t),$(v)))))

# Run one unit test with both compilers: make unit-NAME
unit-%: $(foreach v,$(VARIANTS),$(BUILD)/asan-$(v)/unit/%)
	@for p in $^; do echo "== $$p"; $$p || exit 1; done

# The third-party sources that the hypervisor is linked with
$(BUILD)/third-party/.stamp: host-tools/fetch.sh
	host-tools/fetch.sh $(@D)
	@touch $@

# Host objects
$(BUILD)/host/%.o: %.c
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_CFLAGS) -c $< -o $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

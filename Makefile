# SPDX-License-Identifier: BSD-2-Clause
# make            build everything into build/
# make run        boot the demo machine and serve its consoles until Ctrl-C  (ARGS=... passes options)
# make test       all tests; ends with "N passed, N failed"
# make unit-NAME  build and run one unit test with both compilers
# make system-NAME  build and run one system test
# make fuzz       let libFuzzer look for inputs that break something, FUZZ_SECONDS=60 for each target
# make fuzz-NAME  the same for one target
# make soak       the hostile tests of mux_server and of hypercalls, many times as often
# make bench      measure mux_server beside its rivals, and the hypervisor  (BENCH=row,row and BENCH_RUNS=5)
# make format     clang-format every source in place
# make install    the host programs, manuals, completions, units: PREFIX=/usr/local DESTDIR=
# make uninstall  remove them again
# make clean      remove build/
# make help       this list

# What is missing is installed before anything else happens.
ifneq ($(filter-out format clean help uninstall,$(or $(MAKECMDGOALS),all)),)
ifeq ($(findstring n,$(firstword -$(MAKEFLAGS))),)
ifneq ($(shell host-tools/setup.sh >&2 && echo done),done)
$(error packages are missing)
endif
endif
endif

.DELETE_ON_ERROR:
.SECONDARY:
BUILD := build
VERSION := 0.1

HOSTCC ?= gcc
CLANG ?= clang
CROSS ?= powerpc-linux-gnu-

# As many jobs as there are processors, unless -j says otherwise.
MAKEFLAGS += --no-builtin-rules
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Werror
HOST_CFLAGS := -std=c11 -D_GNU_SOURCE -DBERYL_VERSION='"$(VERSION)"' -O2 -g $(WARNINGS) -I. -MMD -MP
SANITIZE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

# What a recipe prints: a short line; with V=1 the command itself.
show = $(if $(V),,@printf '  %-6s %s\n' '$(1)' '$@';)

.PHONY: all run test fuzz soak format clean help
all: guests

# Each folder says what it is made of.
include protocol/sources.mk
include byte-chan/sources.mk
include hv/sources.mk
include mux-server/sources.mk
include host-tools/sources.mk
include host-tools/install.mk
include $(sort $(wildcard tests/*/*.mk))

# Host programs: a folder's sources.mk says
#     host-programs += NAME                       becomes build/bin/NAME
#     NAME-srcs := host-tools/a.c ...
#     NAME-libs := -levent ...
define host-rule
$(BUILD)/bin/$(1): $(patsubst %.c,$(BUILD)/host/%.o,$($(1)-srcs))
	@mkdir -p $$(@D)
	$$(call show,LINK)$$(HOSTCC) $$^ $$($(1)-libs) -o $$@
all: $(BUILD)/bin/$(1)
endef
$(foreach p,$(host-programs),$(eval $(call host-rule,$(p))))

$(BUILD)/host/%.o: %.c
	@mkdir -p $(@D)
	$(call show,CC)$(HOSTCC) $(HOST_CFLAGS) -c $< -o $@

# The other compiler's opinion of what only gcc builds for use.
$(BUILD)/clang/%.o: %.c
	@mkdir -p $(@D)
	$(call show,CLANG)$(CLANG) $(HOST_CFLAGS) -c $< -o $@

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
	$$(call show,CC)$$(asan-$(1)-cc) $$(HOST_CFLAGS) $$(SANITIZE) -c $$< -o $$@
endef
$(foreach v,$(VARIANTS),$(eval $(call variant-rules,$(v))))

define unit-rule
$(BUILD)/asan-$(2)/unit/$(1): $(patsubst %.c,$(BUILD)/asan-$(2)/%.o,tests/unit/test_$(1).c $($(1)-srcs))
	@mkdir -p $$(@D)
	$$(call show,LINK)$$(asan-$(2)-cc) $$(SANITIZE) $$^ -lcmocka $$($(1)-libs) -o $$@
unit-programs += $(BUILD)/asan-$(2)/unit/$(1)
endef
$(foreach t,$(unit-tests),$(foreach v,$(VARIANTS),$(eval $(call unit-rule,$(t),$(v)))))

unit-%: $(foreach v,$(VARIANTS),$(BUILD)/asan-$(v)/unit/%)
	@for p in $^; do echo "== $$p"; $$p || exit 1; done

# System tests: tests/system/AREA.mk says
#     system-tests += NAME                        the program is tests/system/test_NAME.c
#     NAME-srcs := tests/system/harness.c ...
#     NAME-libs := -lfdt                          beside cmocka
# They start what they test from build/, so they run after everything is built.
define system-rule
$(BUILD)/system/$(1): $(patsubst %.c,$(BUILD)/host/%.o,tests/system/test_$(1).c $($(1)-srcs))
	@mkdir -p $$(@D)
	$$(call show,LINK)$$(HOSTCC) $$^ -lcmocka $$($(1)-libs) -o $$@
system-programs += $(BUILD)/system/$(1)
endef
$(foreach t,$(system-tests),$(eval $(call system-rule,$(t))))

system-%: $(BUILD)/system/% all
	$<

# Fuzz targets: tests/fuzz/AREA.mk says
#     fuzz-targets += NAME                        libFuzzer's entry is in tests/fuzz/fuzz_NAME.c
#     fuzz_NAME-srcs = protocol/mux_decode.c ...  what it is linked with
#     fuzz_NAME-libs := -lfdt
# Seeds are in tests/fuzz/corpus/NAME, words that are worth trying in tests/fuzz/NAME.dict.
FUZZ_SECONDS ?= 60

$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call show,FUZZ)$(CLANG) $(HOST_CFLAGS) $(SANITIZE) -fsanitize=fuzzer-no-link -c $< -o $@

define fuzz-rule
$(BUILD)/fuzz/$(1): $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,tests/fuzz/fuzz_$(1).c $(fuzz_$(1)-srcs))
	@mkdir -p $$(@D)
	$$(call show,LINK)$$(CLANG) $$(SANITIZE) -fsanitize=fuzzer $$^ $$(fuzz_$(1)-libs) -o $$@
fuzz-programs += $(BUILD)/fuzz/$(1)
endef
$(foreach t,$(fuzz-targets),$(eval $(call fuzz-rule,$(t))))

fuzz: $(fuzz-programs)
	@for p in $^; do tests/fuzz.sh $(FUZZ_SECONDS) $$p || exit 1; done

fuzz-%: $(BUILD)/fuzz/%
	@tests/fuzz.sh $(FUZZ_SECONDS) $<

soak: $(mux-hostile-tests:%=$(BUILD)/system/%) $(managed-tests:%=$(BUILD)/system/%) | all
	@for p in $^; do MUX_SOAK=10 HV_SOAK=1 $$p || exit 1; done

second-opinion := $(sort $(foreach p,$(host-programs) $(system-tests) $(bench-programs),$($(p)-srcs)) \
	$(patsubst %,tests/system/test_%.c,$(system-tests)))

run: all
	@exec $(BUILD)/bin/hvrun $(ARGS)

test: all $(unit-programs) $(system-programs) $(script-needs) $(fuzz-programs) $(patsubst %.c,$(BUILD)/clang/%.o,$(second-opinion))
	@tests/run.sh tests/format.sh tests/fuzz.sh $(script-tests) $(sort $(unit-programs)) $(system-programs)

format:
	find byte-chan host-tools hv mux-server protocol tests -name '*.[ch]' -exec clang-format -i {} +

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^# \(make\)/\1/p' Makefile

# The third-party sources that the hypervisor is linked with
$(BUILD)/third-party/.stamp: host-tools/fetch.sh
	host-tools/fetch.sh $(@D)
	@touch $@

-include $(shell find $(BUILD) -name '*.d' -type f 2>/dev/null)

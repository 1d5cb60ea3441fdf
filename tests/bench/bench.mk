# SPDX-License-Identifier: BSD-2-Clause
bench-shared := $(addprefix tests/bench/,machine.c wire.c stream.c flood.c subject.c rival.c) \
	host-tools/child.c host-tools/say.c $(protocol-srcs)
bench-programs := feed mux_bench
feed-srcs := tests/bench/feed.c $(bench-shared)
mux_bench-srcs := $(addprefix tests/bench/,mux_bench.c measure.c rows_flood.c rows_echo.c rows_line.c \
	rows_self.c) $(bench-shared)

define bench-rule
$(BUILD)/bench/$(1): $(patsubst %.c,$(BUILD)/host/%.o,$($(1)-srcs)) | $(BUILD)/bin/mux_server
	@mkdir -p $$(@D)
	$$(call show,LINK)$$(HOSTCC) $$^ -o $$@
endef
$(foreach p,$(bench-programs),$(eval $(call bench-rule,$(p))))

$(BUILD)/third-party/rivals: tests/bench/fetch-rivals.sh
	$< $@
	@touch $@

.PHONY: bench
bench: $(BUILD)/bench/mux_bench $(BUILD)/third-party/rivals $(BUILD)/system/costs all
	@$<
	@echo; echo "The hypervisor, in instructions, against tests/system/costs.txt:"
	@$(BUILD)/system/costs | sed -n 's/^# /  /p'

# In `make test`: that it works, not how fast.
script-tests += tests/bench/smoke.sh
script-needs += $(BUILD)/bench/mux_bench

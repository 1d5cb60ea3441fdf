# SPDX-License-Identifier: BSD-2-Clause
bench-shared := $(addprefix tests/bench/,machine.c wire.c stream.c flood.c beryl.c) \
	host-tools/child.c host-tools/say.c $(protocol-srcs)
bench-programs := feed
feed-srcs := tests/bench/feed.c $(bench-shared)

define bench-rule
$(BUILD)/bench/$(1): $(patsubst %.c,$(BUILD)/host/%.o,$($(1)-srcs)) | $(BUILD)/bin/mux_server
	@mkdir -p $$(@D)
	$$(call show,LINK)$$(HOSTCC) $$^ -o $$@
endef
$(foreach p,$(bench-programs),$(eval $(call bench-rule,$(p))))

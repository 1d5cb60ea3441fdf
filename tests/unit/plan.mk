# SPDX-License-Identifier: BSD-2-Clause
plan-tests := plan_valid plan_memory plan_partitions plan_images plan_channels plan_doorbells plan_nodes plan_devices plan_managed plan_assigned plan_limits plan_limits_devices plan_hostile
plan-srcs := $(hv-config-srcs) tests/unit/plan_trees.c

unit-tests += $(plan-tests)
$(foreach t,$(plan-tests),$(eval $(t)-srcs := $(plan-srcs))$(eval $(t)-libs := -lfdt))

# The programs read these when they run.
plan-trees := $(BUILD)/unit/demo.dtb $(BUILD)/unit/ppce500.dtb
$(foreach t,$(plan-tests),$(foreach v,gcc clang,$(eval $(BUILD)/asan-$(v)/unit/$(t): | $(plan-trees))))

# A node-update has a chosen node for the guest's root, which dtc wants at this tree's root.
$(BUILD)/unit/demo.dtb: tests/guests/demo/demo.dts
	@mkdir -p $(@D)
	dtc -Wno-chosen_node_is_root -I dts -O dtb -o $@ $<

$(BUILD)/unit/ppce500.dtb: tests/fixtures/ppce500.dts
	@mkdir -p $(@D)
	dtc -I dts -O dtb -o $@ $<

# Hardware trees of real boards, from Linux.  Nothing of them is kept here.
boards := p2041rdb p3041ds p4080ds p5020ds p5040ds b4860qds t1024rdb t1040rdb t2080rdb t4240rdb
board-dts := $(BUILD)/third-party/boards
fsl := arch/powerpc/boot/dts/fsl
board-dtbs := $(boards:%=$(BUILD)/unit/%.dtb)

unit-tests += plan_boards
plan_boards-srcs := $(plan-srcs) tests/unit/board_trees.c
plan_boards-libs := -lfdt
$(foreach v,gcc clang,$(eval $(BUILD)/asan-$(v)/unit/plan_boards: | $(board-dtbs)))

$(board-dts)/.stamp:
	@rm -rf $(@D) && mkdir -p $(@D)
	$(call show,UNPACK)xz -dc -T0 /usr/src/linux-source-6.1.tar.xz | tar -xf - -C $(@D) --strip-components=1 \
		--wildcards '*/$(fsl)/*' '*/include/dt-bindings/*'
	@touch $@

$(board-dtbs): $(BUILD)/unit/%.dtb: $(board-dts)/.stamp
	@mkdir -p $(@D)
	$(call show,DTC)$(HOSTCC) -E -nostdinc -undef -D__DTS__ -x assembler-with-cpp -I $(board-dts)/include \
		$(board-dts)/$(fsl)/$*.dts | dtc -q -i $(board-dts)/$(fsl) -I dts -O dtb -o $@

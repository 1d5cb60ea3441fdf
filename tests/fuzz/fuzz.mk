# SPDX-License-Identifier: BSD-2-Clause
fuzz-targets += telnet codec config control names options log_lines image plan
fuzz_telnet-srcs = $(telnet-srcs)
fuzz_codec-srcs = $(protocol-srcs)
fuzz_config-srcs = $(config-srcs)
fuzz_config-libs := -lcyaml -lyaml -lfdt
fuzz_control-srcs = $(filter-out mux-server/main.c,$(mux_server-srcs))
fuzz_control-libs = $(mux_server-libs)
fuzz_names-srcs = $(settings-srcs)
fuzz_names-libs := -lcyaml -lfdt
fuzz_options-srcs = $(mux_options-srcs)
fuzz_options-libs := -lcyaml -lfdt
fuzz_log_lines-srcs = $(mux_log_lines-srcs)
fuzz_image-srcs = $(image-srcs)
fuzz_image-libs := -lz
fuzz_plan-srcs = $(filter-out tests/%,$(guest-tree-srcs))
fuzz_plan-libs := -lfdt
$(BUILD)/fuzz/plan: | $(BUILD)/unit/demo.dtb $(BUILD)/unit/ppce500.dtb $(BUILD)/fuzz/plan_devices.dtb $(BUILD)/fuzz/plan_hardware.dtb
$(BUILD)/fuzz/plan_%.dtb: tests/fuzz/plan_%.dts tests/guests/demo/demo.dts tests/fixtures/ppce500.dts
	@mkdir -p $(@D)
	dtc -q -i . -I dts -O dtb -o $@ $<

# SPDX-License-Identifier: BSD-2-Clause
# The hypervisor image.

include hv/config/sources.mk

hv-cc := $(CROSS)gcc
hv-include := $(shell $(CROSS)gcc -print-file-name=include 2>/dev/null)
hv-cflags := -std=gnu11 -O2 -g -mcpu=e500mc -mmultiple -msoft-float -mbig-endian -ffreestanding -fno-pic \
	-fno-common -fno-strict-aliasing -fno-asynchronous-unwind-tables -fno-stack-protector \
	-fno-tree-loop-distribute-patterns -fno-align-functions -fno-align-loops -fno-align-jumps -fno-align-labels -ffunction-sections -fdata-sections -ffixed-r2 -msdata=none \
	-nostdinc -isystem hv/lib/include -isystem $(hv-include) -isystem $(BUILD)/third-party/libfdt \
	-isystem $(BUILD)/third-party/zlib -DZ_SOLO -DBERYL_VERSION='"$(VERSION)"' -I. -I$(BUILD)/hv -MMD -MP
hv-warnings := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Werror

hv-srcs := \
	hv/boot/entry.S hv/booke/trap.S hv/booke/coroutine.S hv/booke/fpu.S \
	$(wildcard hv/boot/*.c hv/vcpu/*.c hv/vcpu/pr/*.c hv/partition/*.c hv/irq/*.c hv/hcall/*.c \
		hv/console/*.c hv/debug/*.c hv/drivers/*.c hv/lib/*.c) \
	$(filter-out hv/booke/offsets.c,$(wildcard hv/booke/*.c)) \
	$(hv-config-srcs) $(byte-chan-srcs) $(protocol-srcs)

hv-libfdt := fdt fdt_ro fdt_rw fdt_sw fdt_wip fdt_addresses fdt_empty_tree fdt_strerror
hv-zlib := infback inftrees inffast crc32 zutil

hv-objs := $(patsubst %,$(BUILD)/hv/%.o,$(basename $(hv-srcs))) \
	$(hv-libfdt:%=$(BUILD)/hv/third-party/libfdt/%.o) $(hv-zlib:%=$(BUILD)/hv/third-party/zlib/%.o)

# Small where time does not count (what is typed arrives slowly); -O2 on the journey of a trap and of a byte out.
$(BUILD)/hv/hv/boot/%.o $(BUILD)/hv/hv/config/%.o $(BUILD)/hv/hv/console/%.o $(BUILD)/hv/hv/debug/%.o $(BUILD)/hv/hv/partition/%.o \
$(patsubst %,$(BUILD)/hv/hv/hcall/%.o,dtprop error memcpy partition) $(BUILD)/hv/hv/irq/devices.o $(BUILD)/hv/hv/irq/interrupt.o $(BUILD)/hv/hv/irq/mpic.o $(BUILD)/hv/hv/vcpu/pr/debug.o $(BUILD)/hv/hv/vcpu/pr/timer.o $(BUILD)/hv/hv/vcpu/pr/device.o \
$(BUILD)/hv/byte-chan/mux.o $(BUILD)/hv/byte-chan/mux_push.o $(BUILD)/hv/hv/booke/tlb.o $(BUILD)/hv/hv/drivers/ns16550.o $(BUILD)/hv/hv/lib/string.o $(BUILD)/hv/hv/hcall/interrupt.o $(BUILD)/hv/hv/lib/printf.o $(BUILD)/hv/protocol/mux_decode.o $(BUILD)/hv/third-party/%.o: hv-cflags += -Os -fno-inline-small-functions \
	-fno-tree-loop-im

# What knows nothing of cores (hv/booke/core.h has a variable in r2, which is not for link-time optimization) is optimized
# as a whole: a function that is called once is no function.
$(BUILD)/hv/hv/config/%.o $(BUILD)/hv/hv/partition/guest%.o $(BUILD)/hv/hv/partition/node%.o \
$(BUILD)/hv/hv/partition/imag%.o $(patsubst %,$(BUILD)/hv/hv/partition/%.o,claim error_queue lifecycle load memory properties) \
$(patsubst %,$(BUILD)/hv/hv/hcall/%.o,dtprop error partition) $(BUILD)/hv/third-party/%.o: hv-cflags += -flto

# The trees that it reads have been checked, which needs the checks.  Those that it writes are its own: in libfdt's order
# (0x10) and, when there is no room, given up (0x8).  0x20: it has no faults that it could find itself.
$(BUILD)/hv/third-party/libfdt/%.o: hv-cflags += -include hv/lib/include/libfdt_env.h -DFDT_ASSUME_MASK=0x38

$(BUILD)/hv/offsets.h: hv/booke/offsets.c hv/booke/core.h hv/booke/trap_frame.h
	@mkdir -p $(@D)
	$(call show,TARGET)$(hv-cc) $(hv-cflags) $(hv-warnings) -MF $(BUILD)/hv/offsets.d -S $< -o - | sed -n 's/^@define/#define/p' >$@

$(BUILD)/hv/%.o: %.c $(BUILD)/third-party/.stamp
	@mkdir -p $(@D)
	$(call show,TARGET)$(hv-cc) $(hv-cflags) $(hv-warnings) -c $< -o $@

$(BUILD)/hv/%.o: %.S $(BUILD)/hv/offsets.h
	@mkdir -p $(@D)
	$(call show,TARGET)$(hv-cc) $(hv-cflags) -c $< -o $@

$(BUILD)/hv/third-party/%.o: $(BUILD)/third-party/%.c
	@mkdir -p $(@D)
	$(call show,TARGET)$(hv-cc) $(hv-cflags) -w -DDYNAMIC_CRC_TABLE -DBUILDFIXED -c $< -o $@

$(hv-libfdt:%=$(BUILD)/third-party/libfdt/%.c) $(hv-zlib:%=$(BUILD)/third-party/zlib/%.c): $(BUILD)/third-party/.stamp

$(BUILD)/hv/hv.elf: $(hv-objs) hv/boot/hv.lds
	$(call show,LINK)$(hv-cc) $(hv-cflags) -flto=auto -flto-partition=one -nostdlib -static -no-pie -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--build-id=none -Wl,-Map=$(BUILD)/hv/hv.map \
		-T hv/boot/hv.lds $(hv-objs) -lgcc -o $@

$(BUILD)/hv/hv.bin: $(BUILD)/hv/hv.elf
	$(call show,IMAGE)$(CROSS)objcopy -O binary $< $@

# What U-Boot's bootm takes; loaded at physical 0.
$(BUILD)/hv/hv.uImage: $(BUILD)/hv/hv.bin
	@gzip -9n <$< >$<.gz
	$(call show,IMAGE)SOURCE_DATE_EPOCH=0 mkimage -A ppc -O linux -T kernel -C gzip -a 0 -e 0 -n 'Beryl hypervisor' -d $<.gz $@ >/dev/null

all: $(BUILD)/hv/hv.elf $(BUILD)/hv/hv.uImage

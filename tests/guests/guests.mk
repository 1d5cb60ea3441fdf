# SPDX-License-Identifier: BSD-2-Clause
# Guests for tests and for make run: build/guests/NAME.elf, .bin and .uImage, and a root file system image.
guest-lib := $(addprefix tests/guests/lib/,start.S vectors.S call.S console.c exception.c irq.c print.c \
	smp.c timer.c tlb.c tree.c)
guest-demo := $(addprefix tests/guests/demo/,main.c command.c facts.c info.c line.c memory.c mmu.c \
	privilege.c text.c user.c user_code.S vcpus.c)

GUEST_CFLAGS := -std=c11 -O2 -g -mcpu=e500mc -msoft-float -ffreestanding -nostdlib -static -no-pie -fno-pie \
	-fno-asynchronous-unwind-tables -fno-delete-null-pointer-checks -G 0 $(WARNINGS) -I. -MMD -MP
GUEST_LDFLAGS := -Wl,-T,tests/guests/lib/guest.ld -Wl,--build-id=none -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments

guest-objects = $(patsubst %,$(BUILD)/guests/%.o,$(guest-lib) $(1))

.PHONY: guests
guests: $(addprefix $(BUILD)/guests/,demo.elf demo.bin demo.uImage rootfs.uImage)

$(BUILD)/guests/%.o: %
	@mkdir -p $(@D)
	$(call show,TARGET)$(CROSS)gcc $(GUEST_CFLAGS) -c $< -o $@

$(BUILD)/guests/demo.elf: $(call guest-objects,$(guest-demo)) tests/guests/lib/guest.ld
	$(call show,LINK)$(CROSS)gcc $(GUEST_CFLAGS) $(GUEST_LDFLAGS) $(filter %.o,$^) -lgcc -o $@

$(BUILD)/guests/%.bin: $(BUILD)/guests/%.elf
	$(call show,IMAGE)$(CROSS)objcopy -O binary $< $@

# -n leaves time and name out of the stream, so that a build can be repeated.
$(BUILD)/guests/%.bin.gz: $(BUILD)/guests/%.bin
	$(call show,IMAGE)gzip -9 -n -c $< > $@

$(BUILD)/guests/%.uImage: $(BUILD)/guests/%.bin.gz
	$(call show,IMAGE)SOURCE_DATE_EPOCH=0 mkimage -A ppc -O linux -T kernel -C gzip -a 0 -e 0 -n "beryl $* guest" -d $< $@ >/dev/null

# Something to find again: 64 KiB of numbered lines.
$(BUILD)/guests/rootfs.img:
	@mkdir -p $(@D)
	$(call show,IMAGE)seq -f 'beryl root fs, line %06.0f' 3000 | head -c 65536 > $@

$(BUILD)/guests/rootfs.uImage: $(BUILD)/guests/rootfs.img
	$(call show,IMAGE)SOURCE_DATE_EPOCH=0 mkimage -A ppc -O linux -T ramdisk -C none -n "beryl root fs" -d $< $@ >/dev/null

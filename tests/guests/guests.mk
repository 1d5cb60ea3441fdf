# SPDX-License-Identifier: BSD-2-Clause
# Guests for tests and for make run: build/guests/NAME.elf, .bin and .uImage, and a root file system image.
# Another guest: a NAME-guest line like demo's, and its name in guest-names.
guest-names := demo
guest-lib := $(addprefix tests/guests/lib/,start.S vectors.S call.S console.c exception.c irq.c print.c \
	smp.c timer.c tlb.c tree.c)
demo-guest := $(addprefix tests/guests/demo/,main.c bells.c command.c cost.c cost_code.S storm.c facts.c info.c fuzz.c line.c manage.c memory.c mmu.c \
	privilege.c text.c user.c serial.c timers.c user_code.S vcpus.c)

guest-cflags := -std=c11 -O2 -g -mcpu=e500mc -msoft-float -ffreestanding -nostdlib -static -no-pie -fno-pie \
	-fno-asynchronous-unwind-tables -fno-stack-protector -fno-delete-null-pointer-checks -G 0 \
	$(WARNINGS) -I. -MMD -MP
guest-ldflags := -Wl,-T,tests/guests/lib/guest.ld -Wl,--build-id=none -Wl,-z,noexecstack \
	-Wl,--no-warn-rwx-segments

.PHONY: guests
guests: $(BUILD)/guests/rootfs.uImage \
	$(foreach g,$(guest-names),$(addprefix $(BUILD)/guests/$(g).,elf bin uImage))

$(BUILD)/guests/%.o: %
	@mkdir -p $(@D)
	$(call show,CC)$(CROSS)gcc $(guest-cflags) -c $< -o $@

define guest-rule
$(BUILD)/guests/$(1).elf: $(patsubst %,$(BUILD)/guests/%.o,$(guest-lib) $($(1)-guest)) tests/guests/lib/guest.ld
	$$(call show,LINK)$(CROSS)gcc $(guest-cflags) $(guest-ldflags) $$(filter %.o,$$^) -lgcc -o $$@
endef
$(foreach g,$(guest-names),$(eval $(call guest-rule,$(g))))

$(BUILD)/guests/%.bin: $(BUILD)/guests/%.elf
	$(call show,OBJCPY)$(CROSS)objcopy -O binary $< $@

# -n leaves time and name out of the stream, so that a build can be repeated.
$(BUILD)/guests/%.bin.gz: $(BUILD)/guests/%.bin
	$(call show,GZIP)gzip -9 -n -c $< >$@

$(BUILD)/guests/%.uImage: $(BUILD)/guests/%.bin.gz
	$(call show,UIMAGE)SOURCE_DATE_EPOCH=0 mkimage -A ppc -O linux -T kernel -C gzip -a 0 -e 0 \
		-n 'beryl $* guest' -d $< $@ >/dev/null

# Something to find again: 64 KiB of numbered lines.
$(BUILD)/guests/rootfs.img: tests/guests/guests.mk
	@mkdir -p $(@D)
	$(call show,GEN)seq -f 'beryl root fs, line %06.0f' 3000 | head -c 65536 >$@

$(BUILD)/guests/rootfs.uImage: $(BUILD)/guests/rootfs.img
	$(call show,UIMAGE)SOURCE_DATE_EPOCH=0 mkimage -A ppc -O linux -T ramdisk -C none \
		-n 'beryl root fs' -d $< $@ >/dev/null

# SPDX-License-Identifier: BSD-2-Clause
# Freestanding: the same files are compiled for the target, for hvlint and for the tests.
hv-config-srcs := \
	hv/config/plan.c \
	hv/config/report.c \
	hv/config/tree.c \
	hv/config/place.c \
	hv/config/range.c \
	hv/config/rules.c \
	hv/config/nearest.c \
	hv/config/nodes.c \
	hv/config/notes.c \
	hv/config/hardware.c \
	hv/config/machine.c \
	hv/config/memory.c \
	hv/config/partitions.c \
	hv/config/devices.c \
	hv/config/drivers.c \
	hv/config/assign.c \
	hv/config/regions.c \
	hv/config/irqs.c \
	hv/config/updates.c \
	hv/config/windows.c \
	hv/config/channels.c \
	hv/config/stubs.c \
	hv/config/doorbells.c \
	hv/config/managed.c \
	hv/config/handles.c \
	hv/config/wiring.c \
	hv/config/references.c \
	hv/config/images.c \
	hv/config/entry.c

# Runs once, at boot: small counts for more than fast.
$(BUILD)/hv/hv/config/%.o: hv-cflags += -Os

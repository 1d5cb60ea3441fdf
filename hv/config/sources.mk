# SPDX-License-Identifier: BSD-2-Clause
# Freestanding: the same files are compiled for the target, for hvlint and for the tests.
hv-config-srcs := \
	hv/config/plan.c \
	hv/config/report.c \
	hv/config/tree.c \
	hv/config/range.c \
	hv/config/nodes.c \
	hv/config/hardware.c \
	hv/config/devices.c \
	hv/config/memory.c \
	hv/config/partitions.c \
	hv/config/images.c \
	hv/config/channels.c \
	hv/config/doorbells.c \
	hv/config/wiring.c \
	hv/config/references.c

# Runs once, at boot: small counts for more than fast.
$(BUILD)/hv/hv/config/%.o: hv-cflags += -Os

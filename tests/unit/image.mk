# SPDX-License-Identifier: BSD-2-Clause
image-srcs := $(addprefix hv/partition/,image.c image_elf.c image_uimage.c image_gzip.c) tests/unit/image_guest.c

unit-tests += image_raw image_elf image_uimage
image_raw-srcs := $(image-srcs)
image_raw-libs := -lz
image_elf-srcs := $(image-srcs)
image_elf-libs := -lz
image_uimage-srcs := $(image-srcs)
image_uimage-libs := -lz

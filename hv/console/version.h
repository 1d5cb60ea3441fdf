/* SPDX-License-Identifier: BSD-2-Clause */
/* The Makefile says BERYL_VERSION. */
#ifndef HV_CONSOLE_VERSION_H
#define HV_CONSOLE_VERSION_H

#define BERYL_IMAGE_NAME "Beryl hypervisor" /* in its uImage header; see hv/sources.mk */
#define BERYL_VERSION_LINE "Beryl hypervisor version " BERYL_VERSION

#endif

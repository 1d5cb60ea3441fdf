/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside plan_parse(): the state that its steps share, and the steps.  Nothing outside hv/config
 * includes this.
 *
 * A step reads one kind of node, reports what is wrong with it and adds what is right to the plan.
 * What an earlier step has reported is not reported again by a later one: a reference to a node of
 * the right kind that is missing from its table is passed over in silence.
 */
#ifndef HV_CONFIG_PARSE_H
#define HV_CONFIG_PARSE_H

#include "hv/config/place.h"
#include "hv/config/plan.h"
#include "hv/config/tree.h"

#include <libfdt.h>

/* notes.c: kinds of what nobody acts on.  Behind these stand those that are told by their name. */
enum note {
	NOTE_NO_DRIVER,		/* a device of the hypervisor's that it does not drive */
	NOTE_SPECIAL_INTERRUPT, /* an interrupt that is no source of its own at the MPIC */
	NOTE_FIRST_NAMED,
	NOTE_MAX = 32,
};

struct parse {
	struct plan *plan;
	const struct plan_input *in;
	const struct plan_report *report;
	const void *cfg; /* in->cfg_fdt */
	const void *hw;	 /* in->hw_fdt */
	int hv_config;	 /* node */
	uint16_t hv_pma; /* index of hv-memory's phys-mem-area, or PLAN_NONE */
	int address_cells,
		size_cells; /* of the hardware tree's root: what image rows and dtb-window use */
	/* Bit p: a fault in partition p's memory has been reported; what should lie in it is not
	 * checked. */
	uint32_t memory_unsure;
	int mpic; /* its node in the hardware tree, or negative */
	struct {
		int node; /* the first that asks */
		unsigned int count;
	} notes[NOTE_MAX];
	unsigned int errors;
	unsigned int reported[2]; /* of each severity, up to PLAN_MAX_FINDINGS */
};

/*
 * report.c.  @text holds two sentences, what is wrong and what would be right, with a newline
 * between them.
 * @property may be NULL.
 */
void report_error(struct parse *p, int node, const char *property, const char *text, ...)
	__attribute__((format(printf, 4, 5)));
void report_warning(struct parse *p, int node, const char *property, const char *text, ...)
	__attribute__((format(printf, 4, 5)));
/* An error whose node stands in the hardware tree. */
void report_hardware(struct parse *p, int hw_node, const char *property, const char *text, ...)
	__attribute__((format(printf, 4, 5)));
/*
 * An error: @range, which is called @what, overlaps @taken, which is @other's.  @remedy may be
 * NULL: to begin where @taken ends.
 */
void report_overlap(struct parse *p, int node, const char *property, const char *what,
		    const struct plan_range *range, const char *other,
		    const struct plan_range *taken, const char *remedy);
/* More @things than the plan's table of @limit holds. */
void report_full(struct parse *p, int node, const char *things, unsigned int limit);

/* tree.c: reading properties.  Negative results of the readers: */
enum {
	TREE_ABSENT = -1,
	TREE_BAD = -2, /* and reported */
};
/* 0 and *@value, or a negative result.  Configuration tree. */
int tree_u32(struct parse *p, int node, const char *property, uint32_t *value);
int tree_u64(struct parse *p, int node, const char *property, uint64_t *value);
/* As tree_u64(); absence is an error.  True when there is a value. */
bool tree_u64_required(struct parse *p, int node, const char *property, uint64_t *value);
/* Index of the string in @choices, or a negative result. */
int tree_choice(struct parse *p, int node, const char *property, const char *const *choices,
		int count);
/* A period of a watchdog, or PLAN_NO_PERIOD. */
uint8_t tree_period(struct parse *p, int node, const char *property);
/* The claimable property.  False when it is wrong, which has been reported. */
bool tree_claim(struct parse *p, int node, enum plan_claim *claim);
/* The node to which the phandle points, or a negative result.  Configuration tree. */
int tree_reference(struct parse *p, int node, const char *property);
/* A switch: on when it is there.  Warns when it has a value.  Configuration tree. */
bool tree_switch(struct parse *p, int node, const char *property);

/* range.c */
bool range_overlaps(const struct plan_range *a, const struct plan_range *b);
bool range_contains(const struct plan_range *outer, const struct plan_range *inner);
/* Is all of @range RAM? */
bool range_is_ram(const struct plan *plan, const struct plan_range *range);
/* Is all of it mapped in partition @part? */
bool range_is_guest_memory(const struct plan *plan, unsigned int part, uint64_t gpa, uint64_t size);
/* Does the loader reserve a part of @range, and where? */
bool range_memreserve(const struct parse *p, const struct plan_range *range,
		      struct plan_range *other);
bool is_power_of_two(uint64_t value);
/* The first thing in the way of @range that neither guest nor image may use, and its name; else
 * NULL.
 * @staged: what the loader staged counts too. */
const char *range_reserved(const struct parse *p, const struct plan_range *range, bool source,
			   struct plan_range *other);

/* nodes.c: what a node is. */
enum node_kind {
	NODE_OTHER, /* not known, or known and not built */
	NODE_HV_CONFIG,
	NODE_HV_MEMORY,
	NODE_PMA,
	NODE_PARTITION,
	NODE_GPMA,
	NODE_CHANNEL,
	NODE_MUX,
	NODE_DEVICE,
	NODE_DOORBELL,
	NODE_SEND_DOORBELL,
	NODE_RECEIVE_DOORBELL,
	NODE_MANAGED,
	NODE_STUB,
	NODE_ERROR_MANAGER,
	NODE_WINDOW,
	NODE_SUBWINDOW,
	NODE_ERROR_CONFIG,
};
enum node_kind node_kind(const void *cfg, int node);
/* Next node of @kind below @top; as tree_next(). */
int node_next(const void *cfg, int node, int *depth, enum node_kind kind);
/* The node of @kind to which a property points, or a negative result: it has to be there. */
int node_reference(struct parse *p, int node, const char *property, enum node_kind kind);
/* Is it a property that any node may have? */
bool node_has_always(const char *property);
/* Report unknown and misplaced nodes and properties, everywhere; count the kinds of the others. */
void nodes_check(struct parse *p);

/* notes.c */
void notes_count(struct parse *p, int node, enum note note);
/* Count @node if there are notes on what is called @name: a property, or a kind of node. */
void notes_count_named(struct parse *p, int node, const char *name, bool is_node);
void notes_report(struct parse *p);

/* devices.c and what it is made of.  @at: the device's place. */
/* Do two partitions take turns with it? */
bool devices_are_claimed(const struct plan_device *a, const struct plan_device *b);
/* Is it below another device of the same owner? */
bool devices_is_part(const struct plan *plan, const struct plan_device *device);
void drivers_parse(struct parse *p, const struct plan_device *device, const struct place *at);
void assign_parse(struct parse *p, struct plan_device *device, const struct place *at);
void regions_parse(struct parse *p, struct plan_device *device, struct place at);
void regions_check(struct parse *p);
void irqs_parse(struct parse *p, struct plan_device *device, struct place at);
/* Does a node-update of device node @node, which is at depth @top of the hardware tree, delete
 * @property of @at?  NULL: or @at itself? */
bool updates_delete(const struct parse *p, int node, const struct place *at, int top,
		    const char *property);
/* windows.c */
void windows_check(struct parse *p);
void windows_check_reference(struct parse *p, int node);
/* channels.c: add the byte channel of @node.  PLAN_NONE when there are too many. */
uint16_t channels_add(struct parse *p, int node, enum plan_owner owner, uint16_t partition);

/* The steps, in the order in which plan_parse() takes them. */
void hardware_parse(struct parse *p);
void machine_parse(struct parse *p);	   /* hv-config, error-config */
void memory_parse_areas(struct parse *p);  /* phys-mem-area, hv-memory */
void partitions_parse(struct parse *p);	   /* label, cpus, switches */
void memory_parse_guests(struct parse *p); /* guest-phys-mem-area, spin table */
void devices_parse(struct parse *p);
void channels_parse(struct parse *p);	/* byte-channel-mux, byte-channel */
void stubs_parse(struct parse *p);	/* debug-stub; after channels, whose table it uses */
void doorbells_parse(struct parse *p);	/* send-doorbell, receive-doorbell */
void managed_parse(struct parse *p);	/* managed-partition, error-manager */
void handles_number(struct parse *p);	/* after all that guests have handles for */
void wiring_parse(struct parse *p);	/* endpoint, mux-channel, stdout */
void references_check(struct parse *p); /* aliases, node-update-phandle */
void images_parse(struct parse *p);
void entry_check(struct parse *p); /* dtb-window, init-map-* */

#endif

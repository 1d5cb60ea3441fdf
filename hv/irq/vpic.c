/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/irq/vpic.h"

#include "hv/irq/mpic.h"
#include "hv/vcpu/vcpu.h"

static unsigned int bit(unsigned int n)
{
	return 1u << (n % 32);
}

void vpic_init(struct vpic *vpic, struct vcpu *vcpus)
{
	vpic->vcpus = vcpus;
	vpic->num_sources = VPIC_SOURCES;
	vpic->num_words = VPIC_SOURCES / 32;
	vpic_reset(vpic);
}

void vpic_add_devices(struct vpic *vpic, unsigned int num, struct mpic_source **devices,
		      const uint8_t *configs)
{
	vpic->devices = devices;
	vpic->device_configs = configs;
	vpic->num_sources = VPIC_SOURCES + num;
	vpic->num_words = (vpic->num_sources + 31) / 32;
	vpic_reset(vpic);
}

/* Of a device: have the real source do what the guest wants of this one. */
static void follow(struct vpic *vpic, unsigned int n)
{
	struct mpic_source *source = n < VPIC_SOURCES ? NULL : vpic->devices[n - VPIC_SOURCES];

	if (source)
		mpic_configure(source, atomic_load(&vpic->config[n]),
			       &vpic->vcpus[atomic_load(&vpic->destination[n])],
			       vpic_masked(vpic, n));
}

static void end_device(struct vpic *vpic, unsigned int n)
{
	if (vpic->devices[n - VPIC_SOURCES])
		mpic_end(vpic->devices[n - VPIC_SOURCES]);
}

void vpic_move_device(struct vpic *to, unsigned int n, struct vpic *from, unsigned int m, void *ctx)
{
	struct mpic_source **source = &from->devices[m - VPIC_SOURCES];

	to->devices[n - VPIC_SOURCES] = *source;
	*source = NULL;
	mpic_hand_over(to->devices[n - VPIC_SOURCES], ctx);
	follow(to, n);
}

void vpic_reset(struct vpic *vpic)
{
	for (unsigned int w = 0; w < vpic->num_words; w++) {
		atomic_store(&vpic->pending[w], 0);
		atomic_store(&vpic->unmasked[w], 0);
		for (unsigned int v = 0; v < VPIC_MAX_VCPUS; v++)
			atomic_store(&vpic->routed[v][w], v ? 0 : ~0u);
	}
	for (unsigned int v = 0; v < VPIC_MAX_VCPUS; v++)
		vpic->active[v] = VPIC_NONE;
	for (unsigned int n = 0; n < vpic->num_sources; n++) {
		bool device = n >= VPIC_SOURCES;

		atomic_store(&vpic->destination[n], 0);
		atomic_store(&vpic->priority[n], 0);
		atomic_store(&vpic->config[n], device ? vpic->device_configs[n - VPIC_SOURCES] : 0);
		follow(vpic, n);
		/* What is told from here on belongs to the next life. */
		if (device)
			end_device(vpic, n);
	}
}

static void kick(struct vpic *vpic, unsigned int n)
{
	vcpu_kick(&vpic->vcpus[atomic_load(&vpic->destination[n])]);
}

void vpic_raise(struct vpic *vpic, unsigned int n)
{
	unsigned int old = atomic_fetch_or(&vpic->pending[n / 32], bit(n));

	/* Unmasking and routing kick too, so nothing is lost when either happens just now. */
	if (!(old & bit(n)) && atomic_load(&vpic->unmasked[n / 32]) & bit(n))
		kick(vpic, n);
}

static unsigned int candidates(const struct vpic *vpic, unsigned int vcpu, unsigned int w)
{
	return atomic_load_explicit(&vpic->pending[w], memory_order_acquire) &
	       atomic_load_explicit(&vpic->unmasked[w], memory_order_relaxed) &
	       atomic_load_explicit(&vpic->routed[vcpu][w], memory_order_relaxed);
}

/* The first word with a source that @vcpu could take, or num_words.  Software's two stand first. */
static inline unsigned int find_word(const struct vpic *vpic, unsigned int vcpu)
{
	unsigned int w = VPIC_SOURCES / 32;

	if (candidates(vpic, vcpu, 0))
		return 0;
	if (candidates(vpic, vcpu, 1))
		return 1;
	while (w < vpic->num_words && !candidates(vpic, vcpu, w))
		w++;
	return w;
}

bool vpic_deliverable(const struct vpic *vpic, unsigned int vcpu)
{
	return vpic->active[vcpu] == VPIC_NONE && find_word(vpic, vcpu) < vpic->num_words;
}

unsigned int vpic_take(struct vpic *vpic, unsigned int vcpu)
{
	unsigned int w;

	if (vpic->active[vcpu] != VPIC_NONE)
		return VPIC_NONE;
	while ((w = find_word(vpic, vcpu)) < vpic->num_words) {
		unsigned int bits = candidates(vpic, vcpu, w);
		unsigned int n;

		/* Another vCPU may have been quicker when the route has just changed. */
		if (!bits)
			continue;
		n = 32 * w + (unsigned int)__builtin_ctz(bits);
		if (!(atomic_fetch_and(&vpic->pending[w], ~bit(n)) & bit(n)))
			continue;
		vpic->active[vcpu] = (uint8_t)n;
		return n;
	}
	return VPIC_NONE;
}

bool vpic_end(struct vpic *vpic, unsigned int vcpu, unsigned int n)
{
	if (vpic->active[vcpu] != n)
		return false;
	vpic->active[vcpu] = VPIC_NONE;
	if (n >= VPIC_SOURCES)
		end_device(vpic, n);
	return true;
}

void vpic_set_mask(struct vpic *vpic, unsigned int n, bool masked)
{
	if (masked) {
		atomic_fetch_and(&vpic->unmasked[n / 32], ~bit(n));
		follow(vpic, n);
		return;
	}
	atomic_fetch_or(&vpic->unmasked[n / 32], bit(n));
	follow(vpic, n);
	if (atomic_load(&vpic->pending[n / 32]) & bit(n))
		kick(vpic, n);
}

bool vpic_masked(const struct vpic *vpic, unsigned int n)
{
	return !(atomic_load(&vpic->unmasked[n / 32]) & bit(n));
}

void vpic_configure(struct vpic *vpic, unsigned int n, unsigned int config, unsigned int vcpu)
{
	unsigned int old = atomic_exchange(&vpic->destination[n], (uint8_t)vcpu);

	atomic_store(&vpic->config[n], (uint8_t)config);
	if (old != vcpu) {
		atomic_fetch_and(&vpic->routed[old][n / 32], ~bit(n));
		atomic_fetch_or(&vpic->routed[vcpu][n / 32], bit(n));
	}
	follow(vpic, n);
	if (old != vcpu && atomic_load(&vpic->pending[n / 32]) & bit(n))
		kick(vpic, n);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/irq/vpic.h"

#include "hv/vcpu/vcpu.h"

static unsigned int bit(unsigned int n)
{
	return 1u << (n % 32);
}

void vpic_init(struct vpic *vpic, struct vcpu *vcpus)
{
	vpic->vcpus = vcpus;
	vpic_reset(vpic);
}

void vpic_reset(struct vpic *vpic)
{
	for (unsigned int w = 0; w < VPIC_WORDS; w++) {
		atomic_store(&vpic->pending[w], 0);
		atomic_store(&vpic->unmasked[w], 0);
		for (unsigned int v = 0; v < VPIC_MAX_VCPUS; v++)
			atomic_store(&vpic->routed[v][w], v ? 0 : ~0u);
	}
	for (unsigned int n = 0; n < VPIC_SOURCES; n++) {
		atomic_store(&vpic->destination[n], 0);
		atomic_store(&vpic->priority[n], 0);
		atomic_store(&vpic->config[n], 0);
	}
	for (unsigned int v = 0; v < VPIC_MAX_VCPUS; v++)
		vpic->active[v] = VPIC_NONE;
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

bool vpic_deliverable(const struct vpic *vpic, unsigned int vcpu)
{
	if (vpic->active[vcpu] != VPIC_NONE)
		return false;
	for (unsigned int w = 0; w < VPIC_WORDS; w++)
		if (atomic_load_explicit(&vpic->pending[w], memory_order_acquire) &
		    atomic_load_explicit(&vpic->unmasked[w], memory_order_relaxed) &
		    atomic_load_explicit(&vpic->routed[vcpu][w], memory_order_relaxed))
			return true;
	return false;
}

unsigned int vpic_take(struct vpic *vpic, unsigned int vcpu)
{
	if (vpic->active[vcpu] != VPIC_NONE)
		return VPIC_NONE;
	for (unsigned int w = 0; w < VPIC_WORDS; w++) {
		unsigned int candidates;

		while ((candidates = atomic_load(&vpic->pending[w]) &
				     atomic_load(&vpic->unmasked[w]) &
				     atomic_load(&vpic->routed[vcpu][w]))) {
			unsigned int n = 32 * w + (unsigned int)__builtin_ctz(candidates);

			/* Another vCPU may have been quicker when the route has just changed. */
			if (!(atomic_fetch_and(&vpic->pending[w], ~bit(n)) & bit(n)))
				continue;
			vpic->active[vcpu] = (uint8_t)n;
			return n;
		}
	}
	return VPIC_NONE;
}

bool vpic_end(struct vpic *vpic, unsigned int vcpu, unsigned int n)
{
	if (vpic->active[vcpu] != n)
		return false;
	vpic->active[vcpu] = VPIC_NONE;
	return true;
}

void vpic_set_mask(struct vpic *vpic, unsigned int n, bool masked)
{
	if (masked) {
		atomic_fetch_and(&vpic->unmasked[n / 32], ~bit(n));
		return;
	}
	atomic_fetch_or(&vpic->unmasked[n / 32], bit(n));
	if (atomic_load(&vpic->pending[n / 32]) & bit(n))
		kick(vpic, n);
}

bool vpic_masked(const struct vpic *vpic, unsigned int n)
{
	return !(atomic_load(&vpic->unmasked[n / 32]) & bit(n));
}

void vpic_route(struct vpic *vpic, unsigned int n, unsigned int vcpu)
{
	unsigned int old = atomic_exchange(&vpic->destination[n], (uint8_t)vcpu);

	if (old == vcpu)
		return;
	atomic_fetch_and(&vpic->routed[old][n / 32], ~bit(n));
	atomic_fetch_or(&vpic->routed[vcpu][n / 32], bit(n));
	if (atomic_load(&vpic->pending[n / 32]) & bit(n))
		kick(vpic, n);
}

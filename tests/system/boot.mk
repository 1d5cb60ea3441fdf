# SPDX-License-Identifier: BSD-2-Clause
# hvrun itself; what a person types at the machine; partitions beside each other
harness-tests := boot walkthrough consoles consoles_targets consoles_disconnect isolation walkthrough_by_hand configurations lifecycle costs timers devices shell scale faults wiring gdb
system-tests += $(harness-tests)
$(foreach t,$(harness-tests),$(eval $(t)-srcs = $$(harness-srcs))$(eval $(t)-libs = $$(harness-libs)))

managed-tests := managed hypercalls
system-tests += $(managed-tests)
$(foreach t,$(managed-tests),$(eval $(t)-srcs = tests/system/managed.c $$(harness-srcs))$(eval $(t)-libs = $$(harness-libs)))

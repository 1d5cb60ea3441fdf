# SPDX-License-Identifier: BSD-2-Clause
# make install: the console server, its client and hvlint, with what belongs to them.  "installed" lists every file, by its
# path under PREFIX; uninstall removes these.
PREFIX ?= /usr/local
DESTDIR ?=
destination := $(DESTDIR)$(PREFIX)

to-install := mux_server muxctl hvlint
installed-manuals := $(foreach n,1 5 7,$(addprefix share/man/man$(n)/,$(notdir $(wildcard mux-server/*.$(n) host-tools/*.$(n)))))
installed-units := $(patsubst mux-server/systemd/%,lib/systemd/system/%,$(wildcard mux-server/systemd/*))
installed-completions := $(foreach p,$(to-install),share/bash-completion/completions/$(p) \
	share/zsh/site-functions/_$(p) share/fish/vendor_completions.d/$(p).fish)
installed := $(to-install:%=bin/%) $(installed-manuals) $(installed-units) $(installed-completions) \
	$(addprefix share/doc/mux_server/,README.md example.yaml LICENSE)

.PHONY: install uninstall
install: $(to-install:%=$(BUILD)/bin/%)
	@install -d $(addprefix $(destination)/,$(sort $(dir $(installed))))
	install -m 755 $^ $(destination)/bin
	@for m in $(installed-manuals); do \
		install -m 644 $$(ls mux-server/$${m##*/} host-tools/$${m##*/} 2>/dev/null) $(destination)/$$m || exit 1; done
	@install -m 644 mux-server/README.md mux-server/example.yaml LICENSE $(destination)/share/doc/mux_server
	@for u in $(installed-units); do \
		sed 's,/usr/bin/,$(PREFIX)/bin/,' mux-server/systemd/$${u##*/} >$(destination)/$$u || exit 1; done
	@for p in $(to-install); do \
		$(BUILD)/bin/$$p --completion bash >$(destination)/share/bash-completion/completions/$$p && \
		$(BUILD)/bin/$$p --completion zsh >$(destination)/share/zsh/site-functions/_$$p && \
		$(BUILD)/bin/$$p --completion fish >$(destination)/share/fish/vendor_completions.d/$$p.fish || \
		exit 1; done

uninstall:
	rm -f $(addprefix $(destination)/,$(installed))
	@rmdir $(destination)/share/doc/mux_server 2>/dev/null || true

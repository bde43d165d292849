# What a developer or a build server does with pst2imap. "make help" lists it.

GO            ?= go
GOLANGCI      := v2.15.0
LINTER        := .tools/golangci-lint-$(GOLANGCI)
SYSTEMS       := linux windows darwin
ARCHITECTURES := amd64 arm64
TESTFLAGS     ?=

# The race detector needs cgo, a C compiler and a 64-bit system; the program itself never does.
RACE = $(shell if [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v "$$($(GO) env CC)" >/dev/null \
	&& case "$$($(GO) env GOARCH)" in (amd64|arm64) true ;; (*) false ;; esac; then echo -race; fi)

# Programs that tests ask for a second opinion, and the Debian packages they come in.
TOOLS    := dovecot doveadm openssl readpst pffexport tnef radicale calcurse tmux zsh fish chromium npm wine
MODULES  := pypff jsonschema vobject icalendar dateutil
PACKAGES := dovecot-imapd openssl pst-utils pff-tools $(addprefix python3-,$(MODULES)) tnef radicale calcurse tmux zsh fish chromium \
	wine wine64 \
	$(shell command -v npm >/dev/null || echo npm)

# IMAP servers that exclude each other as packages, so that they are unpacked; tests look in both places.
SERVERS := $(or $(PST2IMAP_SERVERS),$(shell if [ "$$(id -u 2>/dev/null)" = 0 ] || [ -d /var/cache/pst2imap/servers ]; then echo /var/cache/pst2imap/servers; \
	else echo "$${XDG_CACHE_HOME:-$$HOME/.cache}/pst2imap/servers"; fi))

# Scripts that tests put into pages are beside them.
SCRIPTS := $(dir $(SERVERS))scripts

# dovecot is in a folder that is not everyone's.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

# On a build server a test that cannot run is a failure, not a remark.
ifeq ($(CI),true)
export PST2IMAP_TEST_NOSKIP := 1
endif

.DEFAULT_GOAL := build
.PHONY: build test test-browser test-windows lint release reference demo bench bench-read bench-convert bench-upload bench-verify faults fuzz-long cross clean deps help missing tools

build: ## build bin/pst2imap for this machine
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=auto \
		-o bin/pst2imap$$($(GO) env GOEXE) ./cmd/pst2imap

test: tools ## vet and test everything; installs missing test tools where it can
	$(GO) vet ./...
	$(GO) test $(RACE) -timeout 20m $(TESTFLAGS) ./...

test-browser: tools ## show chosen mails and reports in a browser; PST2IMAP_ARTEFACTS=DIR keeps the pictures
	$(GO) test -tags browser -timeout 10m $(TESTFLAGS) -run '^TestBrowser' ./internal/eml ./internal/report

test-windows: tools ## run the Windows program under Wine: scan, inspect, export, upload, kill, resume
	$(GO) test -tags wine -timeout 10m $(TESTFLAGS) -run '^TestWindows$$' ./cmd/pst2imap

# Prints the missing tools, nothing if all are there.
MISSING = for tool in $(TOOLS); do command -v $$tool >/dev/null || echo $$tool; done; \
	for module in $(MODULES); do /usr/bin/python3 -c "import $$module" 2>/dev/null || echo python3-$$module; done; \
	[ -f "$(SCRIPTS)/axe-core-4.10.3.min.js" ] || echo axe-core; \
	for server in cyrus/usr/lib/cyrus/bin courier/usr/bin; do \
		[ -x "$(SERVERS)/$$server/imapd" ] || echo "$${server%%/*}"; done

tools:
	@if [ -z "$$($(MISSING))" ]; then exit 0; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then $(MAKE) deps; \
	else $(MAKE) --no-print-directory missing; fi

missing:
	@echo "not installed:" $$($(MISSING))
	@echo "tests that need them are skipped, or fail if PST2IMAP_TEST_NOSKIP=1;" \
		"on Debian: sudo make deps"

deps: ## install the test tools (Debian and its relatives, as root)
	@if [ -z "$$($(MISSING))" ]; then echo "all test tools are installed"; else \
		apt-get update && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(PACKAGES) && \
		internal/imaptest/servers.sh "$(SERVERS)" && \
		internal/browsertest/axe.sh "$(SCRIPTS)"; fi

lint: $(LINTER) ## check the format and run the linters
	@out="$$("$$($(GO) env GOROOT)/bin/gofmt" -l .)"; \
	if [ -n "$$out" ]; then echo "not formatted by gofmt:"; echo "$$out"; exit 1; fi
	$(LINTER) run ./...

$(LINTER):
	GOBIN="$(CURDIR)/.tools" GOOS= GOARCH= $(GO) install \
		github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	mv .tools/golangci-lint$$($(GO) env GOEXE) $@

cross: ## build for every supported system into bin/
	@set -e; for os in $(SYSTEMS); do for arch in $(ARCHITECTURES); do \
		ext=; if [ $$os = windows ]; then ext=.exe; fi; \
		out=bin/pst2imap-$$os-$$arch$$ext; echo $$out; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -buildvcs=auto \
			-o $$out ./cmd/pst2imap; \
	done; done

release: ## build the archives of a release, their bills of materials and checksums into dist/
	$(GO) run ./deploy/release -out dist

reference: ## write docs/commands.md and the manual page from what the program knows
	PST2IMAP_UPDATE=1 $(GO) test ./cmd/pst2imap -run TestReference

demo: ## show a whole migration on this machine, without an account
	$(GO) run ./cmd/pst2imap demo

fuzz-long: ## 10,000 seeded changes to files of every format (COUNT, SEED)
	PST2IMAP_CAMPAIGN=$(or $(COUNT),10000) PST2IMAP_SEED=$(or $(SEED),1) \
		PST2IMAP_CAMPAIGN_TOOLS=$(or $(TOOLS_COUNT),300) \
		$(GO) test ./pst -run TestCampaign -v -timeout 4h

faults: ## 1,000 uploads killed, cut off and refused, eight at a time, and 2,000 small worlds (COUNT, SEED; about an hour)
	PST2IMAP_FAULTS=$(or $(COUNT),1000) PST2IMAP_SEED=$(or $(SEED),1) \
		$(GO) test ./cmd/pst2imap -run 'TestFaults$$' -v -timeout 90m
	PST2IMAP_WORLDS=2000 $(GO) test ./upload -run TestProperty -timeout 30m

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

BENCH_SIZES ?= full
BENCH_DIR   ?=

bench-read: ## compare the reader with others (BENCH_SIZES=small: two minutes)
	$(GO) run ./bench/read -sizes "$(BENCH_SIZES)" -dir "$(BENCH_DIR)" \
		$(if $(filter full,$(BENCH_SIZES)),-write bench/README.md)

bench-convert: ## compare the export with readpst (BENCH_SIZES=small: a minute)
	$(GO) run ./bench/convert -sizes "$(BENCH_SIZES)" -dir "$(BENCH_DIR)" \
		$(if $(filter full,$(BENCH_SIZES)),-write bench/README.md)

bench-upload: ## compare the upload with others (BENCH_SIZES=small: some minutes); needs dovecot and mbsync
	@command -v mbsync >/dev/null || { echo "mbsync is needed; on Debian: sudo apt-get install isync"; exit 1; }
	$(GO) run ./bench/upload -sizes "$(BENCH_SIZES)" -dir "$(BENCH_DIR)" \
		$(if $(filter full,$(BENCH_SIZES)),-write bench/README.md)

bench-verify: ## compare the verification with bare reading (BENCH_SIZES=small: some minutes); needs dovecot
	$(GO) run ./bench/upload -set verify -sizes "$(BENCH_SIZES)" -dir "$(BENCH_DIR)" \
		$(if $(filter full,$(BENCH_SIZES)),-write bench/README.md)

clean: ## remove what was built; the linter stays
	rm -rf bin dist

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/'

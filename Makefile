# SPDX-License-Identifier: GPL-2.0-only
#
# Minidump for Linux. Each target calls a script; what it does stands there.

# BASE=6.1 chooses the kernel line. Without it, test and check run on each line
# that series/ serves, and everything else on the first.

.DEFAULT_GOAL := help
.PHONY: help demo test prove fuzz bench check htmldocs kunit series range-diff apply unapply import base tree clean

help: ## this list
	@awk -F ' *:.*## ' '/^[a-z-]+:.*## / { printf "make %-10s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "BASE=6.1 chooses that kernel line. Everything generated goes to build/."

demo: ## from nothing to a crashed kernel's minidump, in build/demo/; KDIR=path: your own kernel
	@board/demo.sh

test: ## everything that must hold; SUITES="kunit board" chooses
	@scripts/test.sh $(SUITES)

prove: ## what takes hours: all combinations of options, each commit boots, with each choice of them, 1000 hostile machines, a million instants of a running one
	@MINIDUMP_PROVE=1 scripts/test.sh check kunit board proof litmus instants kcsan rproc faults hostile kselftest config docs

fuzz: ## the host tool's parsers, FUZZ_SECONDS=60 each
	@scripts/fuzz.sh

bench: ## what minidump costs, in instructions, twice and both times the same; and the host tool beside cp
	@board/bench.sh
	@$(MAKE) --silent --no-print-directory -C tools/minidump CROSS_COMPILE= \
		O="$${MINIDUMP_BUILD:-$(CURDIR)/build}/minidump" bench

check: ## the gates of a kernel patch series: checkpatch, sparse, W=1, each commit compiles, each part boots
	@MINIDUMP_LEVEL=check scripts/test.sh check

htmldocs: ## the guide and the interfaces' comments in HTML, by the kernel's sphinx
	@scripts/htmldocs.sh

kunit: ## the driver's KUnit tests, by the kernel's own kunit.py
	@board/test-kunit.sh

series: ## the patches to mail, by parts, in build/series/; SIGNOFF="Name <mail>" puts that name there
	@scripts/series.sh

range-diff: ## how the series for the other kernel lines differ from the first
	@scripts/range-diff.sh

apply: ## KDIR=path: puts the series on your own kernel tree, all or nothing
	@scripts/apply.sh "$$KDIR"

unapply: ## KDIR=path: takes it off again
	@scripts/apply.sh --reverse "$$KDIR"

import: ## KDIR=path: takes the commits of a kernel work tree back into series/
	@scripts/import.sh "$$KDIR"

base: ## unpacks the kernel that the series is for, in build/base/
	@scripts/base.sh

tree: ## a kernel work tree with the series, in build/tree/
	@scripts/tree.sh

clean: ## removes build/
	@rm -rf build

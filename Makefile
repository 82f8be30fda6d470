# Every target sets up what it needs; `make help` lists them.
# The system's Python comes optimized (profile, link time); one that pyenv built does not, and takes one and a half times as long.
PYTHON ?= $(firstword $(foreach python,/usr/bin/python3 python3,$(shell $(python) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))) python3)
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
export UV_NO_PROGRESS := 1
# uv takes packages from where pip takes them, unless it is told otherwise.
INDEX := $(or $(UV_DEFAULT_INDEX),$(UV_INDEX_URL),$(PIP_INDEX_URL),$(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null))
ifneq ($(INDEX),)
export UV_DEFAULT_INDEX := $(INDEX)
endif
RUNTIME := requirements/runtime.lock requirements/local.lock
DEV     := $(RUNTIME) requirements/dev.lock
DOCUMENT := assistant/console/web/.build-openapi.json
CODE    := assistant http1 messages prompts providers tests bench
COMPILE := $(UV) pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help serve console types console-check test check check-long fmt bench screenshots wheel lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV): requirements/bootstrap.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The built-in model's runtime links OpenMP's library and does not bring it; slim systems lack it.
define OPENMP
@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null || $(BIN)/python -c 'import sys; sys.exit(sys.platform == "linux")' || \
{ [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends libgomp1 >/dev/null; } || \
echo "the built-in model needs libgomp.so.1, which can't be installed from here (Debian: apt-get install libgomp1)"
endef

# Compiled at once, since not every environment lets Python keep what it compiles, and a start would take three times as long.
# A developer's environment holds what serving needs, so serving never takes it apart.
$(VENV)/.serve: $(UV) $(RUNTIME)
	@if [ -e $(VENV)/.dev ]; then $(MAKE) --no-print-directory $(VENV)/.dev; \
	else $(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(RUNTIME) requirements/bootstrap.lock; fi
	$(OPENMP)
	@touch $@

$(VENV)/.dev: $(UV) $(DEV)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(DEV) requirements/bootstrap.lock
	$(OPENMP)
	@touch $@

# A new desk gets the sample helpdesk, unless ASSISTANT_SAMPLE_DATA is set, here or in .env.
# The console is built beside the service, which answers meanwhile (CONSOLE=0 leaves it out).
serve: $(VENV)/.serve ## set everything up and serve on 127.0.0.1:8080 with the built-in model
	@[ "$${CONSOLE:-1}" = 0 ] || (nice -n 19 $(PYTHON) assistant/console/web/build.py </dev/null >assistant/console/web/.build.log 2>&1 &)
	@grep -Eqs '^ *(export +)?ASSISTANT_SAMPLE_DATA *=' .env || export ASSISTANT_SAMPLE_DATA="$${ASSISTANT_SAMPLE_DATA-1}"; \
	exec $(BIN)/python -m assistant serve

console: ## build the console's page, where its sources have changed
	$(PYTHON) assistant/console/web/build.py

types: $(VENV)/.dev ## make the console's types from our OpenAPI document
	$(BIN)/python -m tests.openapi_document $(DOCUMENT)
	$(PYTHON) assistant/console/web/build.py npx openapi-typescript $(notdir $(DOCUMENT)) -o src/api/schema.d.ts

# Types that don't fit our OpenAPI document any more fail: `make types` makes them anew.
console-check: $(VENV)/.dev ## build the console and check types, style and modules of its sources
	$(BIN)/python -m tests.openapi_document $(DOCUMENT)
	$(PYTHON) assistant/console/web/build.py npx openapi-typescript $(notdir $(DOCUMENT)) -o src/api/schema.d.ts --check
	$(PYTHON) assistant/console/web/build.py check

# Hundreds of services start in the suite as processes of their own, and compile all their code where Python may keep nothing.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev console ## set everything up and run the whole suite
	$(BIN)/python -m tests.servers
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev ## format, lint, types, imports, tests, built wheel: what CI runs
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory console-check
	$(MAKE) --no-print-directory wheel
	$(MAKE) --no-print-directory test

check-long: ## the same in full length: ten times the generated cases, requests on PostgreSQL too, LiteLLM's proxy
	EXAMPLES_FACTOR=10 $(MAKE) --no-print-directory check

fmt: $(VENV)/.dev ## format and mend what can be mended
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

bench: export PYTHONDONTWRITEBYTECODE =
bench: $(VENV)/.dev ## compare with others, into docs/benchmarks.md (CASES=hit,miss PEERS=LiteLLM QUICK=1 make it shorter)
	$(BIN)/python -m tests.servers redis nginx
	$(BIN)/python -m bench

screenshots: $(VENV)/.dev console ## take pictures of the console's pages, light, dark and narrow, into docs/images/console
	$(BIN)/python -m tests.servers chromium
	$(BIN)/python -m tests.screenshots docs/images/console

wheel: $(VENV)/.dev console ## build the wheel and try it from an empty environment
	$(UV) build --quiet --wheel --build-constraints requirements/build.lock --require-hashes --out-dir dist
	$(BIN)/python -m tests.wheel dist

lock: $(UV) ## resolve all requirements anew
	cd requirements && \
	../$(COMPILE) bootstrap.in -o bootstrap.lock $(UPGRADE) && \
	../$(COMPILE) build.in -o build.lock $(UPGRADE) && \
	../$(COMPILE) ../pyproject.toml -o runtime.lock $(UPGRADE) && \
	../$(COMPILE) --no-deps local.in -c runtime.lock -o local.lock $(UPGRADE) && \
	../$(COMPILE) dev.in -c runtime.lock -o dev.lock $(UPGRADE) && \
	../$(COMPILE) node.in -o node.lock $(UPGRADE) && \
	../$(COMPILE) servers.in -o servers.lock $(UPGRADE) && \
	../$(COMPILE) litellm.in -o litellm.lock $(UPGRADE) && \
	../$(COMPILE) peers.in -o peers.lock $(UPGRADE)

clean: ## remove what the other targets made (var/, the data, stays)
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .servers .peers .node
	rm -rf $(addprefix assistant/console/,static web/node_modules web/.build web/.build.log web/.build-openapi.json web/.lock)
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# Everything a developer does here. Needs Python 3.11 and make; the rest is installed into .venv on first use.

PYTHON ?= python3.11
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TYPING := .typing/cronlytic_mcp
PARALLEL := --numprocesses=auto --dist=worksteal

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# One after the other, also under -j: the output is for reading, and `check` ends with the tests.
.NOTPARALLEL:

.PHONY: help setup demo run test soak check format lint types contract coverage bench docs docs-check package clean

help: ## Print this list
	@echo "make TARGET [ARGS='options passed on'] [PYTHON=python3.11]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Make .venv with the package and every development tool, at the pinned versions

demo: $(READY) ## Watch an MCP client manage jobs on the embedded backend, no account needed
	@$(BIN)/python examples/demo.py $(ARGS)

run: $(READY) ## Start the server on stdio (ARGS='--help' shows its options)
	@exec $(BIN)/cronlytic-mcp $(ARGS)

test: $(READY) ## Run the tests (ARGS='-k cron' picks some)
	@$(BIN)/python -m pytest $(ARGS)

soak: $(READY) ## Run the long forms of the fault tests (about half an hour)
	@$(BIN)/python -m pytest -m soak $(ARGS)

check: format-check lint types contract docs-check all-tests ## Everything that must hold before a change lands

format: $(READY) ## Format the code and mend what ruff can mend by itself
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format .

.PHONY: format-check
format-check: $(READY)
	@echo "== format"
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted; run: make format" >&2; exit 1; }

lint: $(READY) ## Lint with ruff
	@echo "== lint"
	@$(BIN)/ruff check --quiet .

types: $(READY) $(TYPING) ## Check the types with mypy, strictly
	@echo "== types"
	@MYPYPATH=.typing $(BIN)/mypy --no-error-summary -p cronlytic_mcp
	@MYPYPATH=.typing $(BIN)/mypy --no-error-summary benchmarks docs examples release tests/stub_api

contract: $(READY) ## Check that dependencies between the layers point one way
	@echo "== contract"
	@$(BIN)/lint-imports --no-logo

.PHONY: all-tests
all-tests: $(READY)
	@echo "== tests"
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

# Apart from `check`: to measure makes the tests take half as long again.
coverage: $(READY) ## Run the tests and hold their coverage to its floors
	@$(BIN)/python -m pytest $(PARALLEL) --timeout=180 --cov --cov-report= $(ARGS)
	@$(BIN)/python tests/coverage_floors.py

bench: $(READY) ## Measure, each number beside its reference (3 to 4 minutes)
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## Write the generated part of docs/reference
	@$(BIN)/python -m docs.generator

docs-check: $(READY)
	@echo "== docs"
	@$(BIN)/python -m docs.generator --check

package: $(READY) ## Build dist/: source, wheel, .mcpb bundle and registry entry, each checked
	@$(BIN)/python -m release

clean: ## Remove everything that this Makefile and its tools made
	@rm -rf $(VENV) .typing .npm-tools build dist *.egg-info .coverage .coverage.* .hypothesis \
	  .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What follows writes to stderr: under `make run`, stdout belongs to the protocol.
# The build tool comes first and at its pinned version, so that the package builds without fetching another.
$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here; name one with PYTHON=..." >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON), which takes a minute the first time" >&2
	@$(PYTHON) -m venv $(VENV) >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt setuptools >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
	  --no-build-isolation --editable '.[dev]' >&2
	@touch $@

$(TYPING):
	@mkdir -p .typing && ln -sfn .. $@

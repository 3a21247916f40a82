# `make help` lists what there is. Every target makes what it needs; a second call does nothing twice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_WORKERS ?= auto

.DEFAULT_GOAL := help

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

.PHONY: help report demo test test-slow lab check bench

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

report: $(READY) ## Make the pack of the latest quarter and say where its index.html lies
	@$(BIN)/safeguarding run

demo: $(READY) ## Make a made-up second year from returns: four packs for the group, four for the public
	$(BIN)/python examples/2013-14/make_returns.py demo

test: $(READY) ## Run the tests
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow"

test-slow: $(READY) ## Run the full proofs too: simulations and fuzzing at full size
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

lab: $(READY) ## Open JupyterLab on copies of the notebooks, in workspace/
	$(BIN)/safeguarding lab

check: $(READY) ## Lint, format, types, floors, notebooks without outputs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify --keep-id notebooks/*.ipynb

bench: $(READY) ## Time the run and the analyses
	$(BIN)/python -m bench

# Two commands matter: `make demo` and `make test`. Both set up what they need, say what they do,
# and can be run again at any time.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   ?= demo
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help demo test check lint release-check bench drawing screenshots setup setup-development system-packages lock clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

demo: setup ## set up and run a demo practice with a simulated phone
	@$(BIN)/licorne demo --home $(DEMO)

test: setup-development system-packages ## set up and run all tests
	@echo "licorne: running all tests (unit, store, edges, journeys in a browser, crash rounds)"
	@$(BIN)/python -m pytest

check: lint test ## everything that CI runs: style, types, rings, dependencies, tests

lint: setup-development ## style, types, rings and dependencies only
	@echo "licorne: ruff, mypy, import-linter, deptry"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

release-check: setup-development ## what takes too long for every day: the large restore drill
	@$(BIN)/python -m tests.release.restore_drill

bench: setup-development ## measure against the yardsticks and write bench/RESULTS.md
	@$(BIN)/python -m bench all

drawing: setup-development ## draw the architecture from the code
	@$(BIN)/python docs/architecture/draw.py

screenshots: setup-development system-packages ## make the pictures of the docs from a running demo
	@PYTHONPATH=. $(BIN)/python docs/tools/screenshots.py

setup: $(VENV)/.runtime

setup-development: $(VENV)/.development

system-packages: setup-development
	@$(BIN)/python -m tests.support.system_packages

$(BIN)/python:
	@echo "licorne: making a Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "licorne needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "licorne: Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	@echo "licorne: installing its locked dependencies (once; about a minute)"
	@$(PIP) install --quiet --require-hashes -r requirements/runtime.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.development: requirements/development.txt $(VENV)/.runtime
	@echo "licorne: installing what the tests need (once; about a minute)"
	@$(PIP) install --quiet --require-hashes -r requirements/development.txt
	@touch $@

lock: setup-development ## renew the locked requirements
	@$(BIN)/python -m pip install --quiet uv
	@for kind in development runtime; do \
	  options=$$( [ $$kind = development ] && echo "--group dev" || echo "--constraint requirements/development.txt" ); \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --extra demo $$options \
	    pyproject.toml requirements/build.in -o requirements/$$kind.txt; done

clean: ## remove the environment and caches (never data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

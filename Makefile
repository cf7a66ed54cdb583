# Two commands for a new user: `make demo` and `make test`. Both set everything up and can be run again at once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The demonstration and the tests keep their models and vaults inside the checkout: nothing of the user's is touched.
export ASSISTANT_HOME ?= $(CURDIR)/.demo
export ASSISTANT_MODELS ?= $(ASSISTANT_HOME)/models
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip

.PHONY: help setup setup-dev models demo test check bench docs lock sbom clean
help:
	@echo "make demo    set up and answer three questions from the sample collection"
	@echo "make test    set up and run the whole test suite"
	@echo "make check   ruff, mypy --strict, the import contracts and unused code, types of the widget"
	@echo "make bench   ours beside others in turns (twenty minutes)"
	@echo "make docs    the documentation as a site, in .site/"
	@echo "make lock    write the lock files again (needs uv)"
	@echo "make sbom    write the bill of materials and the list of licences again"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# torch is pinned by version and installed first: a bare requirement would bring gigabytes of CUDA packages. Where pip
# finds only the CUDA build, which does not load without them, they are installed after all.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned dependencies (once; a few minutes) ..."
	$(PIP) install --no-deps torch==2.13.0
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -c "import torch" 2>/dev/null || { \
	  echo "pip found the CUDA build of torch; installing the gigabytes that it needs. To avoid them, stop here,"; \
	  echo "remove $(VENV), and let PIP_FIND_LINKS name a folder with the CPU wheel of torch 2.13.0."; \
	  $(PIP) install torch==2.13.0; }
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the pinned development tools (once) ..."
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

models: setup
	@$(BIN)/assistant models pull

demo: models
	@$(BIN)/assistant demo

# Two files of tests at a time; what numpy and torch would spread over threads is worth a core to the other half. The order is that
# of tests/conftest.py, slow files first: xdist's own begins with the files of many tests, and so ends with the longest ones.
test: setup-dev models
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/python tools/make_widget_types.py --check
	$(BIN)/python tools/make_man.py --check
	@if command -v npm >/dev/null; then \
	  npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent check && echo "widget types hold"; \
	else echo "SKIPPED the widget's types: npm is not here (node 20 or later brings it)"; fi

bench: setup-dev models
	$(BIN)/python -m bench

docs: setup-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --clean

lock:
	tools/lock.sh

sbom: setup-dev
	$(BIN)/python tools/sbom.py

clean:
	rm -rf .demo .mypy_cache .ruff_cache .pytest_cache

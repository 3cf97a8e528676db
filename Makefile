# Everything runs from .venv, which is built from the lock files and from nothing else (docs/decisions/0001-lock-file.md).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo dev test drill test-ui live bench accuracy check format install lock upgrade clean

BIN := .venv/bin
UV := .ci/uv
WORKERS ?= 2
PYTHONS := >=3.11,<3.14

# No telemetry, whoever asks; and bytecode is written even where the machine forbids it, or every process compiles all.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: install  ## simulate a company, refresh it, check it, publish it, score it
	$(BIN)/cdp demo

dev: install  ## the Dagster UI on the demo's own home, at the days that have passed since
	$(BIN)/cdp dev

test: install  ## the tests (WORKERS=n for more processes; each builds its own company)
	$(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

drill: install  ## the slow and destructive tests and those at scale 1, one at a time
	$(BIN)/pytest -m drill

test-ui: export CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
test-ui: .venv/.installed-ui  ## the Dagster UI in a real browser (needs a Chromium)
	@test -n "$$CHROMIUM" || { echo "make test-ui needs a Chromium on PATH (Debian: apt-get install chromium)" >&2; exit 2; }
	$(BIN)/pytest -m ui tests/ui

live: install  ## the main job on the Snowflake account that SNOWFLAKE_* names, held against DuckDB
	@test -n "$$SNOWFLAKE_ACCOUNT" || { echo "make live needs an account: set SNOWFLAKE_ACCOUNT and what else docs/production.md names" >&2; exit 2; }
	$(BIN)/pytest -m live tests/live

bench: install  ## what Dagster adds to dbt, as a ratio measured in one run
	$(BIN)/python -m tests.benchmark

accuracy: install  ## how right the identity resolution is, beside others; writes docs/identity_figures.md
	$(BIN)/python -m tests.accuracy

check: install  ## format, lint, types, import contracts, licences
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pip-licenses --output-file .venv/licences.txt

format: install  ## what `make check` can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: .venv/.installed  ## .venv from the lock file

.venv/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(UV) venv --clear --python '$(PYTHONS)' .venv
	$(UV) pip sync --python .venv --require-hashes --compile-bytecode requirements.lock
	$(UV) pip install --python .venv --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q cdp_platform asset_checks
	$(BIN)/python -c 'from cdp_platform.assets.manifest import manifest_file; from cdp_platform.environment import load_settings; manifest_file(load_settings({}))'
	touch $@

.venv/.installed-ui: .venv/.installed requirements-ui.lock
	$(UV) pip install --python .venv --require-hashes --compile-bytecode --requirements requirements-ui.lock
	touch $@

# One set of versions for every Python and system (`fewest`), so that what one machine tested is what all run.
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

lock:  ## the lock files after a change of pyproject.toml, keeping what still fits
	$(COMPILE) $(UPGRADE) --extra production --group dev pyproject.toml --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --group ui --constraints requirements.lock --output-file requirements-ui.lock

upgrade:  ## the lock files at the newest versions that pyproject.toml allows
	$(MAKE) lock UPGRADE=--upgrade

clean:  ## forget the environment and every cache; never data (.cdp)
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

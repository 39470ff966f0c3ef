# Every command of the project. `make` alone lists them; each installs first what it needs.
#
#   make PYTHON=python3.12 install     with this Python and no other
#   make test PYTEST_ARGS='-x tests/extraction'
#   make run ARGS=...                  arguments for the command itself

PYTHON ?= python3
PYTEST_ARGS ?=
ARGS ?=
KILLS ?= 1000
VENV := .venv/bin

ifeq ($(wildcard requirements.lock),)
$(error start make in the folder of this Makefile: make -C "the checkout")
endif

.DEFAULT_GOAL := help
.PHONY: help install run demo test test-crash test-night test-live lint format types samples gold bench bench-delivery bench-recovery bench-night lock clean clean-data

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

install: ## build .venv from requirements.lock (about 1.4 GB of disk, once)
	@command -v "$(PYTHON)" >/dev/null || { echo "weir: there is no $(PYTHON): install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" deploy/install.py $(if $(filter command,$(origin PYTHON)),--this-python)

run: install ## the sample day end to end, then the Dagster UI until Ctrl-C
	@exec $(VENV)/python -m pipeline_defs run $(ARGS)

demo: install ## the sample day end to end, without the UI
	@exec $(VENV)/python -m pipeline_defs demo $(ARGS)

test: lint types ## formatter, linter, types, import contracts, all tests
	$(VENV)/python -m pip check
	$(VENV)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

test-crash: install ## kill -9 a thousand times over one ledger, and count what was lost or happened twice (KILLS=1000)
	CRASH_KILLS=$(KILLS) $(VENV)/python -m pytest tests/crashes -s -rs $(PYTEST_ARGS)

test-night: install ## kill code location, daemon, webserver, runs and all at once under a real backfill (KILLS=20)
	NIGHT_KILLS=$(if $(filter command environment,$(origin KILLS)),$(KILLS),20) $(VENV)/python -m pytest tests/crashes/test_killed_night.py -s $(PYTEST_ARGS)

bench-night: install ## what a backfill costs beyond its runs, and how fast the UI's pages are after three years
	$(VENV)/python -m benchmarks.backfill $(ARGS)
	$(VENV)/python -m benchmarks.ui

test-live: install ## the adapters against real providers whose keys are set, for at most TEST_LIVE_CAP_USD (0.50)
	TEST_LIVE=1 $(VENV)/python -m pytest tests/live -rs -s $(PYTEST_ARGS)

lint: install ## say what the formatter and the linter would change
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .

types: install ## check types and import contracts
	$(VENV)/mypy
	$(VENV)/lint-imports

format: install ## format, and mend what the linter can mend
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

samples: install ## make the sample documents anew
	$(VENV)/python -m benchmarks.samples ship $(ARGS)

gold: install ## how well the feeds read their gold, field by field (ARGS=FEED for one)
	@exec $(VENV)/python -m pipeline_defs gold $(ARGS)

bench: install ## measure the pipeline against its floor
	$(VENV)/python -m benchmarks.pipeline $(ARGS)

bench-delivery: install ## measure delivery beside bare aio-pika (needs a RabbitMQ at AMQP_URL)
	$(VENV)/python -m benchmarks.delivery $(ARGS)

bench-recovery: install ## crash, confuse and darken 10,000 documents, kill the run, and count (ARGS='--documents 500')
	$(VENV)/python -m benchmarks.recovery $(ARGS)

lock: ## write requirements.lock anew from pyproject.toml (needs uv); UV_ARGS=--upgrade for newer releases
	@command -v uv >/dev/null || { echo "weir: there is no uv to resolve with: pip install uv" >&2; exit 1; }
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements.lock $(UV_ARGS)

clean: ## remove .venv and caches; data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .tmp_dagster_home_*
	find . -name __pycache__ -not -path './.data/*' -prune -exec rm -rf {} +

clean-data: ## remove .data: inbox, lake, ledger, run history, deliveries (asks first; YES=1 does not)
	@"$(PYTHON)" deploy/clean_data.py $(if $(YES),delete)

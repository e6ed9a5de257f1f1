# The front door. `make` alone lists what there is; each target is one call of a command that also works by hand.
#
# Nothing that comes from outside is ever pasted into a shell line: values travel to the shell in the environment, and
# the shell puts them into the command as one quoted word each. PERIOD='x; rm -rf ~' is a period that does not exist.
#
# Works with GNU make 3.81 and later and a POSIX shell (on Windows: the one that comes with Git).

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/ready
CHECKERS := tests/node_modules/.package-lock.json
COPIES := $(patsubst notebooks/%,lab/%,$(wildcard notebooks/*.ipynb))

# A misspelt variable would be a report of the default period with the wrong name on the tin: so it stops everything.
KNOWN := PERIOD EDITION AS_AT PYTHON SYSTEM PROOF DATA QUICK
empty :=
space := $(empty) $(empty)
override_words := $(subst \$(space),_,$(MAKEOVERRIDES))
override_names := $(foreach word,$(override_words),$(firstword $(subst =, ,$(subst :,,$(subst +,,$(subst ?,,$(word)))))))
unknown := $(filter-out $(KNOWN),$(override_names))
ifneq ($(strip $(unknown)),)
$(error unknown variable $(firstword $(unknown)): make takes $(subst $(space),$(empty) ,$(KNOWN)))
endif

# $(value ...) takes the words as they came. Without it make itself would run a $(shell ...) that stands in them.
override PERIOD := $(value PERIOD)
override EDITION := $(value EDITION)
override AS_AT := $(value AS_AT)
override PROOF := $(value PROOF)
override DATA := $(value DATA)
override SYSTEM := $(value SYSTEM)
override PYTHON := $(value PYTHON)
override QUICK := $(value QUICK)
export PERIOD EDITION AS_AT PROOF DATA SYSTEM PYTHON QUICK

.DEFAULT_GOAL := help
.PHONY: help setup report data-sheet audit validate check test lint lab bench lock clean distclean
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)$$/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "make %-10s %s\n", $$1, $$2 }'

setup: $(READY) ## set up what is missing, as every other target does: [SYSTEM=no] installs no package of the system

report: $(READY) ## the papers of a period: [PERIOD=2020-21-Q4] [EDITION=board] [AS_AT=2021-03-25] [PROOF=yes] [DATA=WORKSPACE]
	@$(BIN)/priority-two report $${DATA:+--workspace "$$DATA"} $${PERIOD:+--period "$$PERIOD"} $${EDITION:+--edition "$$EDITION"} $${AS_AT:+--as-at "$$AS_AT"} $${PROOF:+--proof "$$PROOF"}

data-sheet: $(READY) ## the data sheet of a month, with its workbook: [PERIOD=2021-03] [EDITION=board] [AS_AT=2021-04-14] [DATA=WORKSPACE]
	@$(BIN)/priority-two report data-sheet $${DATA:+--workspace "$$DATA"} $${PERIOD:+--period "$$PERIOD"} $${EDITION:+--edition "$$EDITION"} $${AS_AT:+--as-at "$$AS_AT"}

audit: $(READY) ## make again what is filed, and say identical, or what differs and why: [DATA=WORKSPACE]
	@$(BIN)/priority-two audit $${DATA:+--workspace "$$DATA"}

validate: $(READY) ## check the data against every expectation: [PERIOD=2020-21-Q4] [DATA=WORKSPACE]
	@$(BIN)/priority-two validate $${DATA:+--workspace "$$DATA"} $${PERIOD:+--period "$$PERIOD"}

check: $(READY) ## what continuous integration asks of the data: no warning that nobody knows, and no filing that has changed
	@$(BIN)/priority-two validate --strict --waivers .ci/waivers.csv
	@$(BIN)/priority-two audit --fast
	@$(if $(wildcard data/illustrative),$(BIN)/python -m pytest -q data/illustrative)

test: $(READY) $(CHECKERS) ## the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY) ## style, types, and notebooks without outputs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/nbstripout --verify --keep-id $(wildcard notebooks/*.ipynb) < /dev/null

lab: $(READY) $(COPIES) ## JupyterLab with copies of the notebooks, in lab/
	@$(BIN)/jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/lab --ContentsManager.hide_globs=notebooks --ContentsManager.hide_globs=__pycache__ --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --LabApp.news_url=None

# JupyterLab saves what it shows, and an export reads what was saved: so outputs go into copies, which git ignores. A
# copy is made anew where its notebook is newer.
lab/%.ipynb: notebooks/%.ipynb
	@mkdir -p lab && cp $< $@

bench: $(READY) ## what a paper costs, here and with the stock pieces, into benchmarks/RESULTS.md: [QUICK=yes]
	@$(BIN)/python benchmarks/bench.py $${QUICK:+--quick}

lock: $(READY) ## write the locks from pyproject.toml, with the newest versions that it admits
	@$(BIN)/uv pip compile pyproject.toml --upgrade --universal --generate-hashes --python-version 3.11 --extra dev --extra cluster --custom-compile-command "make lock" --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile --group native --no-deps --upgrade --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" --quiet --output-file tools/native.lock
	@$(BIN)/priority-two lock

clean: ## remove drafts, copies of notebooks, caches and build products; .venv stays
	@rm -rf reports/drafts lab build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./$(VENV) -prune -o -path ./tests/node_modules -prune -o -path ./.git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -exec rm -rf {} +

distclean: clean ## the same, and .venv and the checkers of the tests
	@rm -rf $(VENV) tests/node_modules

$(READY): requirements.lock tools/native.lock pyproject.toml tools/bootstrap.py
	@if [ -x "$$PYTHON" ]; then "$$PYTHON" tools/bootstrap.py; else $$PYTHON tools/bootstrap.py; fi  # a path, or words

# The HTML checkers are npm packages. Without them the tests that need one are skipped, named at the end, and the others run.
$(CHECKERS): tests/package-lock.json
	@if command -v npm >/dev/null 2>&1; then npm ci --prefix tests --loglevel=error && touch $@ || echo "npm could not install the HTML checkers"; fi

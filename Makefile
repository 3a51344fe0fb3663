# `make demo` and `make test` do all the set-up that they need; nothing is installed outside .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
CONSTRAINTS ?= constraints.txt
# As variables the pins hold for what builds the package too; pip from 25.3 on reads the second one for that.
PIP := PIP_CONSTRAINT=$(CONSTRAINTS) PIP_BUILD_CONSTRAINT=$(CONSTRAINTS) $(BIN)/pip install --quiet --disable-pip-version-check

# With this set, every command that the tests start would compile all of paperlab anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-slow explore check docs picture starter reproduce bench-queue bench-ranker extract-quality bench-harness gpu-check clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "paperlab needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv .venv
	@echo "Installing into .venv: some minutes the first time, most of them for torch ..."
	$(PIP) --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP) ## the whole loop, offline, in a lab of its own (.demo/)
	$(BIN)/paperlab demo .demo

test: $(STAMP) ## the quick tier: every test, with a seeded sample of each slow one
	$(BIN)/pytest -q -m 'not slow and not wheel' -n 2 --durations 20

test-slow: $(STAMP) ## the slow tier: full fuzz, all shared papers, Chromium, heavy oracles
	$(BIN)/pytest -q -m slow -n 2 --timeout 900 --durations 40

explore: $(STAMP) ## every property over examples that no run has seen; TESTS names some of them
	$(BIN)/pytest -q -m 'not wheel' -n 2 --timeout 0 --hypothesis-profile explore $(TESTS)

check: $(STAMP) ## format, lint, import contracts, types, dependencies, spelling, generated README
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/vulture
	$(BIN)/codespell
	$(BIN)/cog --check README.md docs/*.md
	$(BIN)/python docs/verdicts.py --check

docs: $(STAMP) ## write the generated blocks of the README and the guide again
	$(BIN)/cog -r README.md docs/*.md
	$(BIN)/python docs/verdicts.py

picture: $(STAMP) ## take docs/page.png anew, from a site built for it (needs Chromium)
	$(BIN)/python docs/picture.py

starter: $(STAMP) ## build reading_list.db again from implementations/*/paper.toml
	rm -f reading_list.db
	$(BIN)/paperlab init . --starter

reproduce: $(STAMP) ## measure every implementation at the small budget and write its results.json
	$(BIN)/paperlab bench --budget small --seeds 5 --record
	@$(MAKE) starter  # a verdict moves its paper up the list; the starter library stays as the cards say

bench-queue: $(STAMP) ## wall time and memory of the daily commands at 10,000 papers
	$(BIN)/python benchmarks/queue.py

bench-ranker: $(STAMP) ## quality and cost of learned relevance, on OAI pages in RECORDS
	$(BIN)/python benchmarks/ranker.py $(RECORDS)

extract-quality: $(STAMP) ## recall and precision of extract on the papers in SOURCES, against facts written by hand
	$(BIN)/python benchmarks/extract_quality.py $(SOURCES)

bench-harness: $(STAMP) ## how well the harness measures, beside torch's Timer and rliable; ONLY names some of its parts
	OMP_NUM_THREADS=1 $(BIN)/python -P benchmarks/harness_quality.py $(if $(ONLY),--only $(ONLY))

gpu-check: $(STAMP) ## the harness on a GPU beside the CPU, written to docs/gpu.md; DEVICE=cuda
	$(BIN)/pytest -q -rs -m cuda tests/harness/test_cuda.py
	$(BIN)/python -P benchmarks/gpu_check.py --device $(or $(DEVICE),cuda) --out docs/gpu.md

clean: ## remove what was built, not what you wrote
	rm -rf .venv .demo build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

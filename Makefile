# What there is to type. A new Debian machine needs python3 (3.11 or newer) and make, nothing else.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-dev setup-llm test-tools run test lint sure format bench bench-parallel bench-llm bench-sections bench-real-pdfs bench-reading bench-ocr bench-findings bench-export chaos hostile bench-cancel fuzz audit train bench-risk bench-risk-nda bench-soak bench-risk-gold bench-risk-drivers bench-page screenshots bench-batch bench-checks

BIN := .venv/bin
export PYTHON ?=

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1 | \2/p' Makefile | awk -F ' [|] ' '{printf "%-22s%s\n", $$1, $$2}'

setup: ## make .venv from the locked dependencies (PYTHON=... picks the interpreter)
	@$(or $(PYTHON),python3) scripts/bootstrap run

setup-dev: ## the same with what development and tests need
	@$(or $(PYTHON),python3) scripts/bootstrap dev

setup-llm: ## the same as setup with what asking a language model needs
	@$(or $(PYTHON),python3) scripts/bootstrap llm

run: setup ## set up and start the whole service here; Ctrl-C ends it
	@exec $(BIN)/ai-prism up

test: setup-dev test-tools ## set up what the tests need and run them all (ARGS="-k upload")
	@$(BIN)/pytest $(ARGS)

test-tools:
	@scripts/test-tools.sh

lint: setup-dev ## format check, lint, types, import contracts, insecure code
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/bandit --quiet --recursive --severity-level medium src

audit: setup-dev ## look for known weaknesses in the locked dependencies (needs the network)
	@scripts/audit.sh

sure: lint audit test ## say whether all is well: lint, known weaknesses, then every test

format: setup-dev ## format the code and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup-dev ## measure speed and scale beside limits and peers, into docs/benchmarks.md (ONLY="submit")
	@$(BIN)/python bench/suite.py --only "$(ONLY)"

bench-checks: setup-dev ## measure how fast the checks are
	@$(BIN)/python bench/checks.py

bench-parallel: setup-dev ## measure three documents on three slots beside one alone
	@$(BIN)/python bench/parallel.py

bench-llm: setup-dev ## measure forty sections that a model reads, 1.5 s each, beside what is ideal
	@$(BIN)/python bench/models.py

chaos: setup-dev ## kill what runs while documents come in (UPLOADS=500 KILLS=100 SEED=... DATABASE=postgresql)
	@$(BIN)/python bench/chaos.py --uploads $(or $(UPLOADS),500) --kills $(or $(KILLS),100) \
		--database $(or $(DATABASE),sqlite) $(if $(SEED),--seed $(SEED))

hostile: setup-dev ## read hostile files and see that nothing else happens (ONLY=pdf, FILES=folder)
	@$(BIN)/python bench/hostile.py --only "$(ONLY)" --files "$(FILES)"

fuzz: setup-dev ## feed the readers damaged files for a while (SECONDS=600 SEED=...)
	@$(BIN)/python bench/fuzz.py --seconds $(or $(SECONDS),600) $(if $(SEED),--seed $(SEED))

bench-page: setup-dev test-tools ## measure how quick the page of a large review is, in a real browser
	@$(BIN)/python bench/page.py

screenshots: setup-dev test-tools ## take the pictures of docs/images anew; look at them before you commit them
	@$(BIN)/python scripts/screenshots.py

bench-cancel: setup-dev test-tools ## measure how soon a cancelled review ends while its document is read
	@$(BIN)/python bench/cancel.py

bench-soak: setup-dev ## measure memory and database over many documents (DOCUMENTS=1000)
	@$(BIN)/python bench/soak.py --documents $(or $(DOCUMENTS),1000)

bench-sections: setup-dev ## measure how well sections are found (CORPUS=folder, VARIANTS="docx", PEERS=all)
	@$(BIN)/python bench/sections.py \
		$(or $(CORPUS),$(error say where the documents are: make bench-sections CORPUS=...)) $(VARIANTS) \
		$(if $(PEERS),--peers "$(PEERS)")

bench-real-pdfs: setup-dev ## measure how well sections of real PDFs are found (FILES=folder, PEERS="pymupdf4llm")
	@$(BIN)/python bench/real_pdfs.py \
		$(or $(FILES),$(error say where the PDFs are: make bench-real-pdfs FILES=...)) --peers "$(PEERS)"

bench-ocr: setup-dev test-tools ## measure how well scans are read (CORPUS=folder, MOST=6)
	@$(BIN)/python bench/sections.py \
		$(or $(CORPUS),$(error say where the documents are: make bench-ocr CORPUS=...)) pdf-lo \
		--scanned --most $(or $(MOST),6) --peers none

bench-reading: setup-dev ## measure what reading costs as documents grow (FORMS="pdf md")
	@$(BIN)/python bench/reading.py $(FORMS)

bench-export: setup-dev ## measure what comments in a Word file cost (SIZES="300 400")
	@$(BIN)/python bench/export.py $(SIZES)

bench-batch: setup-dev ## measure the command line over many files (FILES=200, AGAINST="program of another checkout")
	@$(BIN)/python bench/batch.py --files $(or $(FILES),200) --against "$(AGAINST)"

bench-findings: setup-dev ## measure how good the findings are (CORPUS="folder folder")
	@$(BIN)/python bench/findings.py $(or $(CORPUS),$(error say where the documents are: make bench-findings CORPUS=...)) $(ARGS)

train: setup-dev ## learn the clause models from labelled data (DATA=folder)
	@OMP_NUM_THREADS=1 $(BIN)/python scripts/train/learn.py $(or $(DATA),$(error say where the labelled data are: make train DATA=...)) $(ARGS)

bench-risk: setup-dev ## measure the clause models on held-out companies (DATA=folder)
	@PYTHONPATH=scripts/train OMP_NUM_THREADS=1 $(BIN)/python bench/risk.py $(or $(DATA),$(error say where the labelled data are: make bench-risk DATA=...)) $(ARGS)

bench-risk-nda: setup-dev ## compare the rules for NDAs with labelled NDAs (DATA=folder)
	@$(BIN)/python bench/risk_nda.py $(or $(DATA),$(error say where the labelled data are: make bench-risk-nda DATA=...))

bench-risk-gold: setup-dev ## compare the risk of sections with the readings of two readers (DATA=folder of the documents)
	@$(BIN)/python bench/risk_gold.py $(or $(DATA),$(error say where the documents are: make bench-risk-gold DATA=...)) $(ARGS)

bench-risk-drivers: setup-dev ## print what the risk of the examples and of FILES="..." comes from
	@$(BIN)/python bench/risk_drivers.py $(FILES) $(ARGS)

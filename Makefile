# make            set up, validate the data and build the release files in dist/
# make help       list the other targets

PYTHON ?= python3
venv   := .venv
python := $(venv)/bin/python

# A stamp is the last thing that a step makes: an interrupted step leaves none and starts afresh.
installed := $(venv)/.installed
linked    := $(venv)/.linked
built     := $(venv)/.built
readers   := $(venv)/readers/.installed
spark     := $(venv)/.spark

released := $(wildcard datapackage.json README.md CHANGELOG.md LICENSE*) \
            $(shell find data schemas) \
            $(shell find toolkit -type f ! -name '*.py[co]')

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help setup validate build test lint format readme lock clean

all: build

help:
	@echo 'make            set up, validate the data and build the release files in dist/'
	@echo 'make setup      install the pinned requirements and the toolkit into $(venv)/'
	@echo 'make validate   check the data'
	@echo 'make build      check the data and build the release files, if something changed'
	@echo 'make test       lint the code and run the tests'
	@echo 'make lint       lint the code: ruff, mypy, import-linter'
	@echo 'make format     put the code into canonical form'
	@echo 'make readme     bring every document that is generated up to date'
	@echo 'make lock       pin the newest requirements anew'
	@echo 'make clean      remove everything that make made'
	@echo
	@echo 'make PYTHON=python3.12 chooses the Python that sets up $(venv)/ (3.11 or later)'

setup: $(linked)

validate: $(linked)
	$(python) -m toolkit validate

build: $(built)

test: lint $(readers) $(spark)
	$(python) -m pytest -n auto

lint: $(linked)
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	$(python) $(venv)/bin/lint-imports

format: $(linked)
	$(python) -m ruff check --fix
	$(python) -m ruff format

readme: $(linked) $(readers)
	$(python) -m tests.readme

compile := -m piptools compile --quiet --no-config --upgrade --generate-hashes --allow-unsafe \
           --strip-extras --no-header --no-emit-find-links --no-emit-index-url \
           --no-emit-trusted-host

lock: $(linked)
	$(python) $(compile) --output-file=requirements/core.txt pyproject.toml
	$(python) $(compile) --output-file=requirements/dev.txt --extra=dev --extra=release \
	    --extra=shell --constraint=requirements/core.txt pyproject.toml
	$(python) $(compile) --output-file=requirements/readers.txt requirements/readers.in
	$(python) $(compile) --output-file=requirements/spark.txt requirements/spark.in

clean:
	rm -rf $(venv) dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find $(wildcard toolkit tests) -name __pycache__ -type d -prune -exec rm -rf {} +

$(installed): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'The toolkit needs Python 3.11 or later, and "$(PYTHON)" is not.' >&2; \
	    echo 'Name one that is: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo '"$(PYTHON)" cannot make virtual environments: its venv module is missing.' >&2; \
	    echo 'On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(venv)
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes \
	    --requirement requirements/dev.txt
	@touch $@

$(readers): $(installed) requirements/readers.txt
	$(PYTHON) -m venv --clear $(venv)/readers
	$(venv)/readers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	    --requirement requirements/readers.txt
	@touch $@

# Tests hold what Spark gives against what DuckDB gives in one process, so both go into one
# environment; only tests need it, for it is half a gigabyte. It brings py4j along and nothing else.
$(spark): $(installed) requirements/spark.txt
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes \
	    --requirement requirements/spark.txt
	@touch $@

$(linked): $(installed) pyproject.toml
	$(python) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
	    --editable .
	@touch $@

$(built): $(linked) $(released) $(if $(wildcard dist/*),,dist-is-missing)
	$(python) -m toolkit build
	@touch $@

.PHONY: dist-is-missing
dist-is-missing:

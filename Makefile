# Everything a person or a machine does here starts with make. Needs Python 3.11 or later, make, and a package registry.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= auto
CATALOGUE = $(subst -,_,$(LANGUAGE))
ROOMS := $(addprefix tests/,access api clients contracts intake portfolio scorecards scores server users)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick lint postgres real bench bench-web browser docs pictures messages lock clean

$(VENV)/.installed: pyproject.toml requirements/runtime.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/runtime.txt
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@

$(VENV)/.tested: $(VENV)/.installed requirements/test.txt
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/test.txt
	touch $@

demo: $(VENV)/.installed  ## Make the fictional vendor Harbourline, score its clients, serve it (KEEPSCORE_DEMO_SERVE=0: only make it)
	$(BIN)/keepscore demo --out demo $(if $(filter 0,$(KEEPSCORE_DEMO_SERVE)),--no-serve,--serve)

test: lint quick  ## What has to be green: style, types, the order of the rooms, the tests

quick: $(VENV)/.tested
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not browser"

lint: $(VENV)/.tested
	$(BIN)/ruff check src tests bench examples docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

postgres: $(VENV)/.tested  ## The rooms of the web application on a real PostgreSQL, from a package
	KEEPSCORE_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(JOBS) -m "not browser" $(ROOMS)

browser: $(VENV)/.tested  ## The pages in a real Chromium: one printed page, no accessibility violations
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m browser

real: $(VENV)/.installed  ## Score four real data sets; results under build/real
	$(BIN)/python examples/run_real.py --out build/real

bench: $(VENV)/.tested  ## Measure, and print each ratio beside its bar
	$(BIN)/python -m bench

bench-web: $(VENV)/.tested  ## Pages of 200 clients with a million records, then 50 people at once, beside their bars
	$(BIN)/python -m bench.web

docs: $(VENV)/.tested  ## Write docs/calculations from the spec tables
	$(BIN)/python -m tests.spec.manual docs/calculations

pictures: $(VENV)/.tested  ## Make the pictures of the README from the demo
	$(BIN)/keepscore demo --out demo --no-serve
	$(BIN)/python docs/pictures/make.py

messages: $(VENV)/.installed  ## Bring the catalogue of a language up to date: make messages LANGUAGE=de (needs gettext)
	mkdir -p src/keepscore/locale
	cd src/keepscore && KEEPSCORE_HOME=../../build/messages DJANGO_SETTINGS_MODULE=keepscore.server.settings \
	  $(abspath $(BIN))/python -m django makemessages --locale $(CATALOGUE) --no-location --extension html,txt,py
	msgfmt --check --statistics -o src/keepscore/locale/$(CATALOGUE)/LC_MESSAGES/django.mo src/keepscore/locale/$(CATALOGUE)/LC_MESSAGES/django.po

lock: ## Pin every dependency with its hashes; no addresses
	$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile -q --generate-hashes --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-annotate -o requirements/runtime.txt pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-annotate --extra test --allow-unsafe -o requirements/test.txt pyproject.toml

clean:
	rm -rf $(VENV) build demo scorecards

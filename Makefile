# Everything runs in .venv, which the first target makes: Python 3.10 or newer and git are all it needs.

VENV    := .venv
BIN     := $(VENV)/bin
PROJECT ?= fixtures/flask/faulty-library
ARGS    ?=
ROUNDS  ?= 5
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help audit test django-matrix agreement lint types check dogfood accept bench rule clean
.SUFFIXES:

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name about; do \
		printf '  make %-13s  %s\n' "$$name" "$$about"; done

# --exit-zero: findings are the answer here, not an error; make fails only when pentalint could not run (exit code 2).
audit: $(VENV)/audit.stamp ## Check a project: make audit PROJECT=path [ARGS="--persona audit"]
	@$(BIN)/pentalint check --exit-zero $(ARGS) -- "$(PROJECT)"

test: $(VENV)/test.stamp ## Run the tests
	$(BIN)/python -m pytest -n auto --dist loadgroup --max-worker-restart 0 $(ARGS)

lint: $(VENV)/test.stamp ## Check style and formatting
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks

# Each Django in an environment of its own; the newest under the newest Python there is, for old ones do not take it.
django-matrix: $(VENV)/test.stamp ## Hold the deployment check against Django 4.2, 5.2 and the newest
	@newest=$(BIN)/python; \
	for python in python3.14 python3.13 python3.12; do \
		if "$$python" -c 'import venv' 2>/dev/null; then newest=$$python; break; fi; \
	done; \
	printf '%s\n' "4.2 $(BIN)/python Django~=4.2.0" "5.2 $(BIN)/python Django~=5.2.0" "newest $$newest Django" | \
	while read -r name python wanted; do \
		test -x $(VENV)/django/$$name/bin/python || "$$python" -m venv $(VENV)/django/$$name || exit 1; \
		$(VENV)/django/$$name/bin/python -m pip install --quiet --upgrade "$$wanted" </dev/null || exit 1; \
		$(VENV)/django/$$name/bin/python -c 'import django; print("Django", django.__version__)' </dev/null; \
		PENTALINT_DJANGO_PYTHON="$$PWD/$(VENV)/django/$$name/bin/python" \
			$(BIN)/python -m pytest -n 0 tests/test_deploy_check.py tests/test_deploy_idioms.py tests/test_deploy_image.py </dev/null || exit 1; \
	done

agreement: $(VENV)/test.stamp ## Both parsers over the whole standard library of this Python (minutes)
	$(BIN)/python -m pytest -n 0 -m exhaustive tests

types: $(VENV)/test.stamp ## Check types
	$(BIN)/mypy

check: lint types dogfood ## Everything CI runs, and more: lint, types, pentalint on itself, tests with coverage
	$(BIN)/python -m pytest -n auto --dist loadgroup --max-worker-restart 0 --cov --cov-report=term --cov-fail-under=90 $(ARGS)

dogfood: $(VENV)/test.stamp ## Run pentalint on itself
	$(BIN)/pentalint check .

accept: $(VENV)/test.stamp ## Rewrite the golden files of fixtures/ (then read the difference)
	$(BIN)/python -m pytest -n 0 tests/test_fixtures.py --accept

bench: $(VENV)/bench.stamp ## Time pentalint, bandit and ruff on a project: make bench PROJECT=path [ROUNDS=5]
	@$(BIN)/python benchmarks/bench.py --rounds $(ROUNDS) $(ARGS) -- "$(PROJECT)"

rule: ## Begin a rule: make rule id=flask/slug-that-names-the-fault
	@case "$(id)" in ?*/?*) ;; *) echo 'name the rule: make rule id=flask/slug-that-names-the-fault' >&2; exit 2;; esac
	@test -d "rules/$(dir $(id))" || { echo 'rules/$(dir $(id)) is not a pack' >&2; exit 2; }
	@test ! -e "rules/$(id).toml" || { echo 'rules/$(id).toml exists' >&2; exit 2; }
	@printf '%s\n' 'summary    = ""' 'category   = "security"' 'severity   = "medium"' 'confidence = "high"' \
		'cwe        = []' 'references = ["https://"]' '' 'match.call = ""' '' 'why = """' '"""' 'fix = """' '"""' '' \
		"bad = ['''" "'''," ']' "good = ['''" "'''," ']' > "rules/$(id).toml"
	@echo 'rules/$(id).toml: fill it in (docs/rules.md is the language), then: make test ARGS="-k $(id)"'

clean: ## Remove what these targets make
	rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

$(VENV)/python.stamp:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python3.10); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then \
			"$$python" -m venv --clear $(VENV) && touch $@ && exit 0; \
			echo "$$python could not make $(VENV): its venv module is needed (Debian and Ubuntu: python3-venv)" >&2; \
			exit 1; \
		fi; \
	done; \
	echo 'Python 3.10 or newer is needed and was not found; name one: make PYTHON=/path/to/python3' >&2; exit 1

# An editable install: a change in src/ or rules/ holds at once; only a change in pyproject.toml installs again.
$(VENV)/audit.stamp: $(VENV)/python.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/python.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/audit.stamp

$(VENV)/bench.stamp: $(VENV)/python.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@ $(VENV)/audit.stamp

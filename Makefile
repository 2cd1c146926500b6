# make run    sets up what is missing, then analyses the example calls
# make test   sets up what the tests need, then runs them
# Both go on without a network once everything is there.
SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run test lint bench coverage lock clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check
OUT := timbre-out

run: $(VENV)/.ready-run
	@$(BIN)/timbre model fetch
	@$(BIN)/timbre model fetch voices || echo "Going on without the voice model: speakers of mono calls are told apart by their words alone." >&2
	@$(BIN)/timbre analyse examples/calls --out $(OUT)

test: $(VENV)/.ready-test
	@$(BIN)/timbre model fetch || echo "Going on without the speech model: its tests skip." >&2
	@$(BIN)/timbre model fetch voices || echo "Going on without the voice model: its tests skip." >&2
	@$(BIN)/python -Im pytest $(PYTEST_ARGS)

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.ready-test
	$(BIN)/python -Im pytest --cov --cov-report=term:skip-covered --cov-report=json:coverage.json --cov-fail-under=90

bench: $(VENV)/.ready-test
	$(BIN)/python -m benchmarks

# Writes the lock files anew from pyproject.toml; needs uv.
LOCK := uv pip compile --python-version 3.11 --universal --fork-strategy fewest --generate-hashes --no-header --quiet
lock:
	$(LOCK) --upgrade pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	echo 'pyaudio>=0.2.14,<1' | $(LOCK) --upgrade - --no-annotate -o requirements-soundcard.lock

clean:
	rm -rf $(VENV) $(OUT)

$(VENV)/.created:
	@python=$$(.ci/find-python) && echo "Setting up $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.locked: requirements.lock pyproject.toml | $(VENV)/.created
	@echo "Installing the locked dependencies"
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-run: $(VENV)/.locked requirements-soundcard.lock
	@.ci/system-packages run
	@$(PIP) --no-deps --no-build-isolation --require-hashes -r requirements-soundcard.lock 2>$(VENV)/soundcard.log \
	  || echo "PyAudio could not be built ($(VENV)/soundcard.log): no capture from a sound card; all else works." >&2
	@touch $@

$(VENV)/.ready-test: requirements-dev.lock $(VENV)/.ready-run
	@.ci/system-packages test
	@echo "Installing the tools of the tests"
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

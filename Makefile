# Nothing but Python >= 3.11 and make is needed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: run test whole check bench torture snapshots pictures clean

.venv/run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Installing into .venv (once) ..." >&2
	@test -d .venv || $(PYTHON) -m venv .venv
	@PIP_CONSTRAINT=constraints.txt $(PIP) install -e '.[sandbox]' >&2
	@$(BIN)/python -m compileall -q core providers tui >&2
	@touch $@

.venv/dev: .venv/run
	@echo "Installing the test tools into .venv (once) ..." >&2
	@PIP_CONSTRAINT=constraints.txt $(PIP) install -e '.[sandbox,serve,dev]' >&2
	@touch $@

run: .venv/run ## open the wizard on the embedded sandbox of AWS or Azure; without a terminal, one line an event
	@$(BIN)/privatelink rehearse --ask

# Tests start many Pythons: what one has compiled is kept for the others, whatever the person's shell says. A third of
# the time they wait: three at once keep two processors busy.
test: .venv/dev ## every fast test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal -m "not slow and not whole"

whole: .venv/dev ## every walkthrough to its end, doctor on what is broken, every button clicked, docs not stale
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal -m "whole and not slow"

check: .venv/dev ## style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/dev ## the speed figures, measured now
	@$(BIN)/python -m benchmarks

torture: .venv/dev ## kill it at every request and write, break everything around it; and every other slow test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m slow

snapshots: .venv/dev ## make the screens' baselines anew: look at every picture before committing it
	@$(BIN)/python -m pytest tests/tui --snapshot-update

pictures: .venv/dev ## record the walkthrough in docs and the README's pictures anew: look at them before committing
	@$(BIN)/python -m tests.tui.film

clean:
	rm -rf .venv

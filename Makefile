# Two commands: `make run` talks, `make test` proves. The rest is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: run test check bench lock clean

run: $(VENV)/run.installed
	@$(BIN)/rdv-sejour run

# Several at a time: most of what they take is waiting for processes to start and to be killed.
test: $(VENV)/test.installed
	@$(BIN)/python -m pytest --numprocesses 3 --dist worksteal

# What CI asks beyond the tests: style, types, the import contract, and the knowledge itself.
check: $(VENV)/test.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/rdv-sejour check

# Turns a second, waits, processor, memory, start; beside aiogram, in an environment of its own (.venv-bench).
bench: $(VENV)/test.installed
	@$(BIN)/python -m bench.telegram

$(VENV)/bin/pip:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.installed: requirements.lock pyproject.toml | $(VENV)/bin/pip
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.installed: requirements-dev.lock $(VENV)/run.installed
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

# Needs uv; the lock files carry versions and hashes, and no address.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links
EXTRAS := --extra model --extra build
lock:
	$(LOCK) pyproject.toml $(EXTRAS) --output-file requirements.lock
	$(LOCK) pyproject.toml $(EXTRAS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) bench/requirements.in --output-file bench/requirements.lock

clean:
	rm -rf $(VENV) .venv-bench

# What people do with this project; `make help` lists it.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format bench lock clean

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: $(READY)  ## run the main job from end to end with the official SDKs; pictures land in demo/
	@env -u HTTP_PROXY -u http_proxy $(BIN)/ice-mock demo

serve: $(READY)  ## serve at http://127.0.0.1:4610 until Ctrl-C
	@$(BIN)/ice-mock serve

test: $(READY)  ## run the tests
	@$(BIN)/python -m pytest -n auto

check: $(READY)  ## check format, lint, types and layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY)  ## format the code, and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY)  ## measure, and print tables
	@for each in benchmarks/bench_*.py; do $(BIN)/python $$each; done

lock:  ## choose the newest versions of everything that is installed for development
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements/dev.txt

clean:  ## remove everything that was made
	rm -rf $(VENV) demo dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): pyproject.toml requirements/dev.txt tools/make-venv
	@tools/make-venv $(VENV)
	@touch $@

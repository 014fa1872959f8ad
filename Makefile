# What people do with this project; `make help` lists it.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
    --custom-compile-command "make lock"
DOCKERFILES := Dockerfile examples/consumer/Dockerfile examples/consumer/tests/Dockerfile

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format bench stress lock image image-test clean

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: $(READY)  ## run the main job from end to end with the official SDKs; pictures land in demo/
	@env -u HTTP_PROXY -u http_proxy $(BIN)/ice-mock demo

serve: $(READY)  ## serve at http://127.0.0.1:4610 until Ctrl-C
	@$(BIN)/ice-mock serve

test: $(READY)  ## run the tests
	@$(BIN)/python -m pytest -n auto

check: $(READY)  ## check format, lint, types, layers, and the files of containers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint $(DOCKERFILES)
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml

format: $(READY)  ## format the code, and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY)  ## measure, and print tables
	@for each in benchmarks/bench_*.py; do $(BIN)/python $$each; done

stress: $(READY)  ## for DURATION (10m): load it, kill it, send it what is made up, and account for everything
	@env -u HTTP_PROXY -u http_proxy $(BIN)/python -m stress --duration $(or $(DURATION),10m)

lock:  ## choose the newest versions of everything that is installed, for development and in the image
	@$(BIN)/pip install --quiet uv
	@$(LOCK) --upgrade --group dev pyproject.toml --output-file requirements/dev.txt
	@$(LOCK) --constraint requirements/dev.txt pyproject.toml --output-file requirements/run.txt
	@$(LOCK) --constraint requirements/dev.txt --group build --output-file requirements/build.txt

image:  ## build the image ice-mock:latest, with the engine that there is
	@tools/image

image-test:  ## build the image, start it, and drive it with a client, also where no engine runs
	@tools/image-test

clean:  ## remove everything that was made
	rm -rf $(VENV) demo dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): pyproject.toml requirements/dev.txt tools/make-venv
	@tools/make-venv $(VENV)
	@touch $@

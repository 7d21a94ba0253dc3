# Every command sets up what is missing. Prerequisites: make, python3 (3.11 or newer) with venv, Node 20 with npm.
PY := .venv/bin/python
PORT ?= 8000
SHELL := /bin/bash

.PHONY: setup demo jobs test test-all test-postgis check bench wheel format messages docs clean

setup: .venv/ready node_modules/ready .venv/messages .venv/warm

.venv/ready: requirements.lock pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

node_modules/ready: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/messages: .venv/ready $(wildcard gridward/*/locale/*/LC_MESSAGES/django.po)
	$(PY) -m gridward.web.messages compile
	@touch $@

# The loops that numba compiles, once, into __pycache__ of the checkout.
.venv/warm: .venv/ready $(wildcard gridward/core/*/engine.py gridward/core/*/*/engine.py)
	$(PY) -m tests.warm
	@touch $@

# Programs that benchmarks compare with. Where one has no wheel, its rows are left out.
.venv/bench: .venv/ready requirements-bench.lock
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-bench.lock \
	  && touch $@ || echo "the programs to compare with could not be installed"

demo: setup
	$(PY) manage.py demo --port $(PORT) $(if $(LAN),--lan)

jobs: setup
	$(PY) manage.py jobs

test: setup
	$(PY) -m tests

test-all: setup
	$(PY) -m tests --full

test-postgis: setup
	$(PY) -m tests --postgis

check: setup
	$(PY) -m tests.check

bench: setup .venv/bench
	$(PY) -m benchmarks

wheel: setup
	rm -rf dist
	$(PY) -m build --wheel --no-isolation

format: setup
	.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format --quiet .

messages: setup
	$(PY) -m gridward.web.messages extract

docs: setup
	$(PY) -m tests.reference

clean:
	rm -rf .venv node_modules dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

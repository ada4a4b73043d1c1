# The whole set-up is one virtual environment with pinned, hash-checked packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
STRICT_BOTAPI ?= $(wildcard ../shared/botapi)

.PHONY: demo test test-long lint bench lock clean
# With PROVIDERS=wechat,alipay,stripe fake payment providers stand beside it, with notices, delays and faults.
demo: $(READY)
	@$(BIN)/python -m $(if $(PROVIDERS),tests.fakes $(PROVIDERS),bot demo)

test: $(READY)
	@STRICT_BOTAPI=$(STRICT_BOTAPI) $(BIN)/python -m pytest -q -n auto --dist loadscope -m "not long"

test-long: $(READY)
	@STRICT_BOTAPI=$(STRICT_BOTAPI) $(BIN)/python -m pytest -q -m long

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.check_migrations
	@$(BIN)/python -m pytest -q tests/locales

bench: $(READY)
	@$(BIN)/python -m benchmarks

# Pinned with hashes from pyproject.toml; run after a change of dependencies.
lock: $(READY)
	@$(BIN)/pip install -q pip-tools
	@$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-emit-options --all-extras --output-file requirements.txt pyproject.toml

$(READY): requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $(READY)

clean:
	rm -rf $(VENV) data/demo

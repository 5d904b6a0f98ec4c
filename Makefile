# Everything a contributor runs. `make` prints this list.
CACHE ?= $(or $(NATE_CACHE),$(HOME)/.cache/nate)

.PHONY: help
help: ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | column -t -s '|'

.PHONY: build
build: ## build the command into bin/nate
	CGO_ENABLED=0 go build -trimpath -o bin/nate ./cmd/nate

.PHONY: test
test: ## run the tests
	go test ./...

.PHONY: race
race: ## run the tests with the race detector
	go test -race ./...

.PHONY: lint
lint: $(CACHE)/bin/golangci-lint ## run the linters, the arrows between packages among them
	$(CACHE)/bin/golangci-lint run --allow-parallel-runners ./...

.PHONY: fmt
fmt: $(CACHE)/bin/golangci-lint ## format the code
	$(CACHE)/bin/golangci-lint fmt ./...

$(CACHE)/bin/golangci-lint: tools/go.mod tools/go.sum
	go build -modfile=tools/go.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

FUZZTIME ?= 10s
.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: fuzz-nodes
fuzz-nodes: ## fuzz every node by itself for FUZZTIME (10s), an hour with 60s
	@scripts/fuzz-nodes.sh $(FUZZTIME)

.PHONY: bench
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: golden
golden: ## rewrite the golden files (read the diff before you commit it)
	go test $$(grep -rlE 'flag\.Bool\("update"' --include='*_test.go' . | xargs -n1 dirname | sort -u) -update

.PHONY: api
api: ## compare the public API with the last release
	scripts/apidiff.sh

.PHONY: budget
budget: ## check the size of the command and the number of dependencies
	scripts/budget.sh

.PHONY: directus
directus: ## start a real Directus on 127.0.0.1:8055 (from npm; about 4 minutes the first time)
	scripts/directus.sh start

.PHONY: test-directus
test-directus: ## run the tests of the Directus node against a real Directus
	scripts/test-directus.sh

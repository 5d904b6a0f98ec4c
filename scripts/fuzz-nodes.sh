#!/usr/bin/env bash
# Fuzzes each node by itself for a while, one process at a time: fuzz-nodes.sh 60s [NAME...]
# Without names all nodes. A finding stays in node/all/testdata/fuzz, and the next node goes on.
set -uo pipefail
cd "$(dirname "$0")/.."
time=${1:-60s}
shift || true
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  mapfile -t names < <(grep -oE '"[^"]+"' node/all/all.go | grep -E '\.' | tr -d '"' | grep -vE '^github' | sed 's/.*\.//' | awk '!seen[$0]++')
fi
binary=$(mktemp -d)/fuzz.test
trap 'rm -rf "$(dirname "$binary")"' EXIT
go test -c -fuzz=FuzzNodes -o "$binary" ./node/all || exit 1
cd node/all
failed=()
for name in "${names[@]}"; do
  echo "== $name"
  GOMAXPROCS=1 ../../scripts/fuzz-verdict.sh "$binary" -test.run '^$' -test.fuzz '^FuzzNodes$' -test.fuzztime "$time" -test.parallel 1 -test.fuzzcachedir "$(dirname "$binary")/cache/$name" -test.fuzzminimizetime 5s -node "$name" || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then echo "FAILED: ${failed[*]}"; exit 1; fi

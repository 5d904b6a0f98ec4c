#!/usr/bin/env bash
# Runs every fuzz target of the module for a while: fuzz.sh 10s
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
grep -rlE '^func Fuzz' --include='*_test.go' . | while read -r file; do
  grep -oE '^func (Fuzz[A-Za-z0-9_]+)' "$file" | awk '{print $2}' | while read -r target; do
    echo "== $target ($file)"
    go test -run '^$' -fuzz "^${target}\$" -fuzztime "$time" "$(dirname "$file")"
  done
done

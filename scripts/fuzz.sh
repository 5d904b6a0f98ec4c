#!/usr/bin/env bash
# Runs every fuzz target of the module for a while, all of them even when one fails: fuzz.sh 10s
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
failed=()
while IFS=: read -r file target; do
  echo "== $target ($file)"
  scripts/fuzz-verdict.sh go test -run '^$' -fuzz "^${target}\$" -fuzztime "$time" "$(dirname "$file")" || failed+=("$target")
done < <(grep -rnoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | sed -E 's/:[0-9]+:func /:/' | sort)
if [ ${#failed[@]} -gt 0 ]; then echo "FAILED: ${failed[*]}"; exit 1; fi

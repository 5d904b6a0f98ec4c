#!/usr/bin/env bash
# Compares some 5,000 generated expressions with a real n8n: against-n8n.sh [URL]. URL (default: $NATE_N8N) takes {"workflow": {...}} by POST,
# runs the workflow in an n8n that has the node internal/expr/testdata/ExprProbe.node.js, and answers with the run's JSON.
# UPDATE=1 writes the sample that the tests keep.
set -euo pipefail
cd "$(dirname "$0")/.."
url=${1:-${NATE_N8N:-}}
if [ -z "$url" ] || ! curl -sS -o /dev/null -m 5 -d '{}' "$url" 2>/dev/null; then
  echo "SKIPPED 5005 generated expressions: there is no n8n at ${url:-\$NATE_N8N}"
  exit 0
fi
NATE_N8N=$url go test ./internal/expr -run '^TestGeneratedInN8n$' -count=1 -v ${UPDATE:+-update}

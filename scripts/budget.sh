#!/usr/bin/env bash
# Holds the command to a size and the module to a number of direct dependencies. Raise a number here with the reason in
# the commit.
set -euo pipefail
cd "$(dirname "$0")/.."
max_megabytes=31
max_dependencies=21
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -trimpath -ldflags='-s -w' -o "$work/nate" ./cmd/nate
bytes=$(stat -c %s "$work/nate" 2>/dev/null || stat -f %z "$work/nate")
dependencies=$(go list -m -f '{{if not (or .Main .Indirect)}}{{.Path}}{{end}}' all | grep -c . || true)
echo "the command has $((bytes / 1000000)) MB (at most $max_megabytes), the module $dependencies direct dependencies (at most $max_dependencies)"
[ "$bytes" -le $((max_megabytes * 1000000)) ] && [ "$dependencies" -le $max_dependencies ]

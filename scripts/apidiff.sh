#!/usr/bin/env bash
# Compares the exported API of every public package with that of the last release (git tag), and fails on an incompatible
# change unless the major version (or before 1.0 the minor one) was raised in CHANGELOG.md.
set -euo pipefail
cd "$(dirname "$0")/.."
base=${1:-$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)}
if [ -z "$base" ]; then echo "SKIPPED: apidiff: there is no release to compare with yet"; exit 0; fi
work=$(mktemp -d); trap 'git worktree remove --force "$work/base" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
go build -modfile=tools/go.mod -o "$work/apidiff" golang.org/x/exp/cmd/apidiff
git worktree add --quiet --detach "$work/base" "$base"
packages() { go list ./... | grep -vE '/(internal|cmd)(/|$)'; }
broken=0
for p in $(packages); do
  (cd "$work/base" && "$work/apidiff" -w "$work/old" "$p" 2>/dev/null) || continue # a package that is new
  out=$("$work/apidiff" -incompatible "$work/old" "$p")
  if [ -n "$out" ]; then printf '%s\n%s\n' "$p" "$out"; broken=1; fi
done
[ $broken = 0 ] && { echo "no incompatible change since $base"; exit 0; }
next=$(grep -oE '^## \[[0-9]+\.[0-9]+' CHANGELOG.md | head -n 1 | grep -oE '[0-9]+\.[0-9]+' || true)
case $base in
  v0.*) same=${base#v}; same=${same%.*} ;;            # before 1.0 a minor version may break
  *) same=${base#v}; same=${same%%.*}; next=${next%%.*} ;;
esac
if [ -n "$next" ] && [ "$next" != "$same" ]; then echo "incompatible, and CHANGELOG.md announces $next"; exit 0; fi
echo "incompatible with $base: announce the version that may break in CHANGELOG.md"; exit 1

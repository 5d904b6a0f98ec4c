#!/usr/bin/env bash
# Runs the tests that want a real Directus: once with Directus's own token lifetimes, once with short ones. Exits 75 after
# one plain line when Directus can't be had.
set -euo pipefail
cd "$(dirname "$0")/.."
server=scripts/directus.sh
trap '$server stop' EXIT
run() {
  $server start || exit $?
  eval "$($server env)"
  go test -p 1 -count=1 ./node/directus/... .
}
run
# Again with short lifetimes: what expires can be seen expiring.
ACCESS_TOKEN_TTL=2s REFRESH_TOKEN_TTL=4s SESSION_REFRESH_GRACE_PERIOD=2s run

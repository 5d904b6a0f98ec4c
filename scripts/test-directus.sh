#!/usr/bin/env bash
# Runs the tests that want a real Directus: once with Directus's own settings, once with tokens that live for seconds and lists that are
# cut at 100 items. Exits 75 after one plain line when Directus can't be had.
set -euo pipefail
cd "$(dirname "$0")/.."
server=scripts/directus.sh
trap '$server stop' EXIT
failed=0
run() {
  local env
  $server reset # what a run that was killed left behind must not fail this one
  $server start || exit $?
  env=$($server env) || exit $?
  eval "$env"
  echo "== ${NATE_DIRECTUS_URL}: access tokens live for ${NATE_DIRECTUS_ACCESS_TTL_MS} ms"
  go test -p 1 -count=1 -timeout 20m ./node/directus/... || failed=1
  go test -count=1 -timeout 20m -run '^TestReal' . || failed=1 # the others of the root want no server
}
run
# Again, whatever became of the first time: what expires can be seen expiring, and what is cut can be seen to be put together.
ACCESS_TOKEN_TTL=2s REFRESH_TOKEN_TTL=4s SESSION_REFRESH_GRACE_PERIOD=2s QUERY_LIMIT_MAX=100 run
exit $failed

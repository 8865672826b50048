#!/usr/bin/env bash
# Runs the images as the chart's pods run (half a processor, 512 MiB, user 1000, a read-only root, no capabilities) against a PostgreSQL
# of its own, checks that they work there, and measures start, memory, response times at 100 connections, and compressed sizes.
#
#   scripts/build-images.sh && scripts/verify-images.sh
#
# Needs podman, wrk, curl, jq, openssl, and PostgreSQL's server programs. What is missing is named, and the exit code is then 77.
# Times and memory are printed, and fail only where the specification's limits (start 30 s, 512 MiB) are broken: the load generator and
# PostgreSQL share the machine, so the figures are rough. SECONDS_PER_RUN (10), CONNECTIONS (100), BACKEND_IMAGE, FRONTEND_IMAGE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

backend_image=${BACKEND_IMAGE:-localhost/todo-backend:latest}
frontend_image=${FRONTEND_IMAGE:-localhost/todo-frontend:latest}
seconds=${SECONDS_PER_RUN:-10} connections=${CONNECTIONS:-100}

skip() {
  echo "skipped: $1"
  exit 77
}
for program in podman wrk curl jq openssl; do
  command -v "$program" >/dev/null || skip "$program is missing (Debian: apt-get install $program)"
done
postgres_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$postgres_bin/initdb" ] || skip "PostgreSQL's server programs are missing (Debian: apt-get install postgresql)"
for image in "$backend_image" "$frontend_image"; do
  podman image exists "$image" || skip "the image $image is not there: scripts/build-images.sh"
done

work=$(mktemp -d)
chmod 755 "$work"
containers=()
postgres_id=
# shellcheck disable=SC2329 # The trap calls it.
cleanup() {
  [ ${#containers[@]} = 0 ] || podman rm -f -t 0 "${containers[@]}" >/dev/null 2>&1 || true
  if [ -n "$postgres_id" ]; then
    kill -INT "$postgres_id" 2>/dev/null || true
    wait "$postgres_id" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT

failures=0
passed() { echo "passed  $*"; }
failed() {
  echo "FAILED  $*"
  failures=$((failures + 1))
}
# holds WHAT COMMAND…
holds() {
  local what=$1
  shift
  if "$@"; then passed "$what"; else failed "$what"; fi
}
lacks() { ! grep -E "$1" "$2"; }
megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f MB", bytes / 1000000 }'; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# Inside another container, podman's defaults (systemd, crun) may not work: then the plainest there is.
podman=(podman)
runnable() { "${podman[@]}" run --rm --network host "${limits[@]}" "$backend_image" --help >"$work/try.log" 2>&1; }
limits=(--user 1000:1000 --read-only --read-only-tmpfs=false --cap-drop all --security-opt no-new-privileges --memory 512m --memory-swap 512m --cpus 0.5
  --ulimit nofile=1024:4096 --ulimit nproc=4096:4096)
if ! runnable; then
  podman=(podman --cgroup-manager cgroupfs --runtime runc)
  runnable || { cat "$work/try.log"; skip "podman cannot run a container with limits here"; }
fi

echo "== images"
# What an image holds, without running it: the chart's paths, and nothing to run scripts with.
for image in "$backend_image" "$frontend_image"; do
  name=$(basename "${image%:*}")
  container=$("${podman[@]}" create --network host "$image")
  containers+=("$container")
  "${podman[@]}" export "$container" | tar -t >"$work/$name.files"
  holds "$name has no shell, package manager, SDK or debug symbols" \
    lacks '(^|/)(sh|bash|dash|busybox|apt|dpkg|curl)$|/sdk/|\.(pdb|dbg)$' "$work/$name.files"
  holds "$name runs as 1000:1000" [ "$(podman inspect --format '{{.Config.User}}' "$container")" = 1000:1000 ]
  for label in title description licenses version revision; do
    [ -n "$(podman image inspect "$image" | jq -r ".[0].Labels[\"org.opencontainers.image.$label\"] // empty")" ] || failed "$name has no label $label"
  done
  podman push --quiet --compress "$image" "dir:$work/$name" >/dev/null 2>&1
  total=$(jq '[.layers[].size] | add' "$work/$name/manifest.json")
  "${podman[@]}" cp "$container:/app" "$work/$name.app"
  own=$(tar -C "$work/$name.app" -c . | gzip | wc -c)
  echo "size    $name: $(megabytes "$total") compressed on this base, of which /app $(megabytes "$own")"
  rm -rf "${work:?}/$name"
  # The base image is published with 68 MB; a stand-in for it may be larger.
  holds "$name leaves 68 of 100 MB for the base image" [ "$own" -lt 32000000 ]
done
while read -r program; do
  holds "$program, which the chart runs, is in todo-backend" grep -qx "${program#/}" "$work/todo-backend.files"
done < <(grep -rhoE 'command: \[/app/[a-z-]+' helm/todo-app/templates | sed 's/.*\[//' | sort -u)
mcp_part=$(tar -C "$work/todo-backend.app" -c mcp-server libe_sqlite3.so | gzip | wc -c)
echo "size    mcp-server's part: $(megabytes "$mcp_part") compressed, $(du -m "$work/todo-backend.app/mcp-server" | cut -f1) MiB unpacked"
holds "mcp-server's part is below 25 MB compressed" [ "$mcp_part" -lt 25000000 ]

echo "== PostgreSQL"
as_user=()
if [ "$(id -u)" = 0 ]; then
  as_user=(setpriv "--reuid=$(id -u postgres)" "--regid=$(id -g postgres)" --clear-groups)
fi
port=$(free_port)
password="p@ss/w%rd $(openssl rand -hex 8)" # What would break a URL.
mkdir "$work/cluster"
printf '%s\n' "$password" >"$work/cluster/password"
[ ${#as_user[@]} = 0 ] || chown -R postgres: "$work/cluster"
"${as_user[@]}" "$postgres_bin/initdb" -D "$work/cluster/data" -U postgres --auth=scram-sha-256 --pwfile="$work/cluster/password" -E UTF8 --no-locale >/dev/null
"${as_user[@]}" "$postgres_bin/postgres" -D "$work/cluster/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= >"$work/postgres.log" 2>&1 &
postgres_id=$!
export PGPASSWORD=$password
until "$postgres_bin/psql" -h 127.0.0.1 -p "$port" -U postgres -qXc '' 2>/dev/null; do
  kill -0 "$postgres_id" || { cat "$work/postgres.log"; exit 1; }
  sleep 0.1
done
"$postgres_bin/psql" -h 127.0.0.1 -p "$port" -U postgres -qXc 'CREATE DATABASE todo_db'

mcp_port=$(free_port) backend_port=$(free_port) frontend_port=$(free_port)
key=$(openssl rand -base64 32)
umask 077
cat >"$work/env" <<EOF
BIND=127.0.0.1
DATABASE_URL=postgresql://postgres@127.0.0.1:$port/todo_db
POSTGRES_PASSWORD=$password
INTERNAL_AUTH_KEY=$key
MCP_SERVER_URL=http://127.0.0.1:$mcp_port
BACKEND_URL=http://127.0.0.1:$backend_port
TRUSTED_PROXIES=127.0.0.1
REGISTRATION=open
REGISTRATION_LIMIT=0
RATE_LIMIT=0
SHUTDOWN_DELAY=1
EOF
umask 022

# start NAME PORT IMAGE PROGRAM: runs it as a pod, waits until it is ready; its id is in ids.
start() {
  local begin started
  started=$("${podman[@]}" create --network host "${limits[@]}" --tmpfs "/tmp:rw,size=${5:-64m},mode=1777" --env-file "$work/env" --env "PORT=$2" \
    --entrypoint "[\"$4\"]" "$3")
  containers+=("$started")
  begin=$(milliseconds)
  "${podman[@]}" start "$started" >/dev/null
  until curl -fs -o /dev/null "http://127.0.0.1:$2/health"; do
    if [ $(($(milliseconds) - begin)) -gt 30000 ] || [ "$(podman inspect --format '{{.State.Running}}' "$started")" != true ]; then
      "${podman[@]}" logs "$started"
      failed "$1 is ready within 30 seconds"
      exit 1
    fi
    sleep 0.03
  done
  ids[$1]=$started
  echo "start   $1: $(($(milliseconds) - begin)) ms until /health"
}
memory() { awk -v name="$2:" '$1 == name { printf "%.0f", $2 / 1024 }' "/proc/$(podman inspect --format '{{.State.Pid}}' "$1")/status"; }

echo "== starting, with half a processor and 512 MiB each"
for program in todo-backend mcp-server; do
  begin=$(milliseconds)
  if "${podman[@]}" run --rm --network host "${limits[@]}" --tmpfs /tmp:rw,size=16m,mode=1777 --env-file "$work/env" \
    --entrypoint "[\"/app/$program\", \"migrate\"]" "$backend_image" >"$work/migrate.log" 2>&1; then
    passed "$program migrate ($(($(milliseconds) - begin)) ms)"
  else
    cat "$work/migrate.log"
    failed "$program migrate"
    exit 1
  fi
done
declare -A ids
start mcp-server "$mcp_port" "$backend_image" /app/mcp-server 600m
start backend "$backend_port" "$backend_image" /app/todo-backend
start frontend "$frontend_port" "$frontend_image" /app/todo-frontend
for each in mcp-server backend frontend; do echo "memory  $each: $(memory "${ids[$each]}" VmRSS) MiB after the start"; done

echo "== working"
holds "mcp-server asks for its health" "${podman[@]}" exec "${ids[mcp-server]}" /app/mcp-server check "http://127.0.0.1:$mcp_port/health"
holds "backend asks for its health" "${podman[@]}" exec "${ids[backend]}" /app/todo-backend check "http://127.0.0.1:$backend_port/health"
holds "frontend asks for its health" "${podman[@]}" exec "${ids[frontend]}" /app/todo-frontend check "http://127.0.0.1:$frontend_port/health"
origin=http://127.0.0.1:$frontend_port
session=
api() { curl -sS -H 'Content-Type: application/json' ${session:+-H "Authorization: Bearer $session"} "$@"; }
register() {
  api "$origin/api/auth/register" -d "{\"email\": \"$1@example.com\", \"password\": \"a few words make a good one\", \"timeZone\": \"Europe/Berlin\"}" | jq -r '.token // empty'
}
session=$(register ada)
holds "an account through frontend and backend" [ -n "$session" ]
holds "German as its language" [ "$(api -X PATCH "$origin/api/account" -d '{"locale": "de-DE"}' | jq -r .locale)" = de-DE ]
task=$(api "$origin/api/tasks" -d '{"title": "Äpfel kaufen", "due": "2030-12-01T09:00", "dueTimeZone": "America/New_York"}')
holds "a task with a time zone" [ "$(jq -r .dueTimeZone <<<"$task")" = America/New_York ]
holds "a time zone that does not exist is refused" \
  [ "$(api -o /dev/null -w '%{http_code}' "$origin/api/tasks" -d '{"title": "Moon", "due": "2030-12-01T09:00", "dueTimeZone": "Moon/Crater"}')" = 422 ]
# In Berlin the day begins before it does in UTC: a task of today there is neither overdue nor upcoming.
api "$origin/api/tasks" -d "{\"title\": \"Heute\", \"due\": \"$(TZ=Europe/Berlin date +%F)\"}" >/dev/null
holds "today is today in Berlin" [ "$(api "$origin/api/tasks?due=today" | jq -r '.items[0].title')" = Heute ]
holds "a German date (24.12.2030)" \
  [ "$(api "$origin/api/tasks/parse" -d '{"text": "Geschenke einpacken 24.12.2030"}' | jq -r '.task.due')" = 2030-12-24 ]
curl -sS -o /dev/null -c "$work/cookies" "$origin/sign-in" --data-urlencode email=ada@example.com --data-urlencode "password=a few words make a good one"
holds "a German page, with the date and the time of Berlin" grep -q '01\.12\.2030 15:00' <(curl -sS -b "$work/cookies" "$origin/inbox")
holds "letters compare by ICU's rules (ÄPFEL finds Äpfel)" [ "$(api -G "$origin/api/tasks" --data-urlencode 'q=ÄPFEL' | jq '.items | length')" = 1 ]
api "$origin/api/export?format=json" >"$work/export.json"
holds "an import through /tmp" [ "$(api -o /dev/null -w '%{http_code}' "$origin/api/import?dryRun=true" --data-binary "@$work/export.json")" = 200 ]

echo "== under load: $connections connections, $seconds s each"
sync # What was just built is still being written, and would slow down PostgreSQL's log.
session=
for ((i = 1; i <= 10; i++)); do register "load$i"; done >"$work/sessions"
# What the backend would sign, valid for a minute.
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
identities() {
  local i id now signed hex
  now=$(date +%s)
  hex=$(openssl base64 -d -A <<<"$key" | od -An -tx1 | tr -d ' \n')
  for ((i = 1; i <= 10; i++)); do
    id=$(printf '019a0000-0000-7000-9000-%012d' "$i")
    signed=$(printf '{"alg":"HS256","typ":"internal+jwt"}' | base64url).$(printf '{"iss":"todo-backend","aud":"mcp-server","sub":"%s","space":"%s","name":"Load","zoneinfo":"Europe/Berlin","locale":"de-DE","weekStart":"monday","scope":"tasks:read tasks:write","act":{"kind":"person","id":"%s","name":"Load"},"iat":%d,"exp":%d}' "$id" "$id" "$id" "$now" $((now + 60)) | base64url)
    printf '%s.%s\n' "$signed" "$(printf %s "$signed" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$hex" -binary | base64url)"
  done
}
# load WHAT OPERATION URL PREFIX TOKENS
load() {
  local requests microseconds p50 p95 p99 errors result
  result=$(wrk -t 2 -c "$connections" -d "$seconds" --timeout 10 -s bench/load.lua "$3" -- "$2" "$4" 10 1 "$5" "$RANDOM$RANDOM" | sed -n 's/^RESULT //p')
  read -r requests microseconds p50 p95 p99 errors <<<"$result"
  echo "load    $1, $2: $((requests * 1000000 / microseconds)) requests/s, p50 $((p50 / 1000)) ms, p95 $((p95 / 1000)) ms, p99 $((p99 / 1000)) ms (p95 of mcp-server should be below 200)"
  holds "$1, $2: requests were answered" [ "$requests" -gt 0 ]
  holds "$1, $2: no request failed" [ "$errors" = 0 ]
}
for operation in create list; do
  identities >"$work/identities"
  load "mcp-server alone" "$operation" "http://127.0.0.1:$mcp_port" "" "$work/identities"
  load "frontend, backend and mcp-server" "$operation" "$origin" /api "$work/sessions"
done
for each in mcp-server backend frontend; do
  echo "memory  $each: $(memory "${ids[$each]}" VmRSS) MiB after the load, at most $(memory "${ids[$each]}" VmHWM) MiB"
done

echo "== stopping"
for each in frontend backend mcp-server; do
  "${podman[@]}" stop -t 40 "${ids[$each]}" >/dev/null
  holds "$each ends by itself after SIGTERM" [ "$(podman inspect --format '{{.State.ExitCode}}' "${ids[$each]}")" = 0 ]
done

echo "$failures failed"
[ "$failures" -eq 0 ]

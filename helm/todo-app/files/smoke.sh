#!/usr/bin/env bash
# The way of a task through every service, as "helm test" walks it: sign up (or take TOKEN), add a task, read it, ask an MCP tool for
# it, and remove everything again. It speaks HTTP by bash alone, so that it runs in any image with bash.
set -euo pipefail

# request METHOD PATH [BODY]: sets STATUS and ANSWER. A 503 is what it says, for the moment: tried again, with the same idempotency key.
request() {
  local key=helm-test-$RANDOM$RANDOM$RANDOM$RANDOM attempt
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    request_once "$key" "$@"
    [ "$STATUS" = 503 ] || return 0
    sleep "$((attempt < 3 ? 1 : 3))"
  done
}

request_once() {
  local key=$1 body=${4:-} line
  shift
  exec 3<>"/dev/tcp/$HOST/$PORT"
  {
    printf '%s %s HTTP/1.0\r\nHost: %s\r\n' "$1" "$2" "$HOST"
    printf 'Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n'
    printf 'Idempotency-Key: %s\r\n' "$key"
    [ -z "${TOKEN:-}" ] || printf 'Authorization: Bearer %s\r\n' "$TOKEN"
    [ -z "$body" ] || printf 'Content-Type: application/json\r\n'
    printf 'Content-Length: %s\r\n\r\n%s' "$(printf %s "$body" | wc -c)" "$body"
  } >&3
  read -r _ STATUS _ <&3
  while read -r line <&3 && [ "$line" != $'\r' ]; do :; done
  ANSWER=$(cat <&3)
  exec 3>&-
}

# expect STATUS WHAT: ends the test when the last answer has another status.
expect() {
  if [ "$STATUS" != "$1" ]; then
    echo "FAILED: $2: $STATUS instead of $1: $ANSWER" >&2
    exit 1
  fi
  echo "passed: $2"
}

# text FIELD: the first text of that name in the answer.
text() {
  local pattern="\"$1\":\"([^\"]*)\""
  [[ $ANSWER =~ $pattern ]] && printf %s "${BASH_REMATCH[1]}"
}

# The throw-away account goes also when something failed.
remove_account() {
  TOKEN=$session
  request DELETE /api/account "{\"password\":\"$password\"}"
  expect 202 "delete the account"
}

password=helm-test-$RANDOM$RANDOM$RANDOM$RANDOM
if [ -z "${TOKEN:-}" ]; then
  request POST /api/auth/register "{\"email\":\"helm-test-$RANDOM$RANDOM@example.com\",\"password\":\"$password\",\"timeZone\":\"Etc/UTC\"}"
  if [ "$STATUS" = 403 ]; then
    echo "passed: frontend and backend answer"
    echo "NOT TRIED: tasks. Registration is not open; set tests.tokenSecret to try with an account of yours."
    exit 0
  fi
  expect 201 "sign up"
  session=$(text token)
  trap remove_account EXIT
  TOKEN=$session
  request POST /api/tokens '{"name":"helm test","scopes":["tasks:read","tasks:write"]}'
  expect 201 "make a personal token"
  TOKEN=$(text token)
fi

title="helm test $RANDOM$RANDOM"
request POST /api/tasks "{\"title\":\"$title\"}"
expect 201 "add a task through frontend, backend, mcp-server and database"
task=$(text id)
request GET "/api/tasks/$task"
expect 200 "read it"
request POST /mcp "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"find_tasks\",\"arguments\":{\"text\":\"${title#helm test }\"}}}"
expect 200 "call an MCP tool"
if [[ $ANSWER != *"$title"* ]]; then
  echo "FAILED: find_tasks does not find it: $ANSWER" >&2
  exit 1
fi
request DELETE "/api/tasks/$task"
[ "$STATUS" = 204 ] || expect 200 "delete it"

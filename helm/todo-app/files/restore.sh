#!/usr/bin/env bash
# Replaces the database's content by a dump: /backups/$DUMP, or the newest. All or nothing: one transaction. What was there before is
# dumped first, as before-restore-<UTC time>.dump. Refuses while anything else is connected.
set -euo pipefail
umask 027

folder=${BACKUPS:-/backups}
dump=${DUMP:-$(find "$folder" -maxdepth 1 -name 'todo-*.dump' -printf '%f\n' | sort | tail -n 1)}
if [ -z "$dump" ] || [ ! -f "$folder/$dump" ]; then
  echo "There is no dump '${dump:-todo-*.dump}'. There are:" >&2
  find "$folder" -maxdepth 1 -name '*.dump' -printf '%f\n' | sort >&2
  exit 1
fi

# A network plugin may need a moment until it lets a new pod through.
for ((left = 60; left > 0; left--)); do
  if pg_isready --dbname="$DATABASE_URL" --quiet; then break; fi
  sleep 1
done

connected=$(psql --dbname="$DATABASE_URL" --no-psqlrc --tuples-only --no-align --command="
  SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
if [ "$connected" -ne 0 ]; then
  echo "$connected connections use the database. Scale backend and mcp-server to 0 first, and wait for their pods to end." >&2
  exit 1
fi

sql=$folder/.restore.sql
before=before-restore-$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f "$sql" "$folder/.$before.partial"' EXIT
pg_dump --dbname="$DATABASE_URL" --format=custom --file="$folder/.$before.partial"
mv "$folder/.$before.partial" "$folder/$before"

# All of the dump is read before anything is touched. Who owns what is the restoring user's.
pg_restore --no-owner --no-privileges --no-comments --file="$sql" "$folder/$dump"
PGOPTIONS="--client-min-messages=warning" psql --dbname="$DATABASE_URL" --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 --output=/dev/null \
  --command="DROP SCHEMA IF EXISTS accounts, tasks CASCADE" --file="$sql"
psql --dbname="$DATABASE_URL" --no-psqlrc --quiet --command="ANALYZE"
echo "restored $dump; what was there before is in $before"

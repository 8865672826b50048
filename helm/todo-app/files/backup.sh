#!/usr/bin/env bash
# Dumps the database to /backups/todo-<UTC time>.dump and removes dumps that are older than RETENTION_DAYS.
# A dump has its name only when it is whole and can be read.
set -euo pipefail
umask 027

name=${NAME:-todo}-$(date -u +%Y%m%dT%H%M%SZ).dump
folder=${BACKUPS:-/backups}
partial=$folder/.$name.partial
trap 'rm -f "$partial"' EXIT
find "$folder" -maxdepth 1 -name '.*.partial' -mmin +180 -delete

# A network plugin may need a moment until it lets a new pod through.
for ((left = 60; left > 0; left--)); do
  if pg_isready --dbname="$DATABASE_URL" --quiet; then break; fi
  sleep 1
done

pg_dump --dbname="$DATABASE_URL" --format=custom --file="$partial"
pg_restore --list "$partial" >/dev/null
sync "$partial"
mv "$partial" "$folder/$name"
find "$folder" -maxdepth 1 -name '*.dump' ! -name "$name" -mtime "+$RETENTION_DAYS" -delete
echo "wrote $name ($(stat --format=%s "$folder/$name") bytes)"

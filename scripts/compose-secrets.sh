#!/usr/bin/env bash
# Prints the settings that compose.yaml needs and that have no default, newly made:
#
#   (umask 077; scripts/compose-secrets.sh > .env)
#
# The password of a database that exists does not change by this. To change it, write the new one into .env, and:
#
#   docker compose exec postgres psql -U postgres -c "ALTER ROLE postgres PASSWORD 'THE NEW ONE'" && docker compose up --detach
set -euo pipefail
printf 'POSTGRES_PASSWORD=%s\n' "$(openssl rand -hex 24)"
printf 'INTERNAL_AUTH_KEY=%s\n' "$(openssl rand -base64 32)"

#!/usr/bin/env bash
# Prints the settings that compose.yaml needs and that have no default, newly made:
#
#   (umask 077; scripts/compose-secrets.sh > .env)
#
# The password of a database that exists does not change by this: docs/operations.md, "Changing secrets".
set -euo pipefail
printf 'POSTGRES_PASSWORD=%s\n' "$(openssl rand -hex 24)"
printf 'INTERNAL_AUTH_KEY=%s\n' "$(openssl rand -base64 32)"

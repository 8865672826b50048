#!/usr/bin/env bash
# Writes the digests of the base images into the Dockerfile, and that of PostgreSQL into compose.yaml, as the registries give them now.
# Run it where registries are reachable; commit what changed. Nothing is written unless all were read. The chart's default stays a tag,
# because a digest would win over the tag of whoever changes it: put the digest that is printed into your own values.
#
#   scripts/pin.sh             Dockerfile, compose.yaml
#   scripts/pin.sh --check     writes nothing; the exit code is 1 when a digest is missing or another
#
# Needs skopeo, crane or docker with buildx.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check=false
case "${1:-}" in
  "") ;;
  --check) check=true ;;
  *)
    echo "usage: scripts/pin.sh [--check]" >&2
    exit 2
    ;;
esac

# The digest of the list of all architectures.
digest() {
  if command -v skopeo >/dev/null; then
    skopeo inspect --raw "docker://$1" | sha256sum | sed 's/^\([0-9a-f]*\).*/sha256:\1/'
  elif command -v crane >/dev/null; then
    crane digest "$1"
  elif docker buildx version >/dev/null 2>&1; then
    docker buildx imagetools inspect --raw "$1" | sha256sum | sed 's/^\([0-9a-f]*\).*/sha256:\1/'
  else
    echo "skopeo, crane or docker buildx is needed (Debian: apt-get install skopeo)." >&2
    return 1
  fi
}

read_digest() {
  local value
  value=$(digest "$1")
  if [[ ! $value =~ ^sha256:[0-9a-f]{64}$ ]]; then
    echo "The registry gave no digest for $1, but: $value" >&2
    return 1
  fi
  echo "$value"
}

# The tag of an image in a file, without the digest that may follow it.
named() { sed -nE "s,$2,\\1,p" "$1" | head -n 1; }

sdk=$(named Dockerfile '^ARG SDK_IMAGE=([^@]*).*')
aspnet=$(named Dockerfile '^ARG ASPNET_IMAGE=([^@]*).*')
postgres=$(named compose.yaml '^ *image: (postgres:[^@]*).*')
sdk_digest=$(read_digest "$sdk")
aspnet_digest=$(read_digest "$aspnet")
postgres_digest=$(read_digest "docker.io/library/$postgres")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed -E -e "s,^(ARG SDK_IMAGE=[^@]*).*,\\1@$sdk_digest," -e "s,^(ARG ASPNET_IMAGE=[^@]*).*,\\1@$aspnet_digest," Dockerfile >"$work/Dockerfile"
sed -E "s,^( *image: postgres:[^@]*).*,\\1@$postgres_digest," compose.yaml >"$work/compose.yaml"
status=0
for file in Dockerfile compose.yaml; do
  if ! cmp -s "$file" "$work/$file"; then
    if $check; then
      echo "$file: a digest is missing or another" >&2
      status=1
    else
      cp "$work/$file" "$file"
      echo "pinned $file"
    fi
  fi
done
echo "For your own values: postgresql.image.digest=$postgres_digest ($postgres)"
exit "$status"

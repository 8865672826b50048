#!/usr/bin/env bash
# Builds the images todo-backend and todo-frontend for this machine's architecture, with docker, podman or buildah.
#
#   scripts/build-images.sh                                  todo-backend:latest and todo-frontend:latest
#   REGISTRY=registry.example.com/team TAG=0.2.0 scripts/build-images.sh --push
#
# BUILDER (docker, podman or buildah; the first that is there), REGISTRY (none), TAG (latest), VERSION (the one in
# Directory.Build.props), SOURCE_URL (where the source is; for a label), SDK_IMAGE and ASPNET_IMAGE (other base images than the Dockerfile's),
# BUILD_OPTIONS (more options for the builder, separated by spaces).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

push=false
case "${1:-}" in
  "") ;;
  --push) push=true ;;
  *)
    echo "usage: scripts/build-images.sh [--push]" >&2
    exit 2
    ;;
esac

builder=${BUILDER:-}
for each in docker podman buildah; do
  if [ -z "$builder" ] && command -v "$each" >/dev/null; then
    builder=$each
  fi
done
if [ -z "$builder" ]; then
  echo "Neither docker nor podman nor buildah is installed (Debian: apt-get install buildah)." >&2
  exit 1
fi

prefix=${REGISTRY:+$REGISTRY/}
tag=${TAG:-latest}
version=${VERSION:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)}
revision=$(git rev-parse HEAD 2>/dev/null || true)
if [ -n "$revision" ] && [ -n "$(git status --porcelain)" ]; then
  revision+=-changed
fi

options=(--build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "SOURCE_URL=${SOURCE_URL:-}")
[ -z "${SDK_IMAGE:-}" ] || options+=(--build-arg "SDK_IMAGE=$SDK_IMAGE")
[ -z "${ASPNET_IMAGE:-}" ] || options+=(--build-arg "ASPNET_IMAGE=$ASPNET_IMAGE")
[ "$builder" = docker ] || options+=(--layers)
read -ra more <<<"${BUILD_OPTIONS:-}"

for target in backend frontend; do
  echo "building ${prefix}todo-$target:$tag with $builder"
  "$builder" build --target "$target" --tag "${prefix}todo-$target:$tag" "${options[@]}" "${more[@]}" .
done
if $push; then
  for target in backend frontend; do
    "$builder" push "${prefix}todo-$target:$tag"
  done
fi

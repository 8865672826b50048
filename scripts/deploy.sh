#!/usr/bin/env bash
# Installs Todo App on this machine's kind or Minikube, from this clone: makes the cluster when it is not there, builds the images,
# brings them into it, installs or upgrades the chart, and runs "helm test".
#
#   scripts/deploy.sh kind
#   scripts/deploy.sh minikube
#   scripts/deploy.sh kind -f my-values.yaml --set publicUrl=http://localhost:3000      what follows goes to helm
#
# CLUSTER (todo-app), NAMESPACE (todo-app), RELEASE (todo), BUILD=no (takes the images that are there).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  echo "usage: scripts/deploy.sh kind|minikube [options for helm]" >&2
  exit 2
}
target=${1:-}
[ "$target" = kind ] || [ "$target" = minikube ] || usage
shift
cluster=${CLUSTER:-todo-app} namespace=${NAMESPACE:-todo-app} release=${RELEASE:-todo}

need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || { echo "$program is not installed." >&2; exit 1; }
  done
}
need kubectl helm docker "$target"

# A tag of its own for each build: pods of an image that is still called the same would not be replaced.
tag=$(git rev-parse --short HEAD)-$(date -u +%Y%m%d%H%M%S)
if [ "${BUILD:-yes}" = no ]; then
  tag=${TAG:-latest}
else
  BUILDER=docker TAG=$tag scripts/build-images.sh
fi

case $target in
  kind)
    kind get clusters | grep -x "$cluster" >/dev/null || kind create cluster --name "$cluster" --wait 120s
    context=kind-$cluster
    kind load docker-image --name "$cluster" "todo-backend:$tag" "todo-frontend:$tag"
    ;;
  minikube)
    # Calico, because the default network does not enforce policies.
    minikube status --profile "$cluster" >/dev/null 2>&1 || minikube start --profile "$cluster" --cni calico --addons metrics-server
    context=$cluster
    minikube image load --profile "$cluster" "todo-backend:$tag"
    minikube image load --profile "$cluster" "todo-frontend:$tag"
    ;;
esac

kubectl --context "$context" create namespace "$namespace" --dry-run=client -o yaml | kubectl --context "$context" apply -f - >/dev/null
kubectl --context "$context" label namespace "$namespace" pod-security.kubernetes.io/enforce=restricted --overwrite >/dev/null

# The Service stays inside: a LoadBalancer would wait for an address that these clusters give only with more software.
helm upgrade "$release" helm/todo-app --install --kube-context "$context" --namespace "$namespace" --wait --timeout 10m \
  --set frontend.service.type=ClusterIP \
  --set "frontend.image.tag=$tag,backend.image.tag=$tag,mcpServer.image.tag=$tag" "$@"
helm test "$release" --kube-context "$context" --namespace "$namespace" --logs

cat <<EOF

Todo App runs. To open it:

  kubectl --context $context --namespace $namespace port-forward service/frontend 3000:80
  http://localhost:3000

To look at what Kubernetes did:  KUBE_CONTEXT=$context NAMESPACE=$namespace scripts/verify.sh
EOF

#!/usr/bin/env bash
# Looks at an installation in Kubernetes: waits for the rollouts, shows pods, autoscalers and Jobs, the events that Kubernetes wrote for
# probes, autoscalers and Jobs, runs "helm test", and says whether anything is wrong. Changes nothing.
#
#   NAMESPACE=todo-app RELEASE=todo scripts/verify.sh
#   scripts/verify.sh --no-test        without "helm test", which makes a throw-away account where registration is open
#
# NAMESPACE (todo-app), RELEASE (todo), NAME_PREFIX (the chart's namePrefix), KUBE_CONTEXT (kubectl's current one).
set -euo pipefail

test=true
case "${1:-}" in
  "") ;;
  --no-test) test=false ;;
  *)
    echo "usage: scripts/verify.sh [--no-test]" >&2
    exit 2
    ;;
esac
namespace=${NAMESPACE:-todo-app} release=${RELEASE:-todo} prefix=${NAME_PREFIX:-}
for program in kubectl helm; do
  command -v "$program" >/dev/null || { echo "$program is not installed." >&2; exit 1; }
done
kubectl=(kubectl --namespace "$namespace") helm=(helm --namespace "$namespace")
if [ -n "${KUBE_CONTEXT:-}" ]; then
  kubectl+=(--context "$KUBE_CONTEXT")
  helm+=(--kube-context "$KUBE_CONTEXT")
fi
selector=app.kubernetes.io/part-of=todo-app,app.kubernetes.io/instance=$release

wrong=0
title() { printf '\n== %s\n' "$*"; }
complain() {
  echo "WRONG: $*"
  wrong=$((wrong + 1))
}

title "release"
"${helm[@]}" status "$release" | sed -n '1,/^NOTES/{/^NOTES/!p}'

title "rollouts"
for service in frontend backend mcp-server; do
  # mcp-server may be a container of the backend's pods.
  if "${kubectl[@]}" get "deployment/$prefix$service" >/dev/null 2>&1; then
    "${kubectl[@]}" rollout status "deployment/$prefix$service" --timeout=5m || complain "$prefix$service is not rolled out"
  elif [ "$service" != mcp-server ]; then
    complain "there is no deployment $prefix$service"
  fi
done
if "${kubectl[@]}" get "statefulset/${prefix}postgres" >/dev/null 2>&1; then
  "${kubectl[@]}" rollout status "statefulset/${prefix}postgres" --timeout=5m || complain "${prefix}postgres is not rolled out"
fi

title "pods"
"${kubectl[@]}" get pods --selector "$selector" --output wide
restarts=$("${kubectl[@]}" get pods --selector "$selector" \
  --output 'jsonpath={range .items[*]}{.metadata.name}{range .status.containerStatuses[*]} {.name}={.restartCount}{end}{"\n"}{end}' | grep -E '=[1-9]' || true)
[ -z "$restarts" ] || printf 'restarted: %s\n' "$restarts"

title "autoscalers, disruption budgets, Jobs, volumes"
"${kubectl[@]}" get horizontalpodautoscalers,poddisruptionbudgets,jobs,cronjobs,persistentvolumeclaims --selector "$selector" || true
given_up=$("${kubectl[@]}" get jobs --selector "$selector" \
  --output 'jsonpath={range .items[?(@.status.failed)]}{.metadata.name} {.status.conditions[?(@.type=="Failed")].status}{"\n"}{end}' | awk '$2 == "True" { print $1 }')
[ -z "$given_up" ] || complain "Jobs were given up: $given_up"

# Kubernetes keeps events for an hour.
events() { "${kubectl[@]}" get events --sort-by .lastTimestamp --output custom-columns=LAST:.lastTimestamp,COUNT:.count,OBJECT:.involvedObject.name,REASON:.reason,MESSAGE:.message --no-headers "$@" 2>/dev/null || true; }
title "events: probes (Unhealthy, Killing, BackOff)"
{ events --field-selector reason=Unhealthy; events --field-selector reason=Killing; events --field-selector reason=BackOff; } | tail -n 20
title "events: autoscalers"
events --field-selector involvedObject.kind=HorizontalPodAutoscaler | tail -n 20
title "events: Jobs"
{ events --field-selector involvedObject.kind=Job; events --field-selector involvedObject.kind=CronJob; } | tail -n 20
title "events: other warnings"
events --field-selector type=Warning,reason!=Unhealthy,reason!=BackOff | tail -n 20

if $test; then
  title "helm test"
  "${helm[@]}" test "$release" --logs || complain "helm test failed"
fi

title "$([ "$wrong" -eq 0 ] && echo "nothing is wrong" || echo "$wrong wrong")"
[ "$wrong" -eq 0 ]

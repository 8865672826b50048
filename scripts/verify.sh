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
    [ "$("${kubectl[@]}" get "deployment/$prefix$service" --output 'jsonpath={.spec.replicas}')" != 0 ] || complain "$prefix$service is scaled to 0"
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
# The claims of a StatefulSet have its selector's labels only.
"${kubectl[@]}" get persistentvolumeclaims --selector "app=${prefix}postgres" --no-headers 2>/dev/null || true
given_up=$("${kubectl[@]}" get jobs --selector "$selector" \
  --output 'jsonpath={range .items[?(@.status.failed)]}{.metadata.name} {.status.conditions[?(@.type=="Failed")].status}{"\n"}{end}' | awk '$2 == "True" { print $1 }')
[ -z "$given_up" ] || complain "Jobs were given up: $given_up"

# Kubernetes keeps events for an hour. Some have only eventTime, and no count.
events=$("${kubectl[@]}" get events --output 'jsonpath={range .items[*]}{.lastTimestamp}{"\t"}{.eventTime}{"\t"}{.count}{"\t"}{.type}{"\t"}{.involvedObject.kind}{"\t"}{.involvedObject.name}{"\t"}{.reason}{"\t"}{.message}{"\n"}{end}' 2>/dev/null |
  awk -F '\t' -v OFS='\t' 'NF >= 8 { print substr($1 ~ /^[0-9]/ ? $1 : $2, 1, 19) "Z", ($3 ~ /^[0-9]/ ? $3 : 1) "x", $4, $5, $6, $7, $8 }' | sort || true)
# show CONDITION: the last events of those that an awk condition on type, kind and reason chooses.
show() { awk -F '\t' "{ type = \$3; kind = \$4; reason = \$6 } $1 { print \$1, \$2, \$4 \"/\" \$5, \$6 \": \" \$7 }" <<<"$events" | tail -n 20; }
title "events: probes (Unhealthy, Killing, BackOff)"
show 'reason ~ /^(Unhealthy|Killing|BackOff)$/'
title "events: autoscalers"
show 'kind == "HorizontalPodAutoscaler"'
title "events: Jobs"
show 'kind ~ /^(Cron)?Job$/'
title "events: other warnings"
show 'type == "Warning" && kind !~ /Job|HorizontalPodAutoscaler/ && reason !~ /^(Unhealthy|BackOff)$/'

if $test; then
  title "helm test"
  "${helm[@]}" test "$release" --logs || complain "helm test failed"
fi

title "$([ "$wrong" -eq 0 ] && echo "nothing is wrong" || echo "$wrong wrong")"
[ "$wrong" -eq 0 ]

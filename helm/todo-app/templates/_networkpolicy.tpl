{{/* The head of a policy, up to its spec: (list $ "backend"). */}}
{{- define "todo-app.policy" }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "todo-app.name" . }}
  labels:
    {{- include "todo-app.labels" . | nindent 4 }}
spec:
{{- end }}

{{/* The pods of a name, as somebody to talk to: (list $ "backend"). */}}
{{- define "todo-app.policyPeer" -}}
- podSelector:
    matchLabels:
      {{- include "todo-app.selector" . | nindent 6 }}
{{- end }}

{{/* PostgreSQL's pods: the chart's own or the operator's. */}}
{{- define "todo-app.postgresSelector" -}}
{{- if .Values.cloudnativePg.enabled -}}
cnpg.io/cluster: {{ include "todo-app.name" (list . "postgres") }}
{{- else -}}
{{ include "todo-app.selector" (list . "postgres") }}
{{- end -}}
{{- end }}

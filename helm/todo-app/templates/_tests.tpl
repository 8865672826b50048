{{/* The head of a pod of "helm test", up to its containers: (list $ "health"). */}}
{{- define "todo-app.testPod" -}}
{{- $ := index . 0 -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "todo-app.name" (list $ (printf "helm-test-%s" (index . 1))) }}
  labels:
    {{- include "todo-app.labels" (list $ "helm-test") | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  {{- include "todo-app.podDefaults" (list $ 1000) | nindent 2 }}
  # Tried again within two minutes: a network plugin may need a moment until it knows a new pod.
  restartPolicy: OnFailure
  activeDeadlineSeconds: 120
{{- end }}

{{- define "todo-app.testContainer" -}}
{{- include "todo-app.containerSecurity" . }}
resources:
  requests:
    memory: 64Mi
    cpu: 50m
  limits:
    memory: 256Mi
    cpu: 500m
{{- end }}

{{/* Beside the backend, whose port has that name already, it needs another. */}}
{{- define "todo-app.mcpServerMetricsPort" -}}
{{ ternary "metrics" "mcp-metrics" .Values.mcpServer.enabled }}
{{- end }}

{{/* The container of mcp-server, in pods of its own or beside the backend. */}}
{{- define "todo-app.mcpServerContainer" -}}
- name: mcp-server
  {{- include "todo-app.image" .Values.mcpServer.image | nindent 2 }}
  command: [/app/mcp-server]
  {{- if or .Values.mcpServer.enabled .Values.metrics.enabled }}
  ports:
    {{- if .Values.mcpServer.enabled }}
    - name: http
      containerPort: 8001
    {{- end }}
    {{- if .Values.metrics.enabled }}
    - name: {{ include "todo-app.mcpServerMetricsPort" . }}
      containerPort: 9465
    {{- end }}
  {{- end }}
  envFrom:
    - configMapRef:
        name: {{ include "todo-app.name" (list . "mcp-server-config") }}
  env:
    {{- include "todo-app.passwordEnv" (list . "POSTGRES_PASSWORD") | nindent 4 }}
    {{- include "todo-app.internalAuthEnv" . | nindent 4 }}
    {{- with .Values.mcpServer.extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if .Values.mcpServer.enabled }}
  {{- include "todo-app.probes" . | nindent 2 }}
  {{- else }}
  # The kubelet cannot reach the pod's localhost, so the program asks itself; it is native, and back within a few milliseconds.
  startupProbe:
    exec:
      command: [/app/mcp-server, check, "http://127.0.0.1:8001/health/live"]
    periodSeconds: 4
    timeoutSeconds: 10
    failureThreshold: 10
  livenessProbe:
    exec:
      command: [/app/mcp-server, check, "http://127.0.0.1:8001/health/live"]
    periodSeconds: 30
    timeoutSeconds: 10
    failureThreshold: 3
  readinessProbe:
    exec:
      command: [/app/mcp-server, check, "http://127.0.0.1:8001/health"]
    periodSeconds: 15
    timeoutSeconds: 10
    failureThreshold: 3
  {{- end }}
  {{- include "todo-app.containerSecurity" . | nindent 2 }}
  resources:
    {{- toYaml .Values.mcpServer.resources | nindent 4 }}
  volumeMounts:
    - name: mcp-server-tmp
      mountPath: /tmp
    {{- include "todo-app.databaseCaMount" . | nindent 4 }}
{{- end }}

{{- define "todo-app.mcpServerVolumes" -}}
- name: mcp-server-tmp
  emptyDir:
    sizeLimit: {{ .Values.mcpServer.temporaryStorage }}
{{- end }}

{{/* The container of mcp-server, in pods of its own or beside the backend. */}}
{{- define "todo-app.mcpServerContainer" -}}
- name: mcp-server
  {{- include "todo-app.image" .Values.mcpServer.image | nindent 2 }}
  command: [/app/mcp-server]
  {{- if .Values.mcpServer.enabled }}
  ports:
    - name: http
      containerPort: 8001
    {{- if .Values.metrics.enabled }}
    - name: metrics
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
  # The kubelet cannot reach the pod's localhost. Each check starts a program, so they are seldom; the backend's circuit is quicker.
  startupProbe:
    exec:
      command: [/app/todo-backend, check, "http://127.0.0.1:8001/health/live"]
    periodSeconds: 4
    timeoutSeconds: 10
    failureThreshold: 10
  livenessProbe:
    exec:
      command: [/app/todo-backend, check, "http://127.0.0.1:8001/health/live"]
    periodSeconds: 30
    timeoutSeconds: 10
    failureThreshold: 3
  readinessProbe:
    exec:
      command: [/app/todo-backend, check, "http://127.0.0.1:8001/health"]
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

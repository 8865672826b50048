{{- define "todo-app.migratePod" -}}
{{- $backup := and .Values.backup.enabled .Values.backup.beforeMigration -}}
{{- include "todo-app.podDefaults" (list . 1000) }}
restartPolicy: OnFailure
initContainers:
  {{- if .Values.postgresql.enabled }}
  # So that an installation does not spend the Job's attempts on a database that is just starting.
  - name: wait-for-postgres
    {{- include "todo-app.image" .Values.postgresql.image | nindent 4 }}
    command: [bash, -c, 'until pg_isready --dbname="$DATABASE_URL" --quiet; do sleep 1; done']
    env:
      - name: DATABASE_URL
        value: {{ include "todo-app.databaseUrl" . | quote }}
    {{- include "todo-app.containerSecurity" . | nindent 4 }}
    resources:
      {{- toYaml .Values.backup.resources | nindent 6 }}
  {{- end }}
  {{- if $backup }}
  {{- include "todo-app.backupContainer" (list . "backup" "backup.sh") | nindent 2 }}
  {{- end }}
  - name: migrate-accounts
    {{- include "todo-app.image" .Values.backend.image | nindent 4 }}
    command: [/app/todo-backend, migrate]
    {{- include "todo-app.migrateContainer" . | nindent 4 }}
    resources:
      {{- toYaml .Values.backend.resources | nindent 6 }}
containers:
  - name: migrate-tasks
    {{- include "todo-app.image" .Values.mcpServer.image | nindent 4 }}
    command: [/app/mcp-server, migrate]
    {{- include "todo-app.migrateContainer" . | nindent 4 }}
    resources:
      {{- toYaml .Values.mcpServer.resources | nindent 6 }}
volumes:
  {{- if $backup }}
  {{- include "todo-app.backupVolumes" . | nindent 2 }}
  {{- else }}
  - name: tmp
    emptyDir:
      sizeLimit: 16Mi
  {{- include "todo-app.databaseCaVolume" . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "todo-app.migrateContainer" -}}
env:
  {{- include "todo-app.passwordEnv" (list . "POSTGRES_PASSWORD") | nindent 2 }}
  - name: DATABASE_URL
    value: {{ include "todo-app.databaseUrl" . | quote }}
  - name: DATABASE_POOL
    value: "2"
{{- include "todo-app.containerSecurity" . | nindent 0 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- include "todo-app.databaseCaMount" . | nindent 2 }}
{{- end }}

{{/* An object's name: (list $ "backend"). */}}
{{- define "todo-app.name" -}}
{{- printf "%s%s" (index . 0).Values.namePrefix (index . 1) -}}
{{- end }}

{{/* What selects pods: (list $ "backend"). Selectors cannot change, so nothing else belongs here. */}}
{{- define "todo-app.selector" -}}
app: {{ include "todo-app.name" . }}
{{- end }}

{{/* Labels of every pod of the release, which the policies that deny everything select. */}}
{{- define "todo-app.releaseSelector" -}}
app.kubernetes.io/part-of: todo-app
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of a pod: (list $ "backend"). No version, which would restart pods that did not change. */}}
{{- define "todo-app.podLabels" -}}
{{ include "todo-app.selector" . }}
app.kubernetes.io/name: {{ index . 1 }}
{{ include "todo-app.releaseSelector" (index . 0) }}
{{- end }}

{{/* Labels of every other object: (list $ "backend"). */}}
{{- define "todo-app.labels" -}}
{{ include "todo-app.podLabels" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{/* An image with its digest or tag, and when it is pulled: .Values.backend.image. */}}
{{- define "todo-app.image" -}}
image: {{ if .digest }}{{ printf "%s@%s" .repository .digest }}{{ else }}{{ printf "%s:%s" .repository .tag }}{{ end }}
imagePullPolicy: {{ .pullPolicy }}
{{- end }}

{{/* What every pod has: (list $ userId). */}}
{{- define "todo-app.podDefaults" -}}
{{- $ := index . 0 -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ index . 1 }}
  runAsGroup: {{ index . 1 }}
  fsGroup: {{ index . 1 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "todo-app.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/*
Pods of a service apart from each other, where that is possible: (list $ "backend"). Those of the revision before do not count.
Zones are no second constraint: where nodes have no zone, the scheduler would then spread over nothing at all.
*/}}
{{- define "todo-app.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "todo-app.selector" . | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: topology.kubernetes.io/zone
          labelSelector:
            matchLabels:
              {{- include "todo-app.selector" . | nindent 14 }}
{{- end }}

{{/* A new pod serves before an old one goes, and the service drains before it is killed. */}}
{{- define "todo-app.strategy" -}}
strategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 0
    maxSurge: 1
minReadySeconds: 5
revisionHistoryLimit: 5
progressDeadlineSeconds: 600
{{- end }}

{{/* The shutdown delay, 25 seconds of draining, and 10 to spare. */}}
{{- define "todo-app.gracePeriod" -}}
terminationGracePeriodSeconds: {{ add .Values.shutdownDelaySeconds 25 10 }}
{{- end }}

{{/* Startup has 40 seconds. Liveness does not ask the database: its outage must not restart every pod. */}}
{{- define "todo-app.probes" -}}
startupProbe:
  httpGet:
    path: /health/live
    port: http
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 20
livenessProbe:
  httpGet:
    path: /health/live
    port: http
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /health
    port: http
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 3
{{- end }}

{{/* The settings of every service: (list $ port metricsPort logLevel), and for how many seconds longer than the others it accepts when its pod ends. */}}
{{- define "todo-app.serviceConfig" -}}
{{- $ := index . 0 -}}
PORT: {{ index . 1 | quote }}
{{- if $.Values.metrics.enabled }}
METRICS_PORT: {{ index . 2 | quote }}
{{- end }}
LOG_LEVEL: {{ index . 3 }}
SHUTDOWN_DELAY: {{ min 300 (add $.Values.shutdownDelaySeconds (index . 4)) | quote }}
{{- with $.Values.tracing.otlpEndpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
{{- end }}
{{- end }}

{{/* The settings of the frontend and the backend, which sees the caller's Host header too. The frontend's names in the cluster are for `helm test`. */}}
{{- define "todo-app.originConfig" -}}
{{- $frontend := include "todo-app.name" (list . "frontend") -}}
{{- $hosts := list $frontend (printf "%s.%s" $frontend .Release.Namespace) (printf "%s.%s.svc" $frontend .Release.Namespace) (printf "%s.%s.svc.cluster.local" $frontend .Release.Namespace) -}}
{{- $hosts = concat $hosts .Values.allowedHosts -}}
{{- if .Values.ingress.enabled }}{{ $hosts = append $hosts .Values.ingress.host }}{{ end -}}
{{- if .Values.httpRoute.enabled }}{{ $hosts = concat $hosts .Values.httpRoute.hostnames }}{{ end -}}
ALLOWED_HOSTS: {{ $hosts | uniq | join "," | quote }}
{{- with .Values.publicUrl }}
PUBLIC_URL: {{ . | quote }}
{{- end }}
{{- end }}

{{/* Where the database is, without the password, which POSTGRES_PASSWORD brings as it stands: in a URL it would need encoding. */}}
{{- define "todo-app.databaseUrl" -}}
{{- if .Values.externalDatabase.url -}}
{{ .Values.externalDatabase.url }}
{{- else if .Values.cloudnativePg.enabled -}}
postgresql://todo@{{ include "todo-app.name" (list . "postgres") }}-rw:5432/todo_db
{{- else -}}
postgresql://{{ .Values.postgresql.username }}@{{ include "todo-app.name" (list . "postgres") }}:{{ .Values.postgresql.service.port }}/{{ .Values.postgresql.database }}
{{- end -}}
{{- end }}

{{/* The Secret with the database's password, and its key there. */}}
{{- define "todo-app.databaseSecret" -}}
{{- if .Values.externalDatabase.url }}{{ .Values.externalDatabase.existingSecret }}
{{- else if .Values.cloudnativePg.enabled }}{{ include "todo-app.name" (list . "postgres-app") }}
{{- else }}{{ .Values.postgresql.auth.existingSecret | default (include "todo-app.name" (list . "postgres-secret")) }}
{{- end }}
{{- end }}

{{- define "todo-app.databaseSecretKey" -}}
{{- if .Values.externalDatabase.url }}{{ .Values.externalDatabase.secretKey }}
{{- else if .Values.cloudnativePg.enabled }}password
{{- else if .Values.postgresql.auth.existingSecret }}{{ .Values.postgresql.auth.secretKey }}
{{- else }}POSTGRES_PASSWORD
{{- end }}
{{- end }}

{{/* The database's password as an environment variable: (list $ "POSTGRES_PASSWORD"). */}}
{{- define "todo-app.passwordEnv" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "todo-app.databaseSecret" (index . 0) }}
      key: {{ include "todo-app.databaseSecretKey" (index . 0) }}
{{- end }}

{{- define "todo-app.internalAuthEnv" -}}
- name: INTERNAL_AUTH_KEY
  valueFrom:
    secretKeyRef:
      name: {{ include "todo-app.internalAuthSecret" . }}
      key: {{ if .Values.internalAuth.existingSecret }}{{ .Values.internalAuth.secretKey }}{{ else }}INTERNAL_AUTH_KEY{{ end }}
{{- end }}

{{/* What a Secret that is not the chart's holds now: (list $ name). Nothing where the cluster cannot be asked (GitOps). */}}
{{- define "todo-app.foundSecret" -}}
{{- get (lookup "v1" "Secret" (index . 0).Release.Namespace (index . 1)) "data" | toJson -}}
{{- end }}

{{- define "todo-app.internalAuthSecret" -}}
{{- .Values.internalAuth.existingSecret | default (include "todo-app.name" (list . "internal-auth-secret")) -}}
{{- end }}

{{/*
The data of a Secret of the chart, in base64: (list $ name key new). What is in the cluster stays, however often this runs. What is
made new is remembered in .Values for the rest of this rendering, so that the Secret and the checksums of it are the same.
*/}}
{{- define "todo-app.keptSecret" -}}
{{- $ := index . 0 -}}
{{- $made := $.Values.madeSecrets | default dict -}}
{{- $_ := set $.Values "madeSecrets" $made -}}
{{- $name := index . 1 -}}
{{- if not (hasKey $made $name) -}}
{{- $found := lookup "v1" "Secret" $.Release.Namespace $name -}}
{{- $_ := set $made $name (dig "data" (index . 2) (index . 3 | b64enc) $found) -}}
{{- end -}}
{{- get $made $name -}}
{{- end }}

{{/* Annotations that restart a pod when what it reads at its start has changed: (list $ template...). */}}
{{- define "todo-app.checksums" -}}
{{- $ := index . 0 -}}
{{- range rest . }}
checksum/{{ . }}: {{ include (printf "%s/%s.yaml" $.Template.BasePath .) $ | sha256sum }}
{{- end }}
{{- end }}

{{- define "todo-app.databaseCaMount" -}}
{{- if .Values.externalDatabase.caSecret }}
- name: database-ca
  mountPath: /etc/todo-app/database
  readOnly: true
{{- end }}
{{- end }}

{{- define "todo-app.databaseCaVolume" -}}
{{- with .Values.externalDatabase.caSecret }}
- name: database-ca
  secret:
    secretName: {{ . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- end }}

{{/* The most pods of a service: .Values.backend. */}}
{{- define "todo-app.maxReplicas" -}}
{{- if .autoscaling.enabled }}{{ .autoscaling.maxReplicas }}{{ else }}{{ .replicaCount }}{{ end -}}
{{- end }}

{{/*
Connections that everything together may hold: for each service (the most pods + 1 while they are replaced) × (pool + what it opens
beside it), 3 for the migration and a backup, and 3 that PostgreSQL reserves for the administrator.
*/}}
{{- define "todo-app.connections" -}}
{{- $backend := add 1 (include "todo-app.maxReplicas" .Values.backend) -}}
{{- $mcpServer := $backend -}}
{{- if .Values.mcpServer.enabled }}{{ $mcpServer = add 1 (include "todo-app.maxReplicas" .Values.mcpServer) }}{{ end -}}
{{- add (mul $backend (add .Values.backend.config.databasePool 1)) (mul $mcpServer (add .Values.mcpServer.config.databasePool 2)) 3 3 -}}
{{- end }}

{{- define "todo-app.maxConnections" -}}
{{- if .Values.externalDatabase.url }}{{ .Values.externalDatabase.maxConnections }}{{ else if .Values.cloudnativePg.enabled }}{{ .Values.cloudnativePg.maxConnections }}{{ else }}{{ .Values.postgresql.maxConnections }}{{ end -}}
{{- end }}

{{/* The claim with the dumps. */}}
{{- define "todo-app.backupClaim" -}}
{{- .Values.backup.persistence.existingClaim | default (include "todo-app.name" (list . "postgres-backup")) -}}
{{- end }}

{{/* A container that dumps or restores: (list $ name script). */}}
{{- define "todo-app.backupContainer" -}}
{{- $ := index . 0 -}}
- name: {{ index . 1 }}
  {{- include "todo-app.image" $.Values.postgresql.image | nindent 2 }}
  command: [bash, -c]
  args:
    - |
      {{- $.Files.Get (printf "files/%s" (index . 2)) | nindent 6 }}
  env:
    {{- include "todo-app.passwordEnv" (list $ "PGPASSWORD") | nindent 4 }}
    - name: DATABASE_URL
      value: {{ include "todo-app.databaseUrl" $ | quote }}
    - name: RETENTION_DAYS
      value: {{ $.Values.backup.retentionDays | quote }}
  {{- include "todo-app.containerSecurity" $ | nindent 2 }}
  resources:
    {{- toYaml $.Values.backup.resources | nindent 4 }}
  volumeMounts:
    - name: backups
      mountPath: /backups
    - name: tmp
      mountPath: /tmp
    {{- include "todo-app.databaseCaMount" $ | nindent 4 }}
{{- end }}

{{- define "todo-app.backupVolumes" -}}
- name: backups
  persistentVolumeClaim:
    claimName: {{ include "todo-app.backupClaim" . }}
- name: tmp
  emptyDir:
    sizeLimit: 16Mi
{{- include "todo-app.databaseCaVolume" . }}
{{- end }}

{{/* The body of a HorizontalPodAutoscaler: (list $ "backend" .Values.backend). */}}
{{- define "todo-app.hpa" -}}
{{- $scaling := (index . 2).autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "todo-app.name" . }}
  labels:
    {{- include "todo-app.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "todo-app.name" . }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $scaling.targetCPUUtilizationPercentage }}
  # Up at once, down slowly: a pod that was just added is not taken away by the first quiet minute.
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      policies:
        - type: Pods
          value: 2
          periodSeconds: 30
    scaleDown:
      stabilizationWindowSeconds: 300
      policies:
        - type: Pods
          value: 1
          periodSeconds: 60
{{- end }}

{{/* The body of a PodDisruptionBudget: (list $ "backend"). It never blocks a drain, also not with one pod. */}}
{{- define "todo-app.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "todo-app.name" . }}
  labels:
    {{- include "todo-app.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "todo-app.selector" . | nindent 6 }}
{{- end }}

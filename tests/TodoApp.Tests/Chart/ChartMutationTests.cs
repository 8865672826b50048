using System.Collections.Concurrent;
using System.Text.Json;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Chart;

/// <summary>Proves the checks: each of these defects, put into a copy of the chart, is found by one of them.</summary>
public sealed class ChartMutationTests
{
    // A defect: the file in the chart, what is there, and what is put in its place.
    private sealed record Defect(string File, string Old, string New, params string[] Arguments);

    private static readonly Dictionary<string, Defect> Defects = new(StringComparer.Ordinal)
    {
        ["a reference before its variable"] = new("templates/_mcp-server.tpl", "  env:\n", "  env:\n    - name: OTEL_PASSWORD_OF_DATABASE_URL\n      value: x-$(POSTGRES_PASSWORD)\n"),
        ["a Service of another name than is called"] = new("templates/mcp-service.yaml", "list . \"mcp-server\"", "list . \"todo-mcp-server\""),
        ["a Service that leads to no port"] = new("templates/backend-service.yaml", "targetPort: http", "targetPort: web"),
        ["a Service that selects nothing"] = new("templates/frontend-service.yaml", "{{- include \"todo-app.selector\" $name | nindent 4 }}", "app: web"),
        ["a container port that nobody listens on"] = new("templates/backend-deployment.yaml", "containerPort: 8000", "containerPort: 8080"),
        ["another port in the URL of mcp-server"] = new("templates/backend-configmap.yaml", ":{{ .Values.mcpServer.service.port }}", ":8002"),
        ["a key that the Secret does not have"] = new("templates/_helpers.tpl", "{{- else }}POSTGRES_PASSWORD\n", "{{- else }}password\n"),
        ["a ConfigMap that does not exist"] = new("templates/frontend-deployment.yaml", "\"frontend-config\"", "\"frontend-settings\""),
        ["a claim that does not exist"] = new("templates/_helpers.tpl", "claimName: {{ include \"todo-app.backupClaim\" . }}", "claimName: backups"),
        ["a password in a ConfigMap"] = new("templates/mcp-configmap.yaml", "  DATABASE_POOL:", "  POSTGRES_PASSWORD: hunter2\n  DATABASE_POOL:"),
        ["a password in a URL"] = new("templates/_helpers.tpl", "postgresql://{{ .Values.postgresql.username }}@", "postgresql://{{ .Values.postgresql.username }}:secret@"),
        ["a Secret that is lost with the release"] = new("templates/postgres-secret.yaml", "helm.sh/resource-policy: keep", "helm.sh/resource-policy: delete"),
        ["root"] = new("templates/_helpers.tpl", "  runAsNonRoot: true\n", ""),
        ["another user than 1000"] = new("templates/mcp-deployment.yaml", "(list . 1000)", "(list . 1001)"),
        ["a writable image"] = new("templates/_helpers.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
        ["capabilities"] = new("templates/_helpers.tpl", "    drop: [ALL]", "    drop: [NET_RAW]"),
        ["no seccomp profile"] = new("templates/_helpers.tpl", "  seccompProfile:\n    type: RuntimeDefault\n", ""),
        ["a token for the Kubernetes API"] = new("templates/_helpers.tpl", "automountServiceAccountToken: false", "automountServiceAccountToken: true"),
        ["no folder for temporary files"] = new("templates/_mcp-server.tpl", "mountPath: /tmp", "mountPath: /var/tmp"),
        ["a liveness probe that asks the database"] = new("templates/_helpers.tpl", "livenessProbe:\n  httpGet:\n    path: /health/live", "livenessProbe:\n  httpGet:\n    path: /health"),
        ["a readiness probe of a path that is no route"] = new("templates/_helpers.tpl", "    path: /health\n", "    path: /healthz\n"),
        ["a startup probe of ten seconds"] = new("templates/_helpers.tpl", "failureThreshold: 20", "failureThreshold: 5"),
        ["mcp-server open to the frontend"] = new("templates/networkpolicy.yaml", "{{- include \"todo-app.policyPeer\" (list . \"backend\") | nindent 8 }}\n      ports:\n        - port: 8001", "{{- include \"todo-app.policyPeer\" (list . \"frontend\") | nindent 8 }}\n      ports:\n        - port: 8001"),
        ["pods that let everybody in"] = new("templates/networkpolicy.yaml", "  policyTypes: [Ingress, Egress]\n---", "  policyTypes: [Egress]\n---"),
        ["a way out for everything"] = new("templates/networkpolicy.yaml", "          protocol: TCP\n", "          protocol: TCP\n    - {}\n"),
        ["PostgreSQL open to the whole namespace"] = new("templates/networkpolicy.yaml", "        {{- range $clients }}\n        {{- include \"todo-app.policyPeer\"", "        - podSelector: {}\n        {{- range $clients }}\n        {{- include \"todo-app.policyPeer\""),
        ["metrics open to everybody"] = new("templates/networkpolicy.yaml", "    - from:\n        {{- toYaml $policy.metricsFrom | nindent 8 }}\n      ports:\n", "    - ports:\n"),
        ["no name resolution"] = new("templates/networkpolicy.yaml", "protocol: UDP", "protocol: SCTP"),
        ["a policy for a port of the Service"] = new("templates/networkpolicy.yaml", "        - port: 3000\n      {{- with", "        - port: 80\n      {{- with"),
        ["a rollout that takes a pod away first"] = new("templates/_helpers.tpl", "maxUnavailable: 0", "maxUnavailable: 1"),
        ["killed while draining"] = new("templates/_helpers.tpl", "add .Values.shutdownDelaySeconds 25 10", "add .Values.shutdownDelaySeconds 10"),
        ["a budget that blocks a drain"] = new("templates/_helpers.tpl", "  maxUnavailable: 1\n  unhealthy", "  maxUnavailable: 0\n  unhealthy"),
        ["replicas against the autoscaler"] = new("templates/backend-deployment.yaml", "{{- if not .Values.backend.autoscaling.enabled }}\n  replicas", "{{- if true }}\n  replicas", "--set", "backend.autoscaling.enabled=true"),
        ["new pods that keep away from old ones"] = new("templates/_helpers.tpl", "    matchLabelKeys: [pod-template-hash]\n", ""),
        ["a spread over zones that nodes may not have"] = new("templates/_helpers.tpl", "    topologyKey: kubernetes.io/hostname", "    topologyKey: topology.kubernetes.io/zone"),
        ["no restart when settings change"] = new("templates/frontend-deployment.yaml", "(list . \"frontend-configmap\")", "(list .)"),
        ["a sleep before the end"] = new("templates/backend-deployment.yaml", "          command: [/app/todo-backend]\n", "          command: [/app/todo-backend]\n          lifecycle:\n            preStop:\n              sleep:\n                seconds: 5\n"),
        ["a field that does not exist"] = new("templates/_helpers.tpl", "terminationGracePeriodSeconds:", "terminationGracePeriod:"),
        ["a number where a text belongs"] = new("templates/backend-configmap.yaml", "{{ .Values.backend.config.rateLimit | quote }}", "{{ .Values.backend.config.rateLimit }}"),
        ["a setting that the service does not take"] = new("templates/backend-configmap.yaml", "REGISTRATION: {{ .Values.backend.config.registration }}", "REGISTRATION: everybody"),
        ["a setting of another name"] = new("templates/mcp-configmap.yaml", "  DATABASE_POOL:", "  DB_POOL:"),
        ["a command that is not in the image"] = new("templates/_migrate.tpl", "command: [/app/mcp-server, migrate]", "command: [/app/mcp-server, upgrade]"),
        ["the frontend's image for the backend"] = new("templates/backend-deployment.yaml", ".Values.backend.image", ".Values.frontend.image"),
        ["a test with two containers"] = new("templates/tests/test-tasks.yaml", "  containers:\n", "  containers:\n    - name: again\n      {{- include \"todo-app.image\" .Values.backend.image | nindent 6 }}\n      command: [/app/todo-backend, --help]\n      {{- include \"todo-app.testContainer\" . | nindent 6 }}\n"),
        ["the migration as a hook"] = new("templates/migrate-job.yaml", "spec:\n  backoffLimit", "  annotations:\n    helm.sh/hook: post-install\nspec:\n  backoffLimit"),
        ["a migration of one name whatever it runs"] = new("templates/migrate-job.yaml", "-{{ .Release.Revision }}-{{ $pod | sha256sum | trunc 8 }}", ""),
        ["a selector that changes with the version"] = new("templates/_helpers.tpl", "{{- define \"todo-app.selector\" -}}\n", "{{- define \"todo-app.selector\" -}}\nversion: {{ (index . 0).Values.backend.image.tag | quote }}\n"),
        ["a volume that changes with its pod's labels"] = new("templates/postgres-statefulset.yaml", "        name: data\n      spec:", "        name: data\n        labels:\n          connections: {{ .Values.postgresql.maxConnections | quote }}\n      spec:"),
        ["a restore that runs by itself"] = new("templates/restore-cronjob.yaml", "suspend: true", "suspend: false"),
        ["a sum of connections that forgets a service"] = new("templates/_helpers.tpl", "(mul $mcpServer (add .Values.mcpServer.config.databasePool 2)) 3 3", "3 3", "--set", "mcpServer.config.databasePool=99"),
        ["a sidecar that others reach"] = new("templates/mcp-configmap.yaml", "{{ else }}127.0.0.1{{ end }}", "{{ else }}0.0.0.0{{ end }}", "--set", "mcpServer.enabled=false"),
        ["a sidecar that ends with the backend"] = new("templates/mcp-configmap.yaml", "(ternary 0 8 .Values.mcpServer.enabled)", "0", "--set", "mcpServer.enabled=false"),
        ["a sidecar whose metrics nobody reaches"] = new("templates/mcp-configmap.yaml", "METRICS_BIND: 0.0.0.0", "METRICS_BIND: 127.0.0.1", "--set", "mcpServer.enabled=false"),
        ["an alert without a runbook"] = new("templates/prometheusrule.yaml", "alert: TodoAppCircuitOpen", "alert: TodoAppCircuit", "--set", "metrics.prometheusRule.enabled=true"),
        ["a ServiceMonitor that finds nothing"] = new("templates/servicemonitor.yaml", "component: metrics", "component: monitoring", "--set", "metrics.serviceMonitor.enabled=true"),
        ["metrics at the load balancer"] = new("templates/frontend-service.yaml", "      targetPort: http\n", "      targetPort: http\n    - name: metrics\n      port: 9466\n      targetPort: metrics\n"),
    };

    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<string>>> Intact = new(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Defects.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_found(string name)
    {
        Requirements.NeedHelm();
        Defect defect = Defects[name];
        using var folder = new TemporaryFolder();
        string chart = Path.Combine(folder.Path, "todo-app");
        Copy(Helm.Chart, chart);
        string file = Path.Combine(chart, defect.File);
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(defect.Old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(defect.Old, defect.New, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        string[] problems = [.. await ProblemsAsync(chart, defect.Arguments)];
        TestContext.Current.SendDiagnosticMessage($"{name}: {string.Join(" | ", problems)}");
        Assert.NotEmpty(problems);

        // And the chart itself has none, unless it refuses to be rendered, which is as good.
        HelmResult intact = await Helm.TemplateAsync(Helm.Chart, defect.Arguments);
        if (intact.Succeeded)
        {
            Assert.Empty(await Intact.GetOrAdd(string.Join('\n', defect.Arguments), _ => ProblemsAsync(Helm.Chart, defect.Arguments)));
        }
    }

    // What the checks say of one rendering, and of an upgrade to other values.
    private static async Task<IReadOnlyList<string>> ProblemsAsync(string chart, string[] arguments)
    {
        var set = ValueSet.Named("existing-secrets-values");
        HelmResult before = await Helm.TemplateAsync(chart, ["--values", set.File, .. arguments]);
        if (!before.Succeeded)
        {
            return [before.Error];
        }

        HelmResult after = await Helm.TemplateAsync(chart, ["--values", set.File, .. ChartChanges.Values]);
        HelmResult own = await Helm.TemplateAsync(chart, arguments);
        if (!after.Succeeded || !own.Succeeded)
        {
            return [after.Error + own.Error];
        }

        try
        {
            var rendered = RenderedChart.Read(before.Output, set);
            var withOwnSecrets = RenderedChart.Read(own.Output, ValueSet.Named("default-values"));
            return
            [
                .. ChartChecks.All.SelectMany(check => check.Problems(rendered)),
                .. ChartChecks.All.SelectMany(check => check.Problems(withOwnSecrets)),
                .. arguments.Length == 0 ? ChartChanges.Impossible(rendered, RenderedChart.Read(after.Output, set)) : [],
            ];
        }
        catch (Exception exception) when (exception is YamlDotNet.Core.YamlException or JsonException)
        {
            return [$"{exception.Message} {exception.InnerException?.Message}"];
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;

namespace TodoApp.Backend;

/// <summary>The backend's own metrics, meter <c>TodoApp.Backend</c>. ASP.NET Core, Npgsql and HttpClient have theirs.</summary>
internal sealed class BackendMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _signInFailures;
    private readonly Counter<long> _limited;

    public BackendMetrics(IMeterFactory meters, CircuitBreakerStateProvider circuit)
    {
        _meter = meters.Create("TodoApp.Backend");
        _meter.CreateObservableGauge("todo.circuit.state", () => State(circuit), unit: "{state}", description: "The circuit to mcp-server: 0 closed, 1 half-open, 2 open.");
        _signInFailures = _meter.CreateCounter<long>("todo.sign_in.failures", unit: "{sign_in}", description: "Sign-ins that failed, by reason: wrong, limited, disabled.");
        _limited = _meter.CreateCounter<long>("todo.requests.limited", unit: "{request}", description: "Requests over their account's rate limit.");
    }

    internal void SignInFailed(string reason) => _signInFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();

    internal void RequestLimited() => _limited.Add(1);

    private static int State(CircuitBreakerStateProvider circuit) => circuit.CircuitState switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };
}

using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace TodoApp.Tests.Infrastructure;

/// <summary>
/// A real process of one of the services, or of a program that they need. What it writes is kept, and stands in the message of
/// every failure here. Disposing kills it.
/// </summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    /// <summary>How long to wait for something that must happen. A broken test ends after it; a slow machine does not reach it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const int SigTerm = 15;
    private const int SigKill = 9;

    // Variables that a program needs to run at all. The rest is not passed on: a DATABASE_URL of the developer must not reach a test.
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_HOST_PATH", "DOTNET_CLI_HOME", "LD_LIBRARY_PATH", "LANG"];

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closed;

    private ServiceProcess(Process process) => _process = process;

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it has written to standard output and standard error.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="file">The program: a path, or a name on <c>PATH</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its environment, beside what every program needs (<c>PATH</c>, <c>HOME</c> …).</param>
    public static ServiceProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (string name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is string value)
            {
                start.Environment[name] = value;
            }
        }

        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var service = new ServiceProcess(process);
        process.OutputDataReceived += (_, line) => service.Add(line.Data);
        process.ErrorDataReceived += (_, line) => service.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return service;
    }

    /// <summary>Starts one of the solution's programs from the tests' output folder.</summary>
    /// <param name="assembly">The assembly's name without <c>.dll</c>, for example <c>mcp-server</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its settings.</param>
    public static ServiceProcess StartDotnet(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start(Environment.ProcessPath is string host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments], environment);

    /// <summary>Starts mcp-server: the native program when one is given (<c>TODO_NATIVE_MCP_SERVER</c>), else the one that the tests were built with.</summary>
    public static ServiceProcess StartMcpServer(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Requirements.NativeMcpServer is string native ? Start(native, arguments, environment) : StartDotnet("mcp-server", arguments, environment);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It did not exit with 0.</exception>
    public static async Task<string> RunAsync(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        await using ServiceProcess process = Start(file, arguments, environment);
        int code = await process.WaitForExitAsync();
        return code == 0 ? process.Output : throw process.Failure($"exited with {code}");
    }

    /// <summary>Waits for a line that contains a text, or finds it among those already written.</summary>
    /// <returns>The line.</returns>
    /// <exception cref="InvalidOperationException">The process ended first, or <see cref="Patience"/> did.</exception>
    public async Task<string> WaitForLineAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (int next = 0; ;)
        {
            Task changed;
            bool ended;
            lock (_lock)
            {
                for (; next < _lines.Count; next++)
                {
                    if (_lines[next].Contains(text, StringComparison.Ordinal))
                    {
                        return _lines[next];
                    }
                }

                changed = _changed.Task;
                ended = _closed == 2;
            }

            if (ended)
            {
                throw Failure($"ended without writing '{text}'");
            }

            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw Failure($"did not write '{text}' within {Patience}");
            }
        }
    }

    /// <summary>Asks a health URL until it answers 200.</summary>
    /// <exception cref="InvalidOperationException">The process ended first, or <see cref="Patience"/> did.</exception>
    public async Task WaitForHealthAsync(Uri health)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        long start = Stopwatch.GetTimestamp();
        for (int delay = 10; ; delay = Math.Min(delay * 2, 250))
        {
            if (HasExited)
            {
                throw Failure($"exited with {await WaitForExitAsync()} before {health} answered 200");
            }

            try
            {
                using HttpResponseMessage response = await client.GetAsync(health);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // Not there yet.
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw Failure($"did not answer 200 at {health} within {Patience}");
            }

            await Task.Delay(delay);
        }
    }

    /// <summary>Sends SIGTERM: the polite request to end.</summary>
    public void Terminate() => Signal(Id, SigTerm);

    /// <summary>Sends SIGKILL: the process ends on the spot, as in a crash.</summary>
    public void Kill() => Signal(Id, SigKill);

    /// <summary>Closes standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code; 128 + the signal's number when a signal ended it.</returns>
    /// <exception cref="InvalidOperationException">It did not end within <see cref="Patience"/>.</exception>
    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw Failure($"did not end within {Patience}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
            await WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>A failure whose message holds all that the process wrote.</summary>
    public InvalidOperationException Failure(string what)
    {
        var text = new StringBuilder()
            .Append(_process.StartInfo.FileName).Append(' ').AppendJoin(' ', _process.StartInfo.ArgumentList).Append(' ').AppendLine(what);
        string output = Output;
        return new InvalidOperationException(text.Append("Its output: ").AppendLine(output.Length == 0 ? "none" : "").Append(output).ToString());
    }

    internal static void Signal(int process, int signal)
    {
        if (SendSignal(process, signal) != 0 && Marshal.GetLastPInvokeError() is not 3 and int error) // 3: no such process, so it has ended already.
        {
            throw new Win32Exception(error);
        }
    }

    internal static void KillProcess(int process) => Signal(process, SigKill);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);

    private void Add(string? line)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (line is null)
            {
                _closed++; // Standard output and standard error each end with a null.
            }
            else
            {
                _lines.Add(line);
            }

            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}

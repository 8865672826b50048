using System.Diagnostics.CodeAnalysis;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Input;

/// <summary>What an operation came to: a value, or the problem that kept it from being done.</summary>
internal readonly struct Outcome<T>
    where T : class
{
    private Outcome(T? value, Problem? problem)
    {
        Value = value;
        Problem = problem;
    }

    public T? Value { get; }

    public Problem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsDone => Problem is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(null, problem);

    /// <summary>The answer over REST.</summary>
    public WriteResult ToResult(Func<T, WriteResult> done) => IsDone ? done(Value) : Problem;
}

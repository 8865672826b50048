using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>The answer to a write, ready to be sent, and to be kept with its idempotency key.</summary>
internal sealed record WriteResult
{
    /// <summary>What kept it from being done; nothing was written then.</summary>
    public Problem? Problem { get; private init; }

    public int Status { get; private init; }

    /// <summary>JSON; empty for an answer without a body.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>The item's version, for its ETag.</summary>
    public long? Version { get; private init; }

    /// <summary>Whether this is the answer of an earlier write with the same idempotency key.</summary>
    public bool IsReplay { get; private init; }

    /// <summary>Whether it is kept with its idempotency key: not when nothing came of any of its parts, so that it may be done better under the same key.</summary>
    public bool IsKept { get; init; } = true;

    public static WriteResult Done<T>(int status, T body, JsonTypeInfo<T> type, long? version = null) =>
        new() { Status = status, Body = JsonSerializer.SerializeToUtf8Bytes(body, type), Version = version };

    public static WriteResult Done(int status, TaskItem task) => Done(status, task, ContractsJson.Readable.TaskItem, task.Version);

    public static WriteResult NoContent { get; } = new() { Status = 204 };

    public static WriteResult Replay(int status, ReadOnlyMemory<byte> body, long? version) =>
        new() { Status = status, Body = body, Version = version, IsReplay = true };

    public static implicit operator WriteResult(Problem problem) => new() { Problem = problem, Status = problem.Status };
}

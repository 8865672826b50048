namespace TodoApp.McpServer.Input;

/// <summary>A field of a request that may be absent, which is not the same as null.</summary>
internal readonly record struct Optional<T>(T Value)
{
    public bool IsSet { get; } = true;

    public T Or(T other) => IsSet ? Value : other;

    public static implicit operator Optional<T>(T value) => new(value);
}

namespace TodoApp.Tests.Infrastructure;

/// <summary>
/// A folder that lives as long as this object. The folders of a run that was killed are removed by the next: each has a lock file
/// beside it that its owner holds open, so a lock that can be taken has no owner any more.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private static readonly string Root = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"todo-app-tests-{Environment.UserName}");
    private static readonly Lazy<bool> Swept = new(Sweep);

    private readonly FileStream _lock;

    /// <summary>Makes an empty one.</summary>
    public TemporaryFolder()
    {
        Directory.CreateDirectory(Root);
        _ = Swept.Value;
        string name = System.IO.Path.Combine(Root, Guid.CreateVersion7().ToString("N"));
        _lock = new FileStream(name + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Path = Directory.CreateDirectory(name).FullName;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }

    private static bool Sweep()
    {
        foreach (string file in Directory.EnumerateFiles(Root, "*.lock"))
        {
            try
            {
                using var abandoned = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                string folder = System.IO.Path.ChangeExtension(file, null);
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }

                File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Its owner is alive, or another run is removing it.
            }
        }

        return true;
    }
}

using TodoApp.ServiceDefaults;

namespace TodoApp.Tests;

public sealed class DatabaseUrlTests
{
    [Fact]
    public void A_sqlite_folder_becomes_an_absolute_path() =>
        Assert.Equal(Path.GetFullPath("data"), DatabaseUrl.Parse("sqlite:data").Folder);
}

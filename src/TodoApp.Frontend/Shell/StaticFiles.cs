using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.StaticAssets;

namespace TodoApp.Frontend.Shell;

/// <summary>The style sheet, the scripts, the icons.</summary>
internal static class StaticFiles
{
    private const string Root = "/v";

    /// <summary>The list of static files that the build makes. In another program's folder it is that program's.</summary>
    public static string Manifest { get; } = Find();

    /// <summary>
    /// Serves each file under a path that has the version of all of them: browsers keep it for good, and a script finds the others
    /// beside itself. A replica of another version is asked during a rollout: it answers with its own file, which is then not kept.
    /// </summary>
    public static void UseVersionedFiles(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal, out PathString rest) && rest.Value?.IndexOf('/', 1) is > 1 and int end)
        {
            bool isCurrent = rest.Value.AsSpan(1, end - 1).SequenceEqual(context.RequestServices.GetRequiredService<Assets>().Version);
            context.Request.Path = rest.Value[end..];
            context.Response.OnStarting(() =>
            {
                if (isCurrent && context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                {
                    context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                }

                return Task.CompletedTask;
            });
        }

        return next(context);
    });

    private static string Find()
    {
        string own = Path.Combine(AppContext.BaseDirectory, "todo-frontend.staticwebassets.endpoints.json");
        return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "TodoApp.staticwebassets.endpoints.json");
    }
}

/// <summary>Where pages find the static files.</summary>
internal sealed class Assets(EndpointDataSource endpoints)
{
    private readonly Lazy<(string Version, string[] Modules)> _files = new(() => Read(endpoints));

    /// <summary>The same for the same files, whichever replica is asked.</summary>
    public string Version => _files.Value.Version;

    /// <summary>The scripts that <c>app.js</c> imports, for the browser to fetch them at once.</summary>
    public IReadOnlyList<string> Modules => _files.Value.Modules;

    /// <summary>The path of a file.</summary>
    public string this[string file] => $"/v/{Version}/{file}";

    private static (string Version, string[] Modules) Read(EndpointDataSource endpoints)
    {
        StaticAssetDescriptor[] files = [.. endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>())
            .OfType<StaticAssetDescriptor>()
            .Where(file => file.Selectors.Count == 0)
            .OrderBy(file => file.Route, StringComparer.Ordinal)];
        string all = string.Join('\n', files.Select(file => $"{file.Route} {file.Properties.FirstOrDefault(property => property.Name == "integrity")?.Value}"));
        string[] modules = [.. files
            .Select(file => file.Route)
            .Where(route => route.EndsWith(".js", StringComparison.Ordinal) && !route.Contains('/', StringComparison.Ordinal) && route.Count(character => character == '.') == 1 && route != "app.js")];
        return (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 6)), modules);
    }
}

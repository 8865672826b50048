using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.StaticAssets;

namespace TodoApp.Frontend.Shell;

/// <summary>The style sheet and scripts, each under a name with its fingerprint that browsers keep for good.</summary>
internal static class StaticFiles
{
    /// <summary>The list of static files that the build makes. In another program's folder it is that program's.</summary>
    public static string Manifest { get; } = Find();

    /// <summary>What <c>@Assets["app.css"]</c> in a component looks names up in.</summary>
    public static ResourceAssetCollection Names(IEndpointRouteBuilder app)
    {
        var assets = new List<ResourceAsset>();
        foreach (Endpoint endpoint in app.DataSources.SelectMany(source => source.Endpoints))
        {
            if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is { Selectors.Count: 0 } file)
            {
                assets.Add(new ResourceAsset(file.Route, [.. file.Properties.Select(property => new ResourceAssetProperty(property.Name, property.Value))]));
            }
        }

        return new ResourceAssetCollection(assets);
    }

    private static string Find()
    {
        string own = Path.Combine(AppContext.BaseDirectory, "todo-frontend.staticwebassets.endpoints.json");
        return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "TodoApp.staticwebassets.endpoints.json");
    }
}

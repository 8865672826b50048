using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace TodoApp.Tests.Gateway;

/// <summary>A small service on real Kestrel: a hop with the gateway's parts, or what stands behind one.</summary>
internal sealed class Hop : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Hop(WebApplication app) => _app = app;

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>A client that adds nothing of its own: no cookies, no redirects.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        BaseAddress = Url,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>A service that answers everything alike.</summary>
    public static Task<Hop> Start(RequestDelegate answer) => Start(_ => { }, app => app.Run(answer));

    /// <summary>A hop that passes everything on: with the body in memory, or below <c>/stream</c> and <c>/endless</c> as a stream.</summary>
    public static Task<Hop> Start(Uri upstream, ForwarderOptions? options = null, bool keyed = true, TimeSpan? headerTimeout = null) => Start(
        services =>
        {
            services.AddHttpForwarder();
            services.AddSingleton(_ => new Upstream("The test", upstream) { HeaderTimeout = headerTimeout ?? TimeSpan.FromSeconds(10) });
            services.AddSingleton(provider => new StreamForwarder(
                provider.GetRequiredService<IHttpForwarder>(), provider.GetRequiredService<Upstream>(),
                provider.GetRequiredService<IHostApplicationLifetime>(), options ?? new ForwarderOptions()));
        },
        app =>
        {
            var buffered = new BufferedForwarder(app.Services.GetRequiredService<Upstream>(), TimeProvider.System, options ?? new ForwarderOptions());
            StreamForwarder streams = app.Services.GetRequiredService<StreamForwarder>();
            app.Run(context => context.Request.Path.Value!.Split('/')[1] switch
            {
                "stream" => streams.ForwardAsync(context, context.Request.Path, 1000, endless: false),
                "endless" => streams.ForwardAsync(context, context.Request.Path, 1000, endless: true),
                _ => buffered.ForwardAsync(context, context.Request.Path, 1000, keyed),
            });
        });

    public static async Task<Hop> Start(Action<IServiceCollection> add, Action<WebApplication> use)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.AddSettings(null);
        builder.AddServiceDefaults(new ServiceSettings { Name = "test", Port = 0, Bind = IPAddress.Loopback, ShutdownDelay = TimeSpan.Zero, LogLevel = LogLevel.Critical });
        add(builder.Services);
        WebApplication app = builder.Build();
        app.UseServiceDefaults();
        use(app);
        await app.StartAsync();
        return new Hop(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

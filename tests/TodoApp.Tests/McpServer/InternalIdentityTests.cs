using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public sealed class InternalIdentityTests(OnSqlite fixture) : EngineTests(fixture, Services.McpServer), IClassFixture<OnSqlite>
{
    private async Task<int> StatusAsync(string? token)
    {
        using HttpClient client = System.McpServer.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tasks");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    private string Sign(Action<JsonObject, JsonObject>? change = null, byte[]? key = null, TimeSpan age = default) =>
        new TestIdentity().Sign(key ?? System.Key, TimeProvider.System.GetUtcNow() - age, change);

    [Fact]
    public async Task Only_what_the_backend_signed_passes()
    {
        Assert.Equal(200, await StatusAsync(Sign()));
        Assert.Equal(401, await StatusAsync(null));
        Assert.Equal(401, await StatusAsync("x"));
        Assert.Equal(401, await StatusAsync(Sign(key: RandomNumberGenerator.GetBytes(32))));
        Assert.Equal(401, await StatusAsync(Sign()[..^2]));
        Assert.Equal(401, await StatusAsync(Sign((header, _) => header["typ"] = "JWT")));
        Assert.Equal(401, await StatusAsync(Sign((header, _) => header["alg"] = "none")));
        Assert.Equal(401, await StatusAsync(Sign((header, _) => header["alg"] = "HS512")));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims["iss"] = "somebody")));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims["aud"] = "frontend")));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims.Remove("exp"))));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims.Remove("space"))));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims["space"] = "x")));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims.Remove("act"))));
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims["act"] = new JsonObject { ["kind"] = "robot", ["id"] = "1" })));
    }

    [Fact]
    public async Task An_identity_is_valid_for_a_minute_and_ten_seconds_of_clock_skew()
    {
        Assert.Equal(200, await StatusAsync(Sign(age: TimeSpan.FromSeconds(65))));
        Assert.Equal(401, await StatusAsync(Sign(age: TimeSpan.FromSeconds(71))));
    }

    [Fact]
    public async Task No_identity_is_made_for_longer_or_in_the_future()
    {
        Assert.Equal(401, await StatusAsync(Sign((_, claims) => claims["exp"] = (long)claims["iat"]! + 61)));
        Assert.Equal(401, await StatusAsync(Sign(age: TimeSpan.FromSeconds(-30))));
        Assert.Equal(200, await StatusAsync(Sign(age: TimeSpan.FromSeconds(-5))));
    }

    [Fact]
    public async Task Health_needs_none()
    {
        using HttpClient client = System.McpServer.Client();
        Assert.Equal("""{"status":"ok","checks":{"draining":"ok","database":"ok"}}""", await client.GetStringAsync("/health", Cancel));
        Assert.Equal("""{"status":"ok","checks":{}}""", await client.GetStringAsync("/health/live", Cancel));
    }
}

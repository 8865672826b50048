using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Buffers.Text;
using TodoApp.Gateway;

namespace TodoApp.Frontend.Shell;

/// <summary>
/// What a write did, told on the page that follows it, with a way to take it back. It travels in a cookie that the next page
/// removes: no replica keeps anything.
/// </summary>
/// <param name="Text">What was done, as a key of the texts.</param>
/// <param name="Name">What it was done to.</param>
/// <param name="Group">The group of the changes, by which they can be undone; null when there is nothing to undo.</param>
/// <param name="Count">How many it was done to.</param>
public sealed partial record Flash(string Text, string Name, string? Group = null, int Count = 1)
{
    private const string CookieName = "todo_flash";
    private const int LongestName = 80;

    /// <summary>Leaves it for the next page.</summary>
    public void Leave(HttpContext context)
    {
        Flash shortened = this with { Name = Name.Length <= LongestName ? Name : string.Concat(Name.AsSpan(0, char.IsHighSurrogate(Name[LongestName - 1]) ? LongestName - 1 : LongestName), "…") };
        string value = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(shortened, FlashJson.Default.Flash));
        context.Response.Cookies.Append(CookieName, value, Options(context, TimeSpan.FromSeconds(30)));
    }

    /// <summary>Takes it from the request; null when there is none, or one that is not ours.</summary>
    public static Flash? Take(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { Length: > 0 and < 2000 } value)
        {
            return null;
        }

        context.Response.Cookies.Append(CookieName, "", Options(context, TimeSpan.Zero));
        try
        {
            return JsonSerializer.Deserialize(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value)), FlashJson.Default.Flash);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpContext context, TimeSpan age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.RequestServices.GetRequiredService<OriginSettings>().IsHttps(context.Request),
        Path = "/",
        MaxAge = age,
    };

    [JsonSerializable(typeof(Flash))]
    private sealed partial class FlashJson : JsonSerializerContext;
}

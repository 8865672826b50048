using Microsoft.Extensions.Configuration;

namespace TodoApp.ServiceDefaults;

/// <summary>The keys that the backend signs internal identities with, and that mcp-server checks them with.</summary>
public static class InternalAuthKeys
{
    /// <summary>Reads <c>INTERNAL_AUTH_KEY</c>: one or two base64 keys of at least 32 bytes, separated by a comma. The first signs; all are accepted, so that a key can be changed without a gap.</summary>
    /// <exception cref="ConfigurationException">It is missing or has another form. The text never repeats the value.</exception>
    public static IReadOnlyList<byte[]> Read(IConfiguration configuration)
    {
        string? text = configuration["INTERNAL_AUTH_KEY"];
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ConfigurationException("INTERNAL_AUTH_KEY is not set. Make one with: openssl rand -base64 32");
        }

        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > 2)
        {
            throw new ConfigurationException("INTERNAL_AUTH_KEY has more than two keys. Give the new one, a comma, and the one it replaces.");
        }

        var keys = new List<byte[]>(parts.Length);
        foreach (string part in parts)
        {
            byte[] key = new byte[part.Length];
            if (!Convert.TryFromBase64String(part, key, out int length) || length < 32)
            {
                throw new ConfigurationException("INTERNAL_AUTH_KEY must be one or two base64 keys of at least 32 bytes, separated by a comma. Make one with: openssl rand -base64 32");
            }

            keys.Add(key[..length]);
        }

        return keys;
    }
}

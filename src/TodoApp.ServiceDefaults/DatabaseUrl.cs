using System.Data.Common;
using System.Globalization;

namespace TodoApp.ServiceDefaults;

/// <summary>Which database engine holds the data.</summary>
public enum DatabaseEngine
{
    /// <summary>PostgreSQL 14 or newer.</summary>
    PostgreSql,

    /// <summary>SQLite, embedded: one folder, one machine.</summary>
    Sqlite,
}

/// <summary>
/// Where the data is, read from <c>DATABASE_URL</c>: <c>postgresql://user[:password]@host[:port][,host…]/database?parameters</c>
/// (libpq's connection URI), or an Npgsql connection string (<c>Host=…;Database=…</c>), or <c>sqlite:FOLDER</c>.
/// </summary>
/// <param name="Engine">The engine.</param>
/// <param name="ConnectionString">For PostgreSQL, an Npgsql connection string without pool settings; empty for SQLite.</param>
/// <param name="Folder">For SQLite, the absolute path of the folder with the database files; empty for PostgreSQL.</param>
public sealed record DatabaseUrl(DatabaseEngine Engine, string ConnectionString, string Folder)
{
    private const string Forms = "Use postgresql://user:password@host:5432/database, or sqlite:FOLDER.";

    // libpq's name of each parameter that means the same to Npgsql, and Npgsql's name for it.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["target_session_attrs"] = "Target Session Attributes",
        ["load_balance_hosts"] = "Load Balance Hosts",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
    };

    private static readonly Dictionary<string, string[]> Choices = new(StringComparer.Ordinal)
    {
        ["sslmode"] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        ["target_session_attrs"] = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
        ["channel_binding"] = ["disable", "prefer", "require"],
        ["sslnegotiation"] = ["postgres", "direct"],
    };

    /// <summary>Reads <c>DATABASE_URL</c>.</summary>
    /// <param name="value">The setting's value.</param>
    /// <param name="password">What <c>POSTGRES_PASSWORD</c> holds, taken verbatim when the URL has no password of its own.</param>
    /// <exception cref="ConfigurationException">The value has none of the three forms, or an unknown parameter. The text never repeats the value, which may hold a password.</exception>
    public static DatabaseUrl Parse(string? value, string? password = null)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw Wrong("is not set");
        }

        value = value.Trim();
        if (value.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
        {
            return ParseSqlite(value["sqlite:".Length..]);
        }

        if (value.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || value.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase))
        {
            return ParseUri(value[(value.IndexOf("://", StringComparison.Ordinal) + 3)..], password);
        }

        int colon = value.IndexOf("://", StringComparison.Ordinal);
        if (colon > 0 && !value.AsSpan(0, colon).ContainsAny(" ;="))
        {
            throw Wrong($"has the scheme '{value[..colon]}', which is not one that this program knows");
        }

        return ParseKeywords(value, password);
    }

    private static DatabaseUrl ParseSqlite(string folder)
    {
        if (folder.StartsWith("//", StringComparison.Ordinal))
        {
            folder = folder[2..]; // sqlite:///var/lib/todo is how others write an absolute folder.
        }

        if (string.IsNullOrWhiteSpace(folder))
        {
            throw Wrong("names no folder after 'sqlite:'");
        }

        try
        {
            return new DatabaseUrl(DatabaseEngine.Sqlite, "", Path.GetFullPath(folder));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw Wrong("names a folder after 'sqlite:' that can't be a path");
        }
    }

    private static DatabaseUrl ParseUri(string rest, string? password)
    {
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string query = question < 0 ? "" : rest[(question + 1)..];
        string main = question < 0 ? rest : rest[..question];

        int slash = main.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? main : main[..slash];
        string database = slash < 0 ? "" : Unescape(main[(slash + 1)..], "database");
        if (database.Length == 0)
        {
            throw Wrong("names no database after the host");
        }

        var builder = new DbConnectionStringBuilder();
        int at = authority.LastIndexOf('@');
        if (at <= 0)
        {
            throw Wrong("names no user before the host");
        }

        string userInfo = authority[..at];
        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        builder["Username"] = Unescape(colon < 0 ? userInfo : userInfo[..colon], "user");
        string? own = colon < 0 ? null : Unescape(userInfo[(colon + 1)..], "password");
        if (!string.IsNullOrEmpty(own ?? password))
        {
            builder["Password"] = own ?? password;
        }

        var hosts = new List<string>();
        foreach (string part in authority[(at + 1)..].Split(','))
        {
            hosts.Add(ParseHost(part));
        }

        builder["Host"] = string.Join(',', hosts);
        builder["Database"] = database;
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? pair : pair[..equals];
            string text = equals < 0 ? "" : Unescape(pair[(equals + 1)..], name);
            if (!Parameters.TryGetValue(name, out string? keyword))
            {
                throw Wrong($"has the parameter '{name}', which is not one of {string.Join(", ", Parameters.Keys)}");
            }

            builder[keyword] = Value(name, text);
        }

        return new DatabaseUrl(DatabaseEngine.PostgreSql, builder.ConnectionString, "");
    }

    private static string Value(string name, string text)
    {
        if (Choices.TryGetValue(name, out string[]? choices) && !choices.Contains(text, StringComparer.Ordinal))
        {
            throw Wrong($"has {name}='{text}', which is not one of {string.Join(", ", choices)}");
        }

        return name switch
        {
            "sslmode" => text.Replace("-", "", StringComparison.Ordinal), // VerifyFull
            "connect_timeout" when !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds > 1024 =>
                throw Wrong("has a connect_timeout that is not a number of seconds from 0 to 1024"),
            "load_balance_hosts" => text switch
            {
                "disable" => "false",
                "random" => "true",
                _ => throw Wrong($"has load_balance_hosts='{text}', which is not one of disable, random"),
            },
            _ => text,
        };
    }

    private static string ParseHost(string part)
    {
        string host = part;
        string port = "";
        if (part.StartsWith('['))
        {
            int close = part.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
            {
                throw Wrong("has a '[' without ']' in its host");
            }

            host = part[1..close];
            port = part[(close + 1)..];
        }
        else if (part.IndexOf(':', StringComparison.Ordinal) is >= 0 and int colon)
        {
            host = part[..colon];
            port = part[colon..];
        }

        host = Unescape(host, "host");
        if (host.Length == 0)
        {
            throw Wrong("names no host");
        }

        if (host.AsSpan().ContainsAny(" ;,\"'"))
        {
            throw Wrong("has a host with a character that no host has");
        }

        if (port.Length == 0)
        {
            return host;
        }

        if (port[0] != ':' || !ushort.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
        {
            throw Wrong("has a port that is not a number from 1 to 65535 (a ':', '/', '@' or '%' in the password must be percent-encoded)");
        }

        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{number}" : $"{host}:{number}";
    }

    private static DatabaseUrl ParseKeywords(string value, string? password)
    {
        var builder = new DbConnectionStringBuilder();
        try
        {
            builder.ConnectionString = value;
        }
        catch (ArgumentException)
        {
            throw Wrong("is neither a URL nor a connection string");
        }

        if (!builder.ContainsKey("Host") && !builder.ContainsKey("Server"))
        {
            throw Wrong("is neither a URL nor a connection string that names a Host");
        }

        if (!builder.ContainsKey("Password") && !string.IsNullOrEmpty(password))
        {
            builder["Password"] = password;
        }

        return new DatabaseUrl(DatabaseEngine.PostgreSql, builder.ConnectionString, "");
    }

    private static string Unescape(string text, string what)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                throw Wrong($"has a '%' in its {what} that starts no percent-encoded character (a '%' itself is written %25)");
            }
        }

        return Uri.UnescapeDataString(text);
    }

    private static ConfigurationException Wrong(string what) => new($"DATABASE_URL {what}. {Forms}");
}

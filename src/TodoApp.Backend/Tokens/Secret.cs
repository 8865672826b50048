using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TodoApp.Backend.Tokens;

/// <summary>
/// Random tokens of 256 bits. Only their SHA-256 is stored: a slow hash guards what people choose, and nobody can guess these.
/// They are looked up by that hash, so comparing takes the same time whatever a caller sends.
/// </summary>
internal static class Secret
{
    internal const string SessionPrefix = "todo_ses_";

    internal const string PersonalPrefix = "todo_pat_";

    internal const string InvitePrefix = "todo_inv_";

    internal const string CalendarPrefix = "todo_cal_";

    // 32 bytes in base64url.
    private const int Digits = 43;

    internal static string Make(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    internal static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether a text has the form of such a token, so that what hasn't costs no database round trip.</summary>
    internal static bool HasForm(string text, string prefix)
    {
        if (text.Length != prefix.Length + Digits || !text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (char digit in text.AsSpan(prefix.Length))
        {
            if (!char.IsAsciiLetterOrDigit(digit) && digit is not '-' and not '_')
            {
                return false;
            }
        }

        return true;
    }
}

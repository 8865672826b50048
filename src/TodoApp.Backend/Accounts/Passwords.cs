using System.Text;
using Microsoft.AspNetCore.Identity;
using TodoApp.Backend.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Accounts;

/// <summary>
/// Makes and checks the slow hashes of passwords (PBKDF2 with HMAC-SHA512). Not more at once than there are processors: a
/// flood of sign-ins then waits here instead of taking every processor from everybody else.
/// </summary>
internal sealed class Passwords(IPasswordHasher<AccountRow> hasher) : IDisposable
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA512.</summary>
    internal const int Iterations = 210_000;

    private static readonly AccountRow Nobody = new();

    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(Nobody, "a password that nobody has"));
    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);

    internal async Task<string> Hash(AccountRow account, string password, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return hasher.HashPassword(account, Canonical(password));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Whether it is the account's password. Without an account it takes as long and is never right, so that nobody learns which addresses have one.</summary>
    internal async Task<PasswordVerificationResult> Check(AccountRow? account, string password, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            PasswordVerificationResult result = hasher.VerifyHashedPassword(account ?? Nobody, account?.PasswordHash ?? _nobodysHash.Value, Canonical(password));
            return account is null ? PasswordVerificationResult.Failed : result;
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    // The same password typed on another keyboard may come decomposed.
    private static string Canonical(string password) => password.Normalized(NormalizationForm.FormC);
}

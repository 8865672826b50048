using Microsoft.AspNetCore.Identity;
using TodoApp.Backend.Storage;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary>Asks somebody who is signed in for the password again: a session may be in the wrong hands.</summary>
internal static class CurrentPassword
{
    /// <summary>Checks it. Wrong ones count like failed sign-ins.</summary>
    /// <returns>The answer when it is wrong or may not be tried now; null when it is right.</returns>
    internal static async Task<IResult?> Check(
        HttpContext context, AccountRow account, string field, string password, Passwords passwords, SignInLimits limits, CancellationToken cancellation)
    {
        string address = ClientAddress.LimitKey(context);
        if (limits.Begin(account.NormalizedEmail!, address, out TimeSpan retryAfter) != SignInGate.Open)
        {
            return Answers.TooMany(retryAfter, "Too many wrong passwords were sent.");
        }

        if (await passwords.Check(account, password, cancellation) == PasswordVerificationResult.Failed)
        {
            return Answers.Problem(ProblemKind.Invalid, field, "It is not the account's password.");
        }

        limits.Succeeded(account.NormalizedEmail!, address);
        return null;
    }
}

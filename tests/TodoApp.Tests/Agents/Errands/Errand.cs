namespace TodoApp.Tests.Agents.Errands;

/// <summary>What a user asks of an agent.</summary>
/// <param name="Ask">The user's words, which name it.</param>
/// <param name="Given">What the user has added before, a task in each line, as quick add reads it.</param>
/// <param name="Steps">The calls that an agent makes, one after the other.</param>
/// <param name="End">Checks what has become of the account.</param>
/// <param name="Before">What else has happened before.</param>
/// <param name="OnPostgres">Whether it is tried on PostgreSQL too.</param>
internal sealed record Errand(string Ask, string Given, Func<Agent, Task> Steps, Func<Household, Task> End, Func<Household, Task>? Before = null, bool OnPostgres = false);

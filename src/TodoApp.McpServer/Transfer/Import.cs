using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Takes over a file. It is received whole first, then read and checked without holding anything, then read again and written in
/// one transaction whose changes share a group. Nothing is written when anything in the file is wrong.
/// </summary>
internal static class Import
{
    /// <summary>The largest file in bytes: 256 MiB.</summary>
    public const long LargestFile = 256 * 1024 * 1024;

    private const int BeginningLength = 4096;

    private static readonly string[] Parameters = ["dryRun", "format"];

    // Reading keeps a core busy and each file up to some 60 MB of memory: not more than these at once.
    private static readonly SemaphoreSlim Gate = new(2, 2);

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        if (ReadParameters(context.Request, out bool isDry, out ImportFormat? format) is Problem wrong)
        {
            await context.WriteProblem(wrong);
            return;
        }

        string key = context.Request.Headers["Idempotency-Key"].ToString();
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes($"{context.Request.QueryString.Value}\n"));
        (ImportFile? file, Problem? problem) = await ImportFile.ReceiveAsync(context.Request, digest);
        using (file)
        {
            if (file is null)
            {
                await context.WriteProblem(problem!);
                return;
            }

            format ??= ImportFormat.Recognize(file.Beginning(BeginningLength), context.Request.ContentType);
            if (format is null)
            {
                await context.WriteProblem(ProblemKind.Malformed.Because($"It can't be told what kind of file this is. Say it with format=, which is one of {ImportFormat.Names}."));
                return;
            }

            Idempotency? idempotency = key.Length == 0 ? null : Idempotency.ForDigest(context.Request.Method, context.Request.Path, key, digest.GetHashAndReset());
            await Gate.WaitAsync(context.RequestAborted);
            try
            {
                await Answers.WriteAsync(context, await RunAsync(file, format, isDry, context.GetCaller(), writes, idempotency, context.RequestAborted));
            }
            finally
            {
                Gate.Release();
            }
        }
    }

    private static async Task<WriteResult> RunAsync(
        ImportFile file, ImportFormat format, bool isDry, Caller caller, SpaceWrites writes, Idempotency? key, CancellationToken cancellationToken)
    {
        var notes = new ImportNotes();
        var context = new ImportContext(notes, caller, writes.Time.GetUtcNow());
        var plan = ImportPlan.Make(format.Read(file, context), notes, cancellationToken);
        if (notes.Failure is Problem broken)
        {
            return broken;
        }

        if (notes.IsRefused)
        {
            return isDry ? Report(format, notes, null, null) : notes.ToProblem()!;
        }

        if (isDry)
        {
            await GetLists.ReadAsync(writes, caller, cancellationToken); // Makes the space when there is none yet.
            return await writes.TryAsync(caller, (space, token) => WriteAsync(space, isDry, token), cancellationToken);
        }

        return await writes.RunAsync(caller, key, (space, token) => WriteAsync(space, isDry, token), cancellationToken);

        // It may be called again when another write stood in the way.
        async Task<WriteResult> WriteAsync(SpaceWriter space, bool dry, CancellationToken token)
        {
            ImportNotes all = notes.Copy();
            var writer = new ImportWriter(space, plan, all);
            await writer.RunAsync(format.Read(file, context with { Notes = new ImportNotes() }), token);
            return all.ToProblem() is Problem problem && !dry ? problem : Report(format, all, writer, dry || !space.HasChanges ? null : space.Group, dry);
        }
    }

    private static WriteResult Report(ImportFormat format, ImportNotes notes, ImportWriter? writer, Guid? group, bool dry = true)
    {
        var report = new ImportReport
        {
            DryRun = dry,
            Format = format.Name,
            Created = notes.IsRefused || writer is null ? new ImportCounts(0, 0, 0, 0, 0) : writer.Created,
            Skipped = writer?.Skipped ?? 0,
            WarningCount = notes.WarningCount,
            Warnings = notes.Warnings,
            ProblemCount = notes.ProblemCount,
            Problems = notes.Problems,
            GroupId = group,
        };
        return WriteResult.Done(StatusCodes.Status200OK, report, ContractsJson.Readable.ImportReport);
    }

    private static Problem? ReadParameters(HttpRequest request, out bool isDry, out ImportFormat? format)
    {
        isDry = false;
        format = null;
        var errors = new FieldErrors();
        foreach (string name in request.Query.Keys)
        {
            if (!Parameters.Contains(name, StringComparer.Ordinal))
            {
                errors.Malformed(Excerpt.Of(name), $"is not a known parameter. {JsonFields.Suggest(name, Parameters)}");
            }
        }

        string dryRun = request.Query["dryRun"].ToString();
        if (dryRun.Length > 0 && !bool.TryParse(dryRun, out isDry))
        {
            errors.Invalid("dryRun", "must be true or false.");
        }

        string wanted = request.Query["format"].ToString();
        format = ImportFormat.All.FirstOrDefault(candidate => candidate.Name == wanted);
        if (wanted.Length > 0 && format is null)
        {
            errors.Invalid("format", $"must be one of {ImportFormat.Names}.");
        }

        string key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 0 && !Idempotency.IsValid(key))
        {
            return ProblemKind.Malformed.Because(string.Create(CultureInfo.InvariantCulture, $"Idempotency-Key must have at most {Idempotency.KeyLength} printable ASCII characters."));
        }

        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return ProblemKind.UnsupportedMediaType.Because("Send the file as it is, without Content-Encoding.");
        }

        return (request.ContentType ?? "").StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            ? ProblemKind.UnsupportedMediaType.Because("Send the file itself as the body, not a form that holds it.")
            : errors.ToProblem();
    }
}

using TodoApp.Contracts;

namespace TodoApp.McpServer.Http;

/// <summary>For operations that take no fields: no body, or an empty object.</summary>
internal static class EmptyBody
{
    public static Problem? Check(WriteRequest request)
    {
        if (!request.HasBody)
        {
            return null;
        }

        var errors = new FieldErrors();
        _ = new JsonFields(request.Body, [], errors);
        return errors.ToProblem();
    }
}

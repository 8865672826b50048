using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Settings;

/// <summary>The page on which everything can be taken out, put in, and deleted.</summary>
internal static class YourData
{
    public const string Page = "/settings/data";

    /// <summary>Shows it, with what came of one of its forms.</summary>
    public static IResult Show(HttpContext context, Frame frame, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
    {
        parameters["Key"] = Forms.NewKey(context.RequestServices.GetRequiredService<TimeProvider>());
        return Pages.Show<YourDataPage>(frame, parameters, status);
    }
}

using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Settings;

/// <summary>Makes, replaces and removes the secret address for calendar programs. It is shown once: by the answer that makes it.</summary>
internal static class CalendarSettings
{
    private const string Page = "/settings/calendar";
    private const string Route = "/api/account/calendar";

    public static void MapCalendarAddress(this RouteGroupBuilder pages)
    {
        pages.MapPage(Page, (context, frame) => ShowAsync(context, frame, HttpMethod.Get));
        pages.MapForm(Page, Page, (context, frame) => ShowAsync(context, frame, HttpMethod.Post));
        pages.MapForm("/settings/calendar/remove", Page, RemoveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Frame frame, HttpMethod method)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Answer<CalendarAddress> answer = await backend.Send(context, method, Route, null, null, ContractsJson.Client.CalendarAddress);
        return Pages.Show<CalendarPage>(
            frame,
            new() { ["Calendar"] = answer.Value ?? new CalendarAddress(true), ["Problem"] = answer.Problem },
            answer.Problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, Frame frame)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        await backend.Send(context, HttpMethod.Delete, Route, null, null, ContractsJson.Client.CalendarAddress);
        new Flash("The calendar address is removed", "").Leave(context);
        return Pages.SeeOther(Page);
    }
}

using Microsoft.Extensions.AI;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>Who asks the model, told by the request.</summary>
internal static class Ask
{
    public static bool Fork(Request request) => request.Messages.Any(static message => message.Role == ChatRole.User && message.Text.Contains("\n\nDirective: ", StringComparison.Ordinal));

    public static bool Lead(Request request) => request.Messages[0].Text.StartsWith("You are the main agent", StringComparison.Ordinal) && !Fork(request);

    public static bool Child(Request request) => !Lead(request) && !Fork(request);

    /// <summary>The first request of the main agent: the prompt.</summary>
    public static bool Prompt(Request request) => Lead(request) && request.Messages.Count == 2;

    public static bool Notification(Request request) => request.EndsInUser && request.LastText.StartsWith("<task-notification>", StringComparison.Ordinal);

    public static string Launch(string description = "work", string prompt = "do it", string? type = "general-purpose", bool background = true) =>
        "{\"description\":\"" + description + "\",\"prompt\":\"" + prompt + "\"" + (type is null ? "" : ",\"subagent_type\":\"" + type + "\"") + (background ? ",\"run_in_background\":true" : "") + "}";
}

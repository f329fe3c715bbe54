using QwenCode.Hooks;
using QwenCode.Models;
using QwenCode.Permissions;

namespace QwenCode.Kernel.Sessions;

/// <summary>Posts events to hooks that cannot change the outcome.</summary>
internal static class HookNotifications
{
    /// <summary>The user is asked to approve a call.</summary>
    public static void PermissionAsked(IHookRunner hooks, string tool)
    {
        const string type = "permission_prompt";
        if (hooks.Handles(HookEvent.Notification))
        {
            hooks.Post(new HookInput(HookEvent.Notification, type, writer =>
            {
                writer.WriteString("message"u8, $"Qwen Code needs your permission to use {tool}");
                writer.WriteString("notification_type"u8, type);
                writer.WriteString("title"u8, "Permission needed");
            }));
        }
    }

    /// <summary>An interactive session begins. Does not wait for the hooks, because they cannot change anything.</summary>
    public static void SessionBegan(SessionContext session)
    {
        var hooks = session.Options.Hooks;
        var source = session.Options.History.Count > 0 ? "resume" : "startup";
        if (hooks.Handles(HookEvent.SessionStart))
        {
            hooks.Post(new HookInput(HookEvent.SessionStart, source, writer =>
            {
                writer.WriteString("permission_mode"u8, session.Main.Mode.ToWire());
                writer.WriteString("source"u8, source);
                writer.WriteString("model"u8, session.Main.Model.Id);
            }));
        }
    }

    /// <summary>
    /// An interactive session ends. Waits for the hooks, within their timeouts: background hooks are stopped with the session.
    /// </summary>
    public static async ValueTask SessionEndedAsync(SessionContext session, CancellationToken cancellationToken)
    {
        const string reason = "prompt_input_exit";
        var hooks = session.Options.Hooks;
        if (hooks.Handles(HookEvent.SessionEnd))
        {
            await hooks.RunAsync(new HookInput(HookEvent.SessionEnd, reason, static writer => writer.WriteString("reason"u8, reason)),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A model error ended a turn.</summary>
    public static void TurnFailed(IHookRunner hooks, Exception? error, string lastText)
    {
        if (hooks.Handles(HookEvent.StopFailure))
        {
            var kind = Classify((error as ModelException)?.Status, error?.Message ?? string.Empty);
            hooks.Post(new HookInput(HookEvent.StopFailure, kind, writer =>
            {
                writer.WriteString("error"u8, kind);
                writer.WriteString("error_details"u8, error?.Message ?? string.Empty);
                writer.WriteString("last_assistant_message"u8, lastText);
            }));
        }
    }

    /// <summary>Returns the name of an error for matchers; the first that applies.</summary>
    internal static string Classify(int? status, string message)
    {
        return status == 429 || Says("rate limit") ? "rate_limit"
            : status == 401 || Says("unauthorized") ? "authentication_failed"
            : status is 402 or 403 || Says("billing") || Says("quota") ? "billing_error"
            : status == 400 || Says("invalid") ? "invalid_request"
            : status >= 500 ? "server_error"
            : Says("max_tokens") || Says("token limit") ? "max_output_tokens"
            : "unknown";

        bool Says(string word) => message.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}

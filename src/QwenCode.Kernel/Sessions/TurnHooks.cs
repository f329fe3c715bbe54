using Microsoft.Extensions.AI;
using QwenCode.Hooks;

namespace QwenCode.Kernel.Sessions;

/// <summary>The hooks that have a say in where a turn of the main agent begins and ends.</summary>
internal static class TurnHooks
{
    /// <summary>Lets hooks see a prompt.</summary>
    /// <returns>What the model gets; <c>null</c> if a hook refused it.</returns>
    public static async ValueTask<List<AIContent>?> RunPromptHooksAsync(
        SessionContext session, PromptItem prompt, CancellationToken cancellationToken)
    {
        var hooks = session.Options.Hooks;
        if (!hooks.Handles(HookEvent.UserPromptSubmit))
        {
            return UserTurnReminders.Add(session, prompt.Content);
        }

        var text = string.Join('\n', prompt.Content.OfType<TextContent>().Select(static part => part.Text));
        var said = await hooks.RunAsync(new HookInput(HookEvent.UserPromptSubmit, string.Empty,
            writer => writer.WriteString("prompt"u8, text)), cancellationToken).ConfigureAwait(false);
        if (said.IsBlocking || said.IsStopRequested)
        {
            session.Tasks.Notice($"A UserPromptSubmit hook refused the prompt: {said.Reason ?? "no reason given"}");
            return null;
        }

        // Only now: a prompt that is refused must not use up what is said once.
        var content = UserTurnReminders.Add(session, prompt.Content);
        if (!string.IsNullOrEmpty(said.AdditionalContext))
        {
            content.Add(new TextContent(said.AdditionalContext));
        }

        return content;
    }

    /// <summary>Lets hooks see a final answer.</summary>
    /// <returns>What to go on with; <c>null</c> if they let it rest.</returns>
    public static async ValueTask<string?> RunStopHooksAsync(SessionContext session, string lastText, CancellationToken cancellationToken)
    {
        var hooks = session.Options.Hooks;
        if (!hooks.Handles(HookEvent.Stop) || cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        var said = await hooks.RunAsync(
            new HookInput(HookEvent.Stop, string.Empty, writer =>
            {
                writer.WriteBoolean("stop_hook_active"u8, true);
                writer.WriteString("last_assistant_message"u8, lastText.Length == 0 ? "[no response text]" : lastText);
            }),
            cancellationToken).ConfigureAwait(false);
        if (said.SystemMessage is { } message)
        {
            session.Tasks.Notice(message);
        }

        return said.IsBlocking || said.IsStopRequested ? said.Reason ?? "No reason provided" : null;
    }
}

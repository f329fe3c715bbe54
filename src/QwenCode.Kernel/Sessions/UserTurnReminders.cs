using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Permissions;

namespace QwenCode.Kernel.Sessions;

/// <summary>What the model is reminded of with the user's prompt, in parts of their own before it.</summary>
internal static class UserTurnReminders
{
    /// <summary>Returns a prompt with the reminders in front of it.</summary>
    public static List<AIContent> Add(SessionContext session, IReadOnlyList<AIContent> prompt)
    {
        var content = new List<AIContent>(prompt.Count + 1);
        var own = session.Agents.List().Where(static definition => definition.Level is not AgentLevel.BuiltIn)
            .Select(static definition => definition.Name).ToArray();
        if (own.Length > 0 && session.Main.OfferedTools().Find("agent") is not null)
        {
            content.Add(Reminder($"Agents made for this user or project can be launched with the agent tool: "
                + $"{string.Join(", ", own)}. Use them where their description fits. Do not mention this reminder."));
        }

        if (session.Main.Mode is ApprovalMode.Plan)
        {
            content.Add(Reminder("Plan mode is active: change nothing and run nothing that changes something. Look around, ask what you "
                + "need with ask_user_question, then present your plan with exit_plan_mode."));
        }

        if (session.TakeOpeningReminder() is { } opening)
        {
            content.Add(Reminder(opening));
        }

        content.AddRange(prompt);
        return content;
    }

    private static TextContent Reminder(string text) => new($"<system-reminder>{text}</system-reminder>\n");
}

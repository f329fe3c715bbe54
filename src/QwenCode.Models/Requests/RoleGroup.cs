using Microsoft.Extensions.AI;

namespace QwenCode.Models.Requests;

/// <summary>Neighbouring messages of one side, which a provider gets as one.</summary>
/// <param name="IsAnswer">Whether the model said it.</param>
/// <param name="Messages">The messages; those with results of tools first.</param>
internal sealed record RoleGroup(bool IsAnswer, List<ChatMessage> Messages)
{
    /// <summary>Returns the groups of a conversation, in order, and the texts of its system messages apart from them.</summary>
    /// <param name="messages">The conversation, in which each call has its result.</param>
    /// <param name="system">Takes the texts of system messages.</param>
    public static List<RoleGroup> Of(IReadOnlyList<ChatMessage> messages, List<string> system)
    {
        var groups = new List<RoleGroup>(messages.Count);
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                system.Add(message.Text);
                continue;
            }

            var isAnswer = message.Role == ChatRole.Assistant;
            if (groups is not [.., { } last] || last.IsAnswer != isAnswer)
            {
                groups.Add(last = new RoleGroup(isAnswer, []));
            }

            var place = last.Messages.Count;
            while (message.Role == ChatRole.Tool && place > 0 && last.Messages[place - 1].Role != ChatRole.Tool)
            {
                place--;
            }

            last.Messages.Insert(place, message);
        }

        return groups;
    }
}

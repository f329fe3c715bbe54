using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Conversations;

namespace QwenCode.Kernel.Compaction;

/// <summary>
/// A conversation in the pieces that stay together: an answer that calls tools with all its results, or a message by itself.
/// </summary>
internal static class Rounds
{
    /// <summary>Returns where the rounds begin, in order.</summary>
    /// <param name="history">The conversation.</param>
    /// <param name="from">The first message to look at.</param>
    public static List<int> Starts(History history, int from)
    {
        var starts = new List<int>();
        for (var i = from; i < history.Count; i++)
        {
            // Results stand behind the calls they belong to, however many messages they are in.
            if (starts.Count == 0 || !HoldsResults(history[i]))
            {
                starts.Add(i);
            }
        }

        return starts;
    }

    /// <summary>Returns where the part begins that the model has not answered to yet, or the length if it has answered to all.</summary>
    public static int OpenFrom(History history, int from)
    {
        var starts = Starts(history, from);
        if (starts.Count == 0 || IsFinalAnswer(history[^1]))
        {
            return history.Count;
        }

        var at = starts.Count - 1;
        while (at > 0 && history[starts[at]].Role == ChatRole.User && history[starts[at - 1]].Role == ChatRole.User)
        {
            at--;
        }

        return starts[at];
    }

    /// <summary>Returns whether a message ends a turn.</summary>
    public static bool IsFinalAnswer(ChatMessage message) =>
        message.Role == ChatRole.Assistant && !message.Contents.Any(static part => part is FunctionCallContent);

    /// <summary>Returns how many messages at the beginning are no conversation: the system prompt and the surroundings.</summary>
    public static int HeadOf(History history, IReadOnlyList<HistoryMessage> startup)
    {
        var count = 0;
        while (count < history.Count
            && (history[count].Role == ChatRole.System || startup.Any(one => ReferenceEquals(one, history[count]))))
        {
            count++;
        }

        return count;
    }

    private static bool HoldsResults(ChatMessage message) =>
        message.Role != ChatRole.Assistant && message.Contents.Any(static part => part is FunctionResultContent);
}

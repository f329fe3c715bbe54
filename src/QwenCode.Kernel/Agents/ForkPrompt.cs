using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Conversations;

namespace QwenCode.Kernel.Agents;

/// <summary>How a fork's conversation continues its parent's.</summary>
internal static class ForkPrompt
{
    public const string Started = "Fork started — processing in background";

    private const string Acknowledged = "Understood. Executing directive now.";
    private const string Begin = "Begin.";

    private static readonly ConditionalWeakTable<HistoryMessage, HistoryMessage> Placeholders = [];

    private const string Rules =
        """
        <fork-boilerplate>
        You are a fork: a worker that carries the conversation above, not the agent who leads it. These rules hold until you report:
        1. Do the work yourself; launch no agents.
        2. Do not converse: no questions, no proposals, nobody will answer.
        3. No commentary on what you are about to do.
        4. Use your tools directly.
        5. If you change files, commit them before you report, and give the commit's hash.
        6. Stay silent between tool calls; report once, at the end.
        7. Keep to the directive. Related matters get one sentence at most.
        8. At most 500 words, unless the directive says otherwise.
        9. Your report begins with "Scope:".
        10. State facts in the form below, then stop.

        Scope: what you were asked to do
        Result: what you found or did
        Key files: paths that matter
        Files changed: only if you changed any
        Issues: only if there are any
        </fork-boilerplate>
        """;

    /// <summary>Returns what a fork's conversation opens with, and the message that starts it.</summary>
    /// <param name="parent">The parent's history, its last message being the answer whose calls are open.</param>
    /// <param name="directive">What the fork is to do.</param>
    public static (History Opening, string First) Build(History parent, string directive)
    {
        var instructions = $"{Rules}\n\nDirective: {directive}";
        if (parent.Last is not { } last || last.Role == ChatRole.System)
        {
            return (parent.Branch(), instructions);
        }

        if (last.Role == ChatRole.Assistant)
        {
            var open = last.Contents.OfType<FunctionCallContent>().ToArray();
            if (open.Length == 0)
            {
                return (parent.Branch(), instructions);
            }

            return (Continue(parent, directive), Begin);
        }

        // Results belong to the calls before them; only a message that was merely said can be left out.
        return last.Role == ChatRole.Tool ? (parent.Branch(), instructions) : (parent.Take(parent.Count - 1).Branch(), instructions);
    }

    /// <summary>Returns the opening of a fork that goes on with what is recorded of it.</summary>
    public static History Resume(Agent parent, string directive, IReadOnlyList<HistoryMessage> recorded) =>
        // What a compacted fork had of its parent is in its own record.
        recorded.Count > 0 && CompactedMessage.Is(recorded[0])
            ? parent.History.Take(Rounds.HeadOf(parent.History, parent.Session.Options.StartupMessages)).Branch()
            : Continue(parent.History, directive);

    /// <summary>Returns an opening that holds the directive itself, behind a result for every call that is open.</summary>
    public static History Continue(History parent, string directive)
    {
        var opening = parent.Branch();
        if (parent.Last is { } last && last.Role == ChatRole.Assistant && last.Contents.Any(static part => part is FunctionCallContent))
        {
            // The same result for each call, and the same message in every fork: so all forks of an answer share its prefix.
            opening = opening.Append(Placeholders.GetValue(last, static answer => new HistoryMessage(
                ChatRole.Tool, [.. answer.Contents.OfType<FunctionCallContent>()
                    .Select(static call => new FunctionResultContent(call.CallId, Started))])));
        }

        return opening
            .Append(new HistoryMessage(ChatRole.User, $"{Rules}\n\nDirective: {directive}"))
            .Append(new HistoryMessage(ChatRole.Assistant, Acknowledged));
    }
}

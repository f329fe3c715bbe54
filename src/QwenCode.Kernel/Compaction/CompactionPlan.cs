using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Conversations;
using QwenCode.Platform.Text;

namespace QwenCode.Kernel.Compaction;

/// <summary>Which part of a conversation goes, and what comes in its place.</summary>
internal sealed class CompactionPlan
{
    private CompactionPlan(History history, int head, int cut) => (History, Head, Cut) = (history, head, cut);

    /// <summary>Gets the conversation.</summary>
    public History History { get; }

    /// <summary>Gets how many messages at the beginning are no conversation and stay.</summary>
    public int Head { get; }

    /// <summary>Gets where the part begins that stays.</summary>
    public int Cut { get; }

    /// <summary>Gets whether the part that stays holds results that can be cut.</summary>
    public bool HasLargeResults => Enumerable.Range(Cut, History.Count - Cut)
        .Any(at => History[at].Contents.OfType<FunctionResultContent>().Any(static result => result.Result is string { Length: > 4_000 }));

    /// <summary>Makes a plan.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="history">Its conversation.</param>
    /// <param name="tail">How many tokens of the newest rounds stay; what the model has not answered to stays in any case.</param>
    public static CompactionPlan For(Agent agent, History history, long tail)
    {
        var head = Rounds.HeadOf(history, agent.Session.Options.StartupMessages);
        var open = Rounds.OpenFrom(history, head);
        var cut = open;
        var starts = Rounds.Starts(history, head);
        for (var i = open; i < history.Count; i++)
        {
            tail -= agent.Gauge.Of(history[i]);
        }

        for (var at = starts.FindLastIndex(start => start < open); at >= 0; at--)
        {
            for (var i = starts[at]; i < cut; i++)
            {
                tail -= agent.Gauge.Of(history[i]);
            }

            // What was compacted before is compacted again; it never stands behind something else.
            if (tail < 0 || CompactedMessage.Is(history[starts[at]]))
            {
                break;
            }

            cut = starts[at];
        }

        return new(history, head, cut);
    }

    /// <summary>Returns how many tokens the part that goes takes.</summary>
    public long Removed(ContextGauge gauge)
    {
        long tokens = 0;
        for (var i = Head; i < Cut; i++)
        {
            tokens += gauge.Of(History[i]);
        }

        return tokens;
    }

    /// <summary>Returns the conversation as far as it fits into a window, in whole rounds.</summary>
    /// <param name="gauge">Counts tokens.</param>
    /// <param name="room">How many tokens there may be.</param>
    /// <param name="upTo">How many messages fit.</param>
    public History Fitting(ContextGauge gauge, long room, out int upTo)
    {
        upTo = Head;
        for (var i = 0; i < Head; i++)
        {
            room -= gauge.Of(History[i]);
        }

        var starts = Rounds.Starts(History, Head);
        for (var at = 0; at < starts.Count; at++)
        {
            var end = at + 1 < starts.Count ? starts[at + 1] : History.Count;
            for (var i = starts[at]; i < end; i++)
            {
                room -= gauge.Of(History[i]);
            }

            if (room < 0)
            {
                break;
            }

            upTo = end;
        }

        return upTo == History.Count ? History : History.Take(upTo);
    }

    /// <summary>Builds the new conversation.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="notes">A model's notes; <c>null</c> lets the program make some.</param>
    /// <param name="words">How many tokens of the user's oldest and newest words stay.</param>
    /// <param name="most">How many tokens the notes of the program may have.</param>
    /// <param name="results">How many tokens the results in the part that stays may have; <c>null</c> leaves them whole.</param>
    public IReadOnlyList<HistoryMessage> Build(
        Agent agent, string? notes, (long Oldest, long Newest) words, long most, long? results = null)
    {
        var prompts = KeptPrompts.Fit(KeptPrompts.Collect(History, Head, Cut), words.Oldest, words.Newest, agent.Gauge.Of);
        notes ??= Digest.Of(History, Head, Cut, (int)Math.Clamp(most * 3, 600, 24_000));
        var compacted = CompactedMessage.Write(prompts, SessionFacts.Collect(agent, History, Head, Cut), notes);
        var messages = new List<HistoryMessage>(Head + 2 + History.Count - Cut);
        messages.AddRange(Part(0, Head));
        messages.Add(compacted);
        if (Cut == History.Count || History[Cut].Role != ChatRole.Assistant)
        {
            messages.Add(new HistoryMessage(ChatRole.Assistant, CompactedMessage.Acknowledgement));
        }

        messages.AddRange(results is { } room ? Part(Cut, History.Count).Select(Cutter(room, agent)) : Part(Cut, History.Count));
        return messages;
    }

    private IEnumerable<HistoryMessage> Part(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            yield return (HistoryMessage)History[i];
        }
    }

    private Func<HistoryMessage, HistoryMessage> Cutter(long tokens, Agent agent)
    {
        var count = Math.Max(1, Part(Cut, History.Count).Sum(static message => message.Contents.OfType<FunctionResultContent>().Count()));
        var most = (int)Math.Clamp(tokens * 3 / count, 400, 40_000);
        var place = agent.Transcript.Path is { } path ? $"; all of it is in {path}" : string.Empty;
        AIContent Shortened(AIContent part) => IsLarger(part, most) ? Shorten(part, most, place) : part;
        return message => message.Contents.Any(part => IsLarger(part, most))
            ? new HistoryMessage(message.Role, [.. message.Contents.Select(Shortened)])
            {
                Origin = message.Origin,
            }
            : message;
    }

    private static bool IsLarger(AIContent part, int most) =>
        part is FunctionResultContent { Result: string { Length: var length } } && length > most;

    private static FunctionResultContent Shorten(AIContent part, int most, string place)
    {
        var result = (FunctionResultContent)part;
        var text = (string)result.Result!;
        var head = TextCut.Head(text, most * 2 / 3);
        var tail = text[TextCut.After(text, text.Length - most / 3)..];
        var mark = string.Create(CultureInfo.InvariantCulture,
            $"\n[… {text.Length - head.Length - tail.Length} characters left out to fit the model's window{place} …]\n");
        return new FunctionResultContent(result.CallId, head + mark + tail) { Exception = result.Exception };
    }
}

using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Conversations;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Compaction;

/// <summary>
/// Makes room in an agent's window. What must not be forgotten is kept by the program; a model's notes come on top, and everything works
/// without them, so that a compaction cannot fail for want of an answer.
/// </summary>
/// <remarks>The design and what was measured for it are in <c>docs/decisions/0018-compaction.md</c>.</remarks>
internal static class Compactor
{
    // Shares of the window. Together they are well below the lowest useful threshold.
    private const double TailShare = 0.2;
    // Whoever wants a small conversation to be compacted wants it to become smaller.
    private const double MostTail = 0.3;
    private const double PromptShare = 0.3;
    private const double SummaryShare = 0.1;

    // Of the user's words: what it is all about is in the first, what comes next in the last.
    private const long MostOldest = 2_000;
    private const long MostNewest = 18_000;
    private const long MostSummary = 6_000;

    // A compaction that saved less than this is not repeated before as much of the window is new.
    private const double LeastSaving = 0.2;

    /// <summary>Compacts the conversation if the next request comes too close to the end of the window.</summary>
    /// <param name="agent">The agent, before a request.</param>
    /// <param name="cancellationToken">Gives up; the conversation is then as it was.</param>
    public static async ValueTask RunIfNeededAsync(Agent agent, CancellationToken cancellationToken)
    {
        var threshold = agent.Session.Options.Compaction.Threshold;
        if (threshold <= 0)
        {
            return;
        }

        var model = agent.Model;
        var tokens = agent.Gauge.Measure();
        if (tokens >= LimitOf(model, threshold) && tokens >= agent.Gauge.NotBefore)
        {
            await RunAsync(agent, CompactionRequest.Automatic, tokens, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Compacts the conversation because the provider refused it as too long.</summary>
    /// <returns>Whether it is smaller now.</returns>
    public static async ValueTask<bool> ShrinkAsync(Agent agent, CancellationToken cancellationToken)
    {
        // The provider knows its window better than our catalogue does: what was sent is too much, whatever we believed.
        var sent = agent.Gauge.Measure();
        var window = Math.Min(agent.Model.ContextWindow, sent);
        return await RunAsync(agent, CompactionRequest.Automatic, sent, cancellationToken, window).ConfigureAwait(false)
            is not null;
    }

    /// <summary>Compacts the conversation.</summary>
    /// <param name="agent">The agent, between two requests.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives up; the conversation is then as it was.</param>
    /// <returns>What it came to; <c>null</c> if nothing would be gained.</returns>
    public static ValueTask<ConversationCompacted?> RunAsync(Agent agent, CompactionRequest request, CancellationToken cancellationToken) =>
        RunAsync(agent, request, agent.Gauge.Measure(), cancellationToken);

    /// <summary>Returns from how many tokens on a conversation is compacted.</summary>
    public static long LimitOf(ModelReference model, double threshold)
    {
        var window = model.ContextWindow;
        var answer = model.Options?.MaxOutputTokens ?? 0;
        return Math.Min((long)(window * threshold), Math.Max(window / 2, window - answer));
    }

    private static async ValueTask<ConversationCompacted?> RunAsync(
        Agent agent, CompactionRequest request, long before, CancellationToken cancellationToken, long? knownWindow = null)
    {
        var history = agent.History;
        var gauge = agent.Gauge;
        var window = knownWindow ?? agent.Model.ContextWindow;
        var plan = CompactionPlan.For(agent, history, (long)Math.Min(window * TailShare, Conversation(agent, before) * MostTail));
        if (plan.Cut == plan.Head && !plan.HasLargeResults)
        {
            // There is nothing to compact: the window is full of what is not a conversation yet.
            gauge.NotBefore = before + (long)(window * LeastSaving);
            return null;
        }

        agent.Raise(new CompactionStarted(agent.Id, request.IsAutomatic));
        await CompactionHooks.RunBeforeAsync(agent, request, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var most = Math.Min(MostSummary, (long)(window * SummaryShare));
        var notes = plan.Cut > plan.Head && request.UsesModel
            ? await AskAsync(agent, plan, request, before, (knownWindow * 3 / 4, most), cancellationToken).ConfigureAwait(false) : null;

        var fixedTokens = gauge.OfTools();
        var best = plan.Build(agent, notes, Budget(window, 1), most);
        var after = fixedTokens + Measure(gauge, best);
        var target = (long)(window * 0.6);
        if (after > target || after > before - before / 20)
        {
            // Less of everything: the round that is open alone, its results cut, fewer words of the user, no notes of a model.
            var tight = CompactionPlan.For(agent, history, 0).Build(agent, null, Budget(window, 0.5), most / 4, (long)(window * TailShare));
            var tightTokens = fixedTokens + Measure(gauge, tight);
            if (tightTokens < after)
            {
                (best, after, notes) = (tight, tightTokens, null);
            }
        }

        if (after >= before)
        {
            gauge.NotBefore = before + (long)(window * LeastSaving);
            return null;
        }

        return await ApplyAsync(agent, request, new Outcome(best, plan.Head, before, after, notes is not null), window, cancellationToken)
            .ConfigureAwait(false);
    }

    private static async ValueTask<ConversationCompacted> ApplyAsync(
        Agent agent, CompactionRequest request, Outcome outcome, long window, CancellationToken cancellationToken)
    {
        var (messages, head, before, after, isByModel) = outcome;

        // One record: whoever resumes finds the old conversation or the new one, never parts of both.
        var kept = messages.Skip(head).ToArray();
        agent.Transcript.Append(new CompressionEntry(kept, before, after));
        agent.Open(History.Of(messages));
        agent.Gauge.NotBefore = before - after < window * LeastSaving ? after + (long)(window * LeastSaving) : 0;
        var compacted = new ConversationCompacted(agent.Id, request.IsAutomatic, before, after, isByModel);
        agent.Raise(compacted);
        await CompactionHooks.RunAfterAsync(
            agent, request, CompactedMessage.SectionOf(kept.First(CompactedMessage.Is), CompactedMessage.Summary), cancellationToken)
            .ConfigureAwait(false);
        return compacted;
    }

    private static async ValueTask<string?> AskAsync(
        Agent agent, CompactionPlan plan, CompactionRequest request, long before, (long? Window, long Notes) bounds,
        CancellationToken cancellationToken)
    {
        var (model, most) = (SummaryRequest.ModelFor(agent, before), bounds.Notes);
        var history = plan.Fitting(agent.Gauge, (bounds.Window ?? model.ContextWindow) - most - agent.Gauge.OfTools(), out var upTo);
        var (notes, failure) = await SummaryRequest.SendAsync(agent, model, history, request.Instructions, most, cancellationToken)
            .ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (notes is not null && agent.Gauge.Of(notes) >= Math.Max(most, plan.Removed(agent.Gauge)))
        {
            // Notes that are longer than what they are about make a conversation longer each time.
            (notes, failure) = (null, "the notes were longer than they may be");
        }

        if (failure is not null && !agent.Gauge.HasToldFailure)
        {
            agent.Gauge.HasToldFailure = true;
            agent.Session.Tasks.Notice($"The conversation{(agent.IsMain ? string.Empty : $" of {agent.Id}")} was compacted without notes "
                + $"of a model: {failure}. The program keeps the user's words, to-do items, tasks and files, and a list of the steps.");
        }

        return notes is not null && upTo < plan.Cut
            ? $"{notes}\n\n{Digest.Of(plan.History, upTo, plan.Cut, (int)Math.Min(8_000, most * 2))}" : notes;
    }

    // How much of a request is what was said, and could be given up.
    private static long Conversation(Agent agent, long before)
    {
        var history = agent.History;
        var head = Rounds.HeadOf(history, agent.Session.Options.StartupMessages);
        for (var i = 0; i < head; i++)
        {
            before -= agent.Gauge.Of(history[i]);
        }

        return Math.Max(0, before - agent.Gauge.OfTools());
    }

    private static (long Oldest, long Newest) Budget(long window, double part)
    {
        var all = Math.Min(MostOldest + MostNewest, (long)(window * PromptShare * part));
        var oldest = Math.Min(MostOldest, all / 3);
        return (oldest, all - oldest);
    }

    private static long Measure(ContextGauge gauge, IReadOnlyList<HistoryMessage> messages) => messages.Sum(gauge.Of);

    private sealed record Outcome(IReadOnlyList<HistoryMessage> Messages, int Head, long Before, long After, bool IsByModel);
}

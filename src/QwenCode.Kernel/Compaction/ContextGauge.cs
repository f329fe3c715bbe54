using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Conversations;
using QwenCode.Models;

namespace QwenCode.Kernel.Compaction;

/// <summary>
/// How full an agent's window is. What the provider counted for the last request is taken as it is; only what came after it is
/// estimated, with the factor by which the estimate of that request was wrong.
/// </summary>
internal sealed class ContextGauge(Agent agent)
{
    private const long Least = 200;

    // No tokenizer makes one token of more than eight or nine letters on average.
    private const double LeastFactor = 0.4;

    private long _reported;
    private int _reportedCount;
    private double _factor = 1;
    private long _estimated;
    private int _estimatedCount;
    private ToolSet? _tools;
    private long _toolTokens;

    /// <summary>Gets the model of the last answer; <c>null</c> before there is one.</summary>
    public ModelReference? AnsweredBy { get; private set; }

    /// <summary>Gets or sets from how many tokens on the next automatic compaction may come.</summary>
    public long NotBefore { get; set; }

    /// <summary>Gets or sets whether it was told that a summary could not be had.</summary>
    public bool HasToldFailure { get; set; }

    /// <summary>Takes what a provider counted.</summary>
    /// <param name="model">The model that answered.</param>
    /// <param name="usage">What it counted; <c>null</c> if it does not count.</param>
    /// <param name="messages">How many messages the request held.</param>
    public void Note(ModelReference model, UsageDetails? usage, int messages)
    {
        AnsweredBy = model;
        if (usage?.InputTokenCount is > 0 and var tokens)
        {
            (_reported, _reportedCount) = (tokens, messages);
        }
    }

    /// <summary>Forgets what was counted, because the conversation is another one. The factor stays.</summary>
    public void Reset() => (_reported, _reportedCount, _estimated, _estimatedCount) = (0, 0, 0, 0);

    /// <summary>Returns how many tokens the next request takes.</summary>
    public long Measure()
    {
        var history = agent.History;
        if (_reported == 0 || _reportedCount > history.Count)
        {
            return Scale(Tools() + Estimate(history, history.Count));
        }

        var counted = Tools() + Estimate(history, _reportedCount);
        if (counted >= Least && _reported < counted * LeastFactor)
        {
            // Some servers report only what was not in their cache.
            return Scale(Tools() + Estimate(history, history.Count));
        }

        // Of a small request most is what the provider adds by itself.
        if (counted >= Least)
        {
            _factor = Math.Clamp((double)_reported / counted, LeastFactor, 3);
        }

        long added = 0;
        for (var i = _reportedCount; i < history.Count; i++)
        {
            added += TokenEstimate.Of(history[i]);
        }

        return _reported + Scale(added);
    }

    /// <summary>Returns how many tokens a message takes.</summary>
    public long Of(ChatMessage message) => Scale(TokenEstimate.Of(message));

    /// <summary>Returns how many tokens a text takes.</summary>
    public long Of(string text) => Scale(TokenEstimate.Of(text.AsSpan()));

    /// <summary>Returns how many tokens of every request belong to no message.</summary>
    public long OfTools() => Scale(Tools());

    private long Scale(long tokens) => (long)(tokens * _factor);

    private long Tools()
    {
        var tools = agent.OfferedTools();
        if (!ReferenceEquals(_tools, tools))
        {
            _tools = tools;
            _toolTokens = 0;
            foreach (var tool in tools.Tools)
            {
                _toolTokens += TokenEstimate.Of(tool.Name.AsSpan()) + TokenEstimate.Of(tool.Declaration.Description.AsSpan())
                    + TokenEstimate.Of(tool.Declaration.Parameters.GetRawText().AsSpan());
            }
        }

        return _toolTokens;
    }

    // Each message is estimated once, however often the window is measured.
    private long Estimate(History history, int count)
    {
        if (count < _estimatedCount)
        {
            (_estimated, _estimatedCount) = (0, 0);
        }

        for (; _estimatedCount < count; _estimatedCount++)
        {
            _estimated += TokenEstimate.Of(history[_estimatedCount]);
        }

        return _estimated;
    }
}

using Microsoft.Extensions.AI;

namespace QwenCode.Models;

/// <summary>What a model costs, in US dollars for a million tokens.</summary>
/// <param name="Input">Tokens of a request.</param>
/// <param name="Output">Tokens of an answer, those of its thoughts included.</param>
public sealed record ModelPrice(decimal Input, decimal Output)
{
    private const decimal Million = 1_000_000m;

    /// <summary>Gets what tokens cost that the provider had in its cache.</summary>
    /// <value>The default, <c>null</c>, is what others cost.</value>
    public decimal? CachedInput { get; init; }

    /// <summary>Gets what tokens cost that the provider puts into its cache.</summary>
    /// <value>The default, <c>null</c>, is what others cost.</value>
    public decimal? CacheWrite { get; init; }

    /// <summary>Returns what an answer costs, in US dollars.</summary>
    /// <param name="usage">What it took.</param>
    public decimal Of(UsageDetails usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        var cached = usage.CachedInputTokenCount ?? 0;
        var written = usage.AdditionalCounts?.GetValueOrDefault("cache_creation_input_tokens") ?? 0;
        var fresh = Math.Max(0, (usage.InputTokenCount ?? 0) - cached - written);
        return ((fresh * Input) + (cached * (CachedInput ?? Input)) + (written * (CacheWrite ?? Input))
            + ((usage.OutputTokenCount ?? 0) * Output)) / Million;
    }
}

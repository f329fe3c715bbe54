using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// The counts of an answer. Each is a running total, so of several the last counts; the share of the cache is a count of its own.
/// </summary>
internal sealed class AnthropicUsage
{
    private long? _fresh;
    private long? _read;
    private long? _written;
    private long? _output;

    /// <summary>Takes what an event says.</summary>
    /// <param name="usage">The object; anything else is passed over.</param>
    public void Add(JsonElement usage)
    {
        _fresh = Count(usage, "input_tokens") ?? _fresh;
        _read = Count(usage, "cache_read_input_tokens") ?? _read;
        _written = Count(usage, "cache_creation_input_tokens") ?? _written;
        _output = Count(usage, "output_tokens") ?? _output;
    }

    /// <summary>Returns the counts, or <c>null</c> if nothing was said.</summary>
    public UsageDetails? Details()
    {
        if ((_fresh ?? _read ?? _written ?? _output) is null)
        {
            return null;
        }

        var input = (_fresh ?? 0) + (_read ?? 0) + (_written ?? 0);
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = _output,
            TotalTokenCount = input + (_output ?? 0),
            CachedInputTokenCount = _read,
            AdditionalCounts = _written is { } written ? new() { ["cache_creation_input_tokens"] = written } : null,
        };
    }

    private static long? Count(JsonElement usage, string name) =>
        usage.Whole(name) is { } count and >= 0 and <= int.MaxValue ? count : null;
}

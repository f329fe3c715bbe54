using System.Globalization;
using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel;

/// <summary>Reads what an answer cost, of which every service has a type of its own.</summary>
internal static class ChatUsage
{
    public static UsageDetails? Of(IReadOnlyDictionary<string, object?>? metadata)
    {
        if (metadata?.GetValueOrDefault("Usage") is not { } usage)
        {
            return null;
        }

        if (usage is UsageDetails details)
        {
            return details;
        }

        var (input, output) = (Number(usage, "InputTokenCount") ?? Number(usage, "PromptTokens"), Number(usage, "OutputTokenCount") ?? Number(usage, "CompletionTokens"));
        return input is null && output is null ? null : new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input.GetValueOrDefault() + output.GetValueOrDefault() };
    }

    private static long? Number(object usage, string name) =>
        usage.GetType().GetProperty(name)?.GetValue(usage) is IConvertible value ? value.ToInt64(CultureInfo.InvariantCulture) : null;
}

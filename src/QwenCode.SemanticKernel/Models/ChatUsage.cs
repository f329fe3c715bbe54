using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel.Models;

/// <summary>Reads what an answer cost, of which every service has a type of its own.</summary>
internal static class ChatUsage
{
    public static UsageDetails? Of(IReadOnlyDictionary<string, object?>? metadata)
    {
        if (metadata?.GetValueOrDefault("Usage") is not { } usage)
        {
            return null;
        }

        if (usage is UsageDetails or UsageContent)
        {
            return (usage as UsageContent)?.Details ?? (UsageDetails)usage;
        }

        var (input, output) = (Number(usage, "InputTokenCount") ?? Number(usage, "PromptTokens"), Number(usage, "OutputTokenCount")
            ?? Number(usage, "CompletionTokens"));
        return input is null && output is null ? null : new UsageDetails { InputTokenCount = input, OutputTokenCount = output,
            TotalTokenCount = input.GetValueOrDefault() + output.GetValueOrDefault() };
    }

    [UnconditionalSuppressMessage(
        "Trimming", "IL2075",
        Justification = "A connector's own type is only there in a program that is not trimmed; a missing property reports no usage.")]
    private static long? Number(object usage, string name) =>
        usage.GetType().GetProperty(name)?.GetValue(usage) is IConvertible value ? value.ToInt64(CultureInfo.InvariantCulture) : null;
}

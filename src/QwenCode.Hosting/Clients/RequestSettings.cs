using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Hosting.Clients;

/// <summary>
/// What of an entry goes into each request to a client that is not ours. As with our own clients, settings win over the request.
/// </summary>
internal sealed class RequestSettings
{
    private readonly Action<ChatOptions>[] _changes;

    private RequestSettings(IEnumerable<Action<ChatOptions>> changes) => _changes = [.. changes];

    /// <summary>Gets settings that change nothing.</summary>
    public static RequestSettings None { get; } = new([]);

    /// <summary>Gets the settings of an entry for a service of the host.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="sendsModel">Whether the entry's id is the model's; otherwise it is the name of the service, which knows its
    /// model.</param>
    public static RequestSettings ForService(ModelEntry entry, bool sendsModel) => new(
    [
        .. sendsModel
        ? [] : (IEnumerable<Action<ChatOptions>>)[options => options.ModelId = options.ModelId == entry.Id ? null : options.ModelId],
        .. Sampling(entry),
        .. Extra(entry),
    ]);

    /// <summary>Gets the sampling parameters of an entry that every client knows.</summary>
    public static RequestSettings ForSampling(ModelEntry entry) => new(Sampling(entry));

    /// <summary>Gets the options to send; the given ones if nothing is to be changed.</summary>
    public ChatOptions? Apply(ChatOptions? options)
    {
        if (_changes.Length == 0)
        {
            return options;
        }

        var copy = options?.Clone() ?? new ChatOptions();

        // The very set: what was made of it before is found by it.
        copy.Tools = options?.Tools;
        foreach (var change in _changes)
        {
            change(copy);
        }

        return copy;
    }

    private static IEnumerable<Action<ChatOptions>> Sampling(ModelEntry entry)
    {
        var sampling = entry.Sampling;
        if (sampling.Temperature is { } temperature)
        {
            yield return options => options.Temperature = (float)temperature;
        }

        if (sampling.TopP is { } topP)
        {
            yield return options => options.TopP = (float)topP;
        }

        if (sampling.PresencePenalty is { } presence)
        {
            yield return options => options.PresencePenalty = (float)presence;
        }

        if (sampling.FrequencyPenalty is { } frequency)
        {
            yield return options => options.FrequencyPenalty = (float)frequency;
        }

        if ((sampling.MaxTokens ?? entry.MaxOutputTokens) is { } most)
        {
            yield return options => options.MaxOutputTokens = most;
        }
    }

    private static IEnumerable<Action<ChatOptions>> Extra(ModelEntry entry)
    {
        if (entry.Sampling.TopK is { } topK)
        {
            yield return options => options.TopK = topK;
        }

        if (entry.Sampling.RepetitionPenalty is { } repetition)
        {
            yield return options => (options.AdditionalProperties ??= [])["repetition_penalty"] = repetition;
        }

        if (entry.Reasoning is { ValueKind: JsonValueKind.Object } reasoning && reasoning.TryGetProperty("effort", out var value)
            && Effort(value) is { } effort)
        {
            yield return options => options.Reasoning = new ReasoningOptions { Effort = effort };
        }

        if (entry.ExtraBody is not { ValueKind: JsonValueKind.Object } extra)
        {
            yield break;
        }

        foreach (var member in extra.EnumerateObject())
        {
            yield return options => (options.AdditionalProperties ??= [])[member.Name] = Plain(member.Value);
        }
    }

    private static ReasoningEffort? Effort(JsonElement value) => (value.ValueKind is JsonValueKind.String ? value.GetString() : null) switch
    {
        "none" => ReasoningEffort.None,
        "minimal" or "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        "xhigh" => ReasoningEffort.ExtraHigh,
        _ => null,
    };

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => value,
    };
}

using System.Text.Json;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.OpenAI;

/// <summary>Which settings of an entry the connector can honour, and how. What it cannot is refused and not dropped.</summary>
internal static class ConnectorSettings
{
    /// <summary>Refuses what cannot be honoured.</summary>
    /// <exception cref="ModelException">A setting has no meaning here; the message names it.</exception>
    public static void Check(ModelEntry entry)
    {
        if (entry.NeedsKey && string.IsNullOrWhiteSpace(entry.ApiKey))
        {
            throw Refused(
                $"The model '{entry.Id}' needs an API key.",
                $"Set the environment variable '{entry.EnvKey ?? "OPENAI_API_KEY"}'.");
        }

        if (entry.ApiKey is { } key && !IsPlain(key.Trim()))
        {
            throw Refused($"The API key of the model '{entry.Id}' holds a line break or a character that is not ASCII.",
                "Copy the key again; it is one line of letters, digits and dashes.");
        }

        foreach (var (name, value) in entry.Headers.Append(new("User-Agent", entry.UserAgent)))
        {
            if (!IsPlain(value) || !IsPlain(name) || name.Length == 0 || name.AsSpan().ContainsAny(" :"))
            {
                throw Refused(
                    $"The header '{name}' cannot be sent.", "Correct customHeaders: names are tokens, values are one line of ASCII.");
            }
        }

        if (entry.UseOpenApi30Schemas)
        {
            throw NotHere(entry, "schemaCompliance \"openapi_30\"", "the connector sends schemas as they are");
        }

        if (entry.RetryErrorCodes.FirstOrDefault(static code => code is < 400 or > 599) is var other and not 0)
        {
            throw NotHere(entry, $"retryErrorCodes {other}", "the connector sees the HTTP status only, from 400 to 599");
        }

        if (entry.Reasoning is { ValueKind: JsonValueKind.Object } reasoning)
        {
            foreach (var member in reasoning.EnumerateObject())
            {
                if (member.Name != "effort" || member.Value.ValueKind is not JsonValueKind.String)
                {
                    throw NotHere(entry, $"reasoning.{member.Name}",
                        "chat completions of OpenAI know an effort only, which is a text; what another server wants goes into extra_body");
                }
            }
        }
    }

    /// <summary>
    /// Gets the members that are laid over each request's body: what the library has no property for, then <c>extra_body</c>,
    /// which wins.
    /// </summary>
    public static IReadOnlyDictionary<string, JsonElement> Body(ModelEntry entry)
    {
        var body = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (entry.Sampling.TopK is { } topK)
        {
            body["top_k"] = JsonSerializer.SerializeToElement(topK);
        }

        if (entry.Sampling.RepetitionPenalty is { } repetition)
        {
            body["repetition_penalty"] = JsonSerializer.SerializeToElement(repetition);
        }

        if (entry.Reasoning is { ValueKind: JsonValueKind.Object } reasoning && reasoning.TryGetProperty("effort", out var effort))
        {
            body["reasoning_effort"] = effort;
        }

        if (entry.ExtraBody is { ValueKind: JsonValueKind.Object } extra)
        {
            foreach (var member in extra.EnumerateObject())
            {
                // The conversation is not a setting; were it replaced, every turn would ask the same.
                if (member.Name != "messages")
                {
                    body[member.Name] = member.Value;
                }
            }
        }

        return body;
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static ModelException NotHere(ModelEntry entry, string setting, string reason) => Refused(
        $"The model '{entry.Id}' sets {setting}, which the protocol {OpenAIConnector.Protocol} cannot honour: {reason}.",
        "Remove the setting, or use the protocol openai, which honours it.");

    private static ModelException Refused(string message, string advice) => new(ModelFault.NotConfigured, message, advice: advice);
}

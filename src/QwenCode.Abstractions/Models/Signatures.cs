using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Models;

/// <summary>
/// The marks that a provider puts on parts of an answer and wants back with them: signatures of calls and texts, and thoughts that
/// are withheld.
/// </summary>
public static class Signatures
{
    private const string RedactedMark = "redacted";

    /// <summary>Makes a thought that the provider withholds.</summary>
    /// <param name="data">What the provider sent in its place.</param>
    public static TextReasoningContent Redacted(string data) =>
        new(string.Empty) { ProtectedData = data, AdditionalProperties = new() { [RedactedMark] = true } };

    /// <summary>Returns whether a thought is withheld: its <see cref="TextReasoningContent.ProtectedData"/> stands for it.</summary>
    /// <param name="thought">The thought.</param>
    public static bool IsRedacted(TextReasoningContent thought)
    {
        ArgumentNullException.ThrowIfNull(thought);
        return thought.AdditionalProperties?.ContainsKey(RedactedMark) == true;
    }

    /// <summary>Returns what a provider wants back with a part, or <c>null</c>.</summary>
    /// <param name="content">The part.</param>
    public static JsonElement? ExtraContent(AIContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.AdditionalProperties?.TryGetValue(ToolCallArguments.ExtraContent, out var extra) == true
            && extra is JsonElement json ? json : null;
    }

    /// <summary>Puts on a part what its provider wants back with it.</summary>
    /// <param name="content">The part.</param>
    /// <param name="extra">What the provider wants back.</param>
    public static void SetExtraContent(AIContent content, JsonElement extra)
    {
        ArgumentNullException.ThrowIfNull(content);
        (content.AdditionalProperties ??= [])[ToolCallArguments.ExtraContent] = extra;
    }

    /// <summary>Returns the signature of a call or a text as Google writes it, or <c>null</c>.</summary>
    /// <param name="content">The part.</param>
    public static string? Of(AIContent content) =>
        ExtraContent(content) is { ValueKind: JsonValueKind.Object } extra
        && extra.TryGetProperty("google"u8, out var google) && google.ValueKind is JsonValueKind.Object
        && google.TryGetProperty("thought_signature"u8, out var signature) && signature.ValueKind is JsonValueKind.String
            ? signature.GetString() : null;

    /// <summary>Signs a call or a text, in the form that is sent back by every protocol that knows Google's signatures.</summary>
    /// <param name="content">The part.</param>
    /// <param name="signature">The signature.</param>
    public static void Sign(AIContent content, string signature) => SetExtraContent(
        content, JsonElement.Parse("{\"google\":{\"thought_signature\":\"" + JsonEncodedText.Encode(signature) + "\"}}"));
}

using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Models;

/// <summary>
/// A part of an answer that only its provider understands, such as a block of a kind that is not known here. It goes back to that
/// provider unchanged, and nowhere else.
/// </summary>
/// <param name="kind">What the part is, in the words of the protocol.</param>
/// <param name="value">The part as it came.</param>
public sealed class ProviderContent(string kind, JsonElement value) : AIContent
{
    /// <summary>Gets what the part is, in the words of the protocol.</summary>
    public string Kind { get; } = kind;

    /// <summary>Gets the part as it came.</summary>
    public JsonElement Value { get; } = value;
}

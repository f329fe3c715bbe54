using System.Text;
using System.Text.Json;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Anthropic;

/// <summary>A block of an answer as it grows.</summary>
/// <param name="index">Its place in the answer.</param>
/// <param name="start">What the block began as.</param>
/// <param name="type">Its type.</param>
internal sealed class AnthropicBlock(long index, JsonElement start, string type)
{
    /// <summary>Gets the place in the answer.</summary>
    public long Index { get; } = index;

    /// <summary>Gets what the block began as.</summary>
    public JsonElement Start { get; } = start;

    /// <summary>Gets the type.</summary>
    public string Type { get; } = type;

    /// <summary>Gets the words that were not handed on yet.</summary>
    public StringBuilder Words { get; } = new();

    /// <summary>Gets the arguments of a call as far as they came in pieces.</summary>
    public StringBuilder Arguments { get; } = new();

    /// <summary>Gets the signature of a thought.</summary>
    public StringBuilder Signature { get; } = new();

    /// <summary>Gets what keeps halves of characters.</summary>
    public SurrogateJoiner Joiner { get; } = new();

    /// <summary>Gets or sets whether nothing more comes.</summary>
    public bool IsClosed { get; set; }
}

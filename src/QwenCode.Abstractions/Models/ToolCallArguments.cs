using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Models;

/// <summary>
/// The arguments of a call just as the model wrote them. Our clients put it in <see cref="AIContent.RawRepresentation"/>
/// of a <see cref="FunctionCallContent"/>, so that a call whose arguments are no JSON is answered and not dropped.
/// </summary>
/// <param name="Raw">The text the model wrote.</param>
/// <param name="Value">The JSON it means, mended if that is safe; <c>null</c> if it means none.</param>
/// <param name="IsTruncated">Whether the text stops inside a string, an object or an array.</param>
public sealed record ToolCallArguments(string Raw, JsonElement? Value, bool IsTruncated)
{
    /// <summary>
    /// The additional property of a call that holds what its provider wants back with it, as a <see cref="JsonElement"/>: the signature of
    /// a thought, for example.
    /// </summary>
    public const string ExtraContent = "extra_content";

    /// <summary>Returns the arguments of a call, of any client.</summary>
    /// <param name="call">The call.</param>
    /// <exception cref="ToolArgumentException">A foreign client gave values that have no JSON form.</exception>
    public static ToolCallArguments Of(FunctionCallContent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.RawRepresentation is ToolCallArguments own)
        {
            return own;
        }

        if (call.Arguments is null)
        {
            return call.Exception is null ? new("{}", ToolArguments.None.Json, false) : new(string.Empty, null, false);
        }

        var json = ToolArguments.From(call.Arguments).Json;
        return new(json.GetRawText(), json, false);
    }
}

using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Kernel.Turns;

/// <summary>
/// Notices a model that goes round in circles: the same call again and again, or the same words. It knows what came since the last
/// <see cref="Reset"/>, that is since the agent last got a message. The numbers are the reference's.
/// </summary>
internal sealed class LoopDetector
{
    private const int MaxSameCalls = 5;
    private readonly RepetitionDetector _text = new();
    private (string Name, ToolCallArguments Arguments)? _last;
    private int _count;

    /// <summary>Forgets everything: something new was said.</summary>
    public void Reset()
    {
        (_last, _count) = (null, 0);
        _text.Reset();
    }

    /// <summary>Forgets the text so far: the answer begins anew.</summary>
    public void Restart() => _text.Reset();

    /// <summary>Takes the calls of an answer before they are carried out.</summary>
    /// <returns>What repeats itself, or <c>null</c>.</returns>
    public string? FindRepetition(IReadOnlyList<FunctionCallContent> calls)
    {
        _text.Reset();
        foreach (var call in calls)
        {
            var arguments = Arguments(call);
            _count = _last is { } last && last.Name == call.Name && AreSame(last.Arguments, arguments) ? _count + 1 : 1;
            _last = (call.Name, arguments);
            if (_count >= MaxSameCalls)
            {
                return $"the model called \"{call.Name}\" with the same arguments {_count} times in a row";
            }
        }

        return null;
    }

    /// <summary>Takes a piece of streamed text.</summary>
    /// <returns>What repeats itself, or <c>null</c>.</returns>
    public string? FindRepetition(string text) => _text.IsRepeating(text) ? "the model said the same words over and over" : null;

    private static ToolCallArguments Arguments(FunctionCallContent call)
    {
        try
        {
            return ToolCallArguments.Of(call);
        }
        catch (ToolArgumentException)
        {
            // Values of a foreign client that have no JSON form; the call itself will be answered with that.
            return new ToolCallArguments(string.Empty, null, false);
        }
    }

    private static bool AreSame(ToolCallArguments one, ToolCallArguments other) =>
        one.Value is { } left && other.Value is { } right ? JsonElement.DeepEquals(left, right) : one.Raw == other.Raw;
}

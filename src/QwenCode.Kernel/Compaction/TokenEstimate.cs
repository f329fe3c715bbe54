using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Kernel.Compaction;

/// <summary>
/// Estimates how many tokens a text takes, for what no provider has counted yet. Words take about a token for four characters, Chinese,
/// Japanese and Korean one a character, and long runs without a break, such as base64, 0.7 a character: a bound on bytes alone would
/// underestimate those by half.
/// </summary>
internal static class TokenEstimate
{
    // Providers scale images down; of those that publish a rule none counts more than about this for one.
    private const int Image = 1_600;

    // What the roles and marks around a message take.
    private const int Frame = 4;

    private const int LongRun = 48;

    /// <summary>Estimates a message.</summary>
    public static long Of(ChatMessage message)
    {
        long tokens = Frame;
        foreach (var content in message.Contents)
        {
            tokens += Of(content);
        }

        return tokens;
    }

    /// <summary>Estimates a text.</summary>
    public static long Of(ReadOnlySpan<char> text)
    {
        // In twentieths of a token.
        long sum = 0;
        var run = 0;
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '=')
            {
                sum += ++run > LongRun ? 14 : 5;
                continue;
            }

            run = 0;
            sum += letter < 0x80 ? 5 : letter < 0x2E80 ? 10 : char.IsSurrogate(letter) ? 15 : 20;
        }

        return (sum + 19) / 20;
    }

    private static long Of(AIContent content) => content switch
    {
        TextContent text => Of(text.Text.AsSpan()),
        TextReasoningContent thought => Of(thought.Text.AsSpan()) + Of((thought.ProtectedData ?? string.Empty).AsSpan()),
        FunctionCallContent call => Frame + Of(call.Name.AsSpan()) + Of(ArgumentsOf(call).AsSpan()),
        FunctionResultContent result => Frame + OfResult(result.Result),
        DataContent data => data.HasTopLevelMediaType("image") ? Image : Math.Max(Image, data.Data.Length / 20),
        UriContent => Image,
        ProviderContent part => Of(part.Value.GetRawText().AsSpan()),
        _ => Frame,
    };

    private static long OfResult(object? result) => result switch
    {
        string text => Of(text.AsSpan()),
        IEnumerable<AIContent> parts => parts.Sum(Of),
        JsonElement json => Of(json.GetRawText().AsSpan()),
        null => 0,
        _ => Of(result.ToString().AsSpan()),
    };

    private static string ArgumentsOf(FunctionCallContent call)
    {
        try
        {
            return ToolCallArguments.Of(call).Raw;
        }
        catch (ToolArgumentException)
        {
            return string.Empty;
        }
    }
}

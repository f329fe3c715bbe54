using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Plugins.Calls;

/// <summary>Keeps results to a size the host can afford, and free of objects that would keep an unloaded plugin in memory.</summary>
internal static class ResultBounds
{
    private const string NoResult = "The tool ran and returned nothing.";

    public static ToolResult Apply(ToolResult? result, PluginHostOptions options)
    {
        if (result is null)
        {
            return ToolResult.Success(NoResult);
        }

        return result with
        {
            Content = Apply(result.Content, options),
            Display = Apply(result.Display, options),
            Error = result.Error is { } error ? new ToolError(error.Type, Cut(error.Message, options)) : null,
        };
    }

    /// <summary>Cuts a text that is too long and says so in its place.</summary>
    public static string Cut(string text, PluginHostOptions options) => Cut(text, options.MaxResultCharacters);

    private static ToolContent Apply(ToolContent content, PluginHostOptions options)
    {
        if (content.PlainText is { } text)
        {
            return Cut(text, options);
        }

        var parts = content.Parts;
        if (parts.Count == 0)
        {
            return content;
        }

        var kept = new List<AIContent>(parts.Count);
        var characters = options.MaxResultCharacters;
        var bytes = options.MaxResultBytes;
        foreach (var part in parts)
        {
            switch (part)
            {
                case null:
                    break;
                case TextContent { Text: var words } when characters <= 0 && words.Length > 0:
                    kept.Add(new TextContent(Notice(words.Length, "characters")));
                    return ToolContent.FromParts(kept);
                case TextContent { Text: var words } when words.Length > characters:
                    kept.Add(new TextContent(Cut(words, characters)));
                    characters = 0;
                    break;
                case DataContent { Data.Length: var length } when length > bytes:
                    kept.Add(new TextContent(Notice(length, "bytes of media")));
                    break;
                default:
                    characters -= (part as TextContent)?.Text.Length ?? 0;
                    bytes -= (part as DataContent)?.Data.Length ?? 0;
                    kept.Add(Detach(part));
                    break;
            }
        }

        return ToolContent.FromParts(kept);
    }

    private static ToolDisplay? Apply(ToolDisplay? display, PluginHostOptions options) => display switch
    {
        null => null,
        TextDisplay text => new TextDisplay(Cut(text.Text, options)),
        _ when display.GetType().Assembly.IsCollectible => new TextDisplay(Cut(display.ToString(), options)),
        _ => display,
    };

    // Results live on in the history; a type of the plugin's own in there would keep its assembly loaded as long.
    private static AIContent Detach(AIContent part)
    {
        if (part.GetType().Assembly.IsCollectible)
        {
            return new TextContent(part.ToString());
        }

        if (part.RawRepresentation?.GetType().Assembly.IsCollectible == true)
        {
            part.RawRepresentation = null;
        }

        return part;
    }

    private static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var end = TextCut.Before(text, limit);
        return $"{text.AsSpan(0, end)}\n{Notice(text.Length - end, "characters")}";
    }

    private static string Notice(long left, string what) =>
        string.Create(
            CultureInfo.InvariantCulture, $"[{left} more {what} were left out: the result was too large. Ask for less at a time.]");
}

using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Conversations;
using QwenCode.Platform.Text;

namespace QwenCode.Kernel.Compaction;

/// <summary>Notes that the program makes of a conversation itself, if no model makes them: what was called and said, newest last.</summary>
internal static class Digest
{
    private const int MaxSaid = 400;
    private const int MaxCall = 160;
    private const int MaxResult = 160;

    /// <summary>Makes the notes.</summary>
    /// <param name="history">The conversation.</param>
    /// <param name="from">The first message to note.</param>
    /// <param name="to">The message behind the last.</param>
    /// <param name="length">How many characters they may have.</param>
    public static string Of(History history, int from, int to, int length)
    {
        var earlier = string.Empty;
        var lines = new List<string>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = from; i < to; i++)
        {
            if (CompactedMessage.Is(history[i]))
            {
                earlier = CompactedMessage.SectionOf(history[i], CompactedMessage.Summary);
                lines.Clear();
                continue;
            }

            foreach (var part in history[i].Contents)
            {
                if (LineOf(history[i], part, names) is { } line)
                {
                    lines.Add(line);
                }
            }
        }

        // The newest lines, and half of the room at least for what was noted before.
        var old = TextCut.Head(earlier, Math.Min(earlier.Length, length / 2));
        var room = length - old.Length;
        var first = lines.Count;
        while (first > 0 && lines[first - 1].Length + 1 <= room)
        {
            room -= lines[--first].Length + 1;
        }

        var text = new StringBuilder(old);
        if (old.Length < earlier.Length)
        {
            text.Append('…');
        }

        if (text.Length > 0 && first < lines.Count)
        {
            text.Append("\n\n");
        }

        if (first > 0 && lines.Count > 0)
        {
            text.Append("[earlier steps are in the transcript only]\n");
        }

        return text.AppendJoin('\n', lines.Skip(first)).ToString();
    }

    private static string? LineOf(ChatMessage message, AIContent part, Dictionary<string, string> names)
    {
        switch (part)
        {
            case FunctionCallContent call:
                names[call.CallId] = call.Name;
                return $"- called {call.Name}: {SessionFacts.Line(SessionFacts.Arguments(call)?.GetRawText() ?? string.Empty, MaxCall)}";
            case FunctionResultContent result:
                return $"  {names.GetValueOrDefault(result.CallId, "result")} returned: {SessionFacts.Line(TextOf(result), MaxResult)}";
            case TextContent text when message.Role == ChatRole.Assistant && text.Text.Length > 0:
                return $"- you said: {SessionFacts.Line(text.Text, MaxSaid)}";
            case TextContent text when text.Text.StartsWith("<task-notification>\n", StringComparison.Ordinal):
                return $"- notified: {SessionFacts.Line(text.Text["<task-notification>".Length..], MaxSaid)}";
            default:
                return null;
        }
    }

    private static string TextOf(FunctionResultContent result) => result.Result switch
    {
        string text => text,
        IEnumerable<AIContent> parts => string.Join(' ', parts.OfType<TextContent>().Select(static part => part.Text)),
        null => string.Empty,
        var other => other.ToString() ?? string.Empty,
    };
}

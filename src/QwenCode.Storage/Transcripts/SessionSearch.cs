using Microsoft.Extensions.AI;
using QwenCode.Sessions;
using QwenCode.Storage.Files;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>Looks for a text in transcripts, line by line: a file is never in memory as a whole.</summary>
internal static class SessionSearch
{
    private const int Before = 40;
    private const int Longest = 120;

    public static IEnumerable<SessionMatch> Find(IReadOnlyList<SessionSummary> sessions, Func<SessionId, string> pathOf, string text,
        Action<string> report, CancellationToken cancellationToken)
    {
        foreach (var session in sessions)
        {
            if (TryOpen(pathOf(session.Id), report) is not { } opened)
            {
                continue;
            }

            using var lines = opened;
            while (lines.TryRead(out var line))
            {
                cancellationToken.ThrowIfCancellationRequested();

                // Most lines of a long session are results of tools; only those with words of the user or the model are parsed.
                var span = line.Span;
                if (span.IndexOf("\"user\""u8) < 0 && span.IndexOf("\"assistant\""u8) < 0 && span.IndexOf("\"custom_title\""u8) < 0)
                {
                    continue;
                }

                if (RecordReader.Read(line, lines.Number, out _) is { } record && SpeakerOf(record.Entry, out var said) is { } speaker
                    && said.IndexOf(text, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                {
                    yield return new SessionMatch(session, lines.Number, record.At, speaker, Excerpt(said, at));
                }
            }
        }
    }

    private static LineReader? TryOpen(string path, Action<string> report)
    {
        try
        {
            return new LineReader(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            report($"The transcript '{path}' cannot be searched: {exception.Message}");
            return null;
        }
    }

    private static string? SpeakerOf(TranscriptEntry? entry, out string said)
    {
        (var speaker, said) = entry switch
        {
            UserEntry { Origin: UserEntryOrigin.Prompt } user => ("user", TextOf(user.Message)),
            AssistantEntry assistant => ("assistant", TextOf(assistant.Message)),
            TitleEntry title => ("title", title.Title),
            _ => ((string?)null, string.Empty),
        };
        return speaker;
    }

    private static string TextOf(ChatMessage message) =>
        string.Join('\n', message.Contents.OfType<TextContent>().Select(static part => part.Text));

    private static string Excerpt(string said, int at)
    {
        var start = Math.Max(0, at - Before);
        var end = Math.Min(said.Length, start + Longest);
        var (before, behind) = (start > 0 ? "…" : string.Empty, end < said.Length ? "…" : string.Empty);
        return $"{before}{said[start..end].ReplaceLineEndings(" ")}{behind}";
    }
}

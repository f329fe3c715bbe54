using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Transcripts;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Transcripts;

/// <summary>The sessions of a project, seen from the heads and tails of their files.</summary>
internal sealed partial class SessionList(string directory, string root)
{
    /// <summary>How much of a file's end is searched for a title.</summary>
    public const int TailLength = 128 * 1024;

    private const int HeadRecords = 10;
    private const int HeadLength = 64 * 1024;
    private const int LongestTitle = 200;

    /// <summary>Returns a page of the list.</summary>
    /// <param name="cursor">Ticks and name of the last file of the page before.</param>
    /// <param name="size">How many sessions at most.</param>
    public SessionPage Page(string? cursor, int size)
    {
        if (!Directory.Exists(directory))
        {
            return new SessionPage([], null);
        }

        var files = new List<(string Key, FileInfo File)>();
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*.jsonl"))
        {
            if (SessionFile().IsMatch(file.Name))
            {
                files.Add((string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks:d19}-{file.Name}"), file));
            }
        }

        files.Sort(static (left, right) => string.CompareOrdinal(right.Key, left.Key));
        var sessions = new List<SessionSummary>();
        string? last = null;
        foreach (var (key, file) in files)
        {
            if (cursor is not null && string.CompareOrdinal(key, cursor) >= 0)
            {
                continue;
            }

            if (sessions.Count == size)
            {
                return new SessionPage(sessions, last);
            }

            last = key;
            if (Summarise(file) is { } summary && IsRoot(summary.Directory))
            {
                sessions.Add(summary);
            }
        }

        return new SessionPage(sessions, null);
    }

    /// <summary>Finds the sessions whose ids begin with a text, the one last written to first.</summary>
    public IReadOnlyList<SessionSummary> Find(string prefix)
    {
        var found = new List<SessionSummary>();
        foreach (var file in Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles("*.jsonl") : [])
        {
            if (file.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && SessionFile().IsMatch(file.Name)
                && Summarise(file) is { } summary && IsRoot(summary.Directory))
            {
                found.Add(summary);
            }
        }

        found.Sort(static (left, right) => right.UpdatedAt.CompareTo(left.UpdatedAt));
        return found;
    }

    /// <summary>Returns whether a file is there and belongs to this project: two roots can have one name in paths.</summary>
    public bool IsOurs(string path) =>
        new FileInfo(path) is { Exists: true } file && Summarise(file) is { } summary && IsRoot(summary.Directory);

    /// <summary>Finds the title a session was given, if it is within the end of the file.</summary>
    public static TitleEntry? TitleOf(string path)
    {
        using var lines = new LineReader(path, Math.Max(0, new FileInfo(path).Length - TailLength));
        TitleEntry? title = null;
        while (lines.TryRead(out var line))
        {
            if (line.Span.IndexOf("\"custom_title\""u8) >= 0)
            {
                title = RecordReader.TitleOf(line) ?? title;
            }
        }

        return title;
    }

    private bool IsRoot(string cwd) => cwd.Length == 0 || cwd == root || Workspace.RealPath(cwd) == root;

    private static SessionSummary? Summarise(FileInfo file)
    {
        try
        {
            var head = new Head();
            using (var lines = new LineReader(file.FullName))
            {
                for (var i = 0; i < HeadRecords && head.Prompt is null && lines.BytesRead < 4 * HeadLength
                    && lines.TryRead(out var line, HeadLength); i++)
                {
                    head.Take(line);
                }
            }

            if (!head.HasRecord)
            {
                return null;
            }

            var title = TitleOf(file.FullName)?.Title ?? head.Prompt ?? string.Empty;
            return new SessionSummary(
                new SessionId(Path.GetFileNameWithoutExtension(file.Name)),
                head.Directory ?? string.Empty,
                title.Length > LongestTitle ? string.Concat(title.AsSpan(0, LongestTitle), "...") : title,
                head.GitBranch,
                head.StartedAt ?? file.LastWriteTimeUtc,
                file.LastWriteTimeUtc);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // A file that cannot be read is no session one could go on with.
        }
    }

    [GeneratedRegex("^[0-9a-fA-F-]{32,36}\\.jsonl$", RegexOptions.CultureInvariant)]
    private static partial Regex SessionFile();

    /// <summary>What the first records say.</summary>
    private sealed class Head
    {
        public bool HasRecord { get; private set; }

        public string? Directory { get; private set; }

        public string? Prompt { get; private set; }

        public string? GitBranch { get; private set; }

        public DateTimeOffset? StartedAt { get; private set; }

        public void Take(ReadOnlyMemory<byte> line)
        {
            try
            {
                using var record = JsonDocument.Parse(SoundLine.Of(line));
                if (record.RootElement.Text("uuid"u8) is null)
                {
                    return;
                }

                HasRecord = true;
                Directory ??= record.RootElement.Text("cwd"u8);
                GitBranch ??= record.RootElement.Text("gitBranch"u8);
                StartedAt ??= RecordReader.TimeOf(record.RootElement);
                if (record.RootElement.Text("type"u8) is "user" && record.RootElement.Object("message"u8)?.Array("parts"u8) is { } parts)
                {
                    Prompt ??= parts.EnumerateArray().Select(static part => part.Text("text"u8))
                        .FirstOrDefault(static text => text is not null);
                }
            }
            catch (JsonException)
            {
                TakePart(line.Span);
            }
        }

        /// <summary>Takes what there is of a first prompt so long that only its beginning was read.</summary>
        private void TakePart(ReadOnlySpan<byte> line)
        {
            if (!line.StartsWith("{\"uuid\""u8))
            {
                return;
            }

            HasRecord = true;
            Directory ??= Member(line, "\"cwd\":\""u8, int.MaxValue);
            if (line.IndexOf("\"type\":\"user\""u8) >= 0)
            {
                Prompt ??= Member(line, "\"text\":\""u8, LongestTitle + 1);
            }
        }

        private static string? Member(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, int longest)
        {
            var start = line.IndexOf(name);
            if (start < 0)
            {
                return null;
            }

            var inside = line[(start + name.Length)..];
            var end = 0;
            while (end < inside.Length && inside[end] != (byte)'"')
            {
                end += inside[end] == (byte)'\\' ? 2 : 1;
            }

            return JsonMembers.Unescape(inside[..Math.Min(end, inside.Length)], longest);
        }
    }
}

using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Storage.Files;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>
/// Reads a conversation back. The records form a tree through their parents; the conversation is the branch that ends in the last
/// record of the file, so what was rewound is not in it.
/// </summary>
internal static class ConversationReader
{
    /// <summary>Reads a transcript.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Takes what was left out, in a sentence a kind.</param>
    public static StoredConversation Read(string path, Action<string> report)
    {
        var records = ReadRecords(path, report);
        var branch = Branch(records, out var brokenAt);
        if (brokenAt > 0)
        {
            report($"'{path}': the record before line {brokenAt} is missing; the conversation goes on with the line above it.");
        }

        var start = Math.Max(0, branch.FindLastIndex(static record => record.ReplacesHistory));
        var history = new HistoryBuilder();
        for (var i = start; i < branch.Count; i++)
        {
            foreach (var message in branch[i].Messages)
            {
                history.Add(message);
            }
        }

        if (history.OrphanResults > 0)
        {
            report($"'{path}': {history.OrphanResults} results of calls that are not there were left out of the history.");
        }

        return new StoredConversation(
            history.Build(),
            [.. branch.Where(static record => record.Entry is not null)
                .Select(static record => new StoredEntry(record.At, record.Entry!))]);
    }

    /// <summary>Returns the prompts of the conversation, the latest first.</summary>
    /// <param name="path">The file.</param>
    public static IReadOnlyList<EarlierPrompt> Prompts(string path)
    {
        var prompts = new List<EarlierPrompt>();
        foreach (var record in Branch(ReadRecords(path, static _ => { }), out _))
        {
            if (record.Entry is UserEntry { Origin: UserEntryOrigin.Prompt } prompt)
            {
                prompts.Insert(0, new EarlierPrompt(record.At, TextOf(prompt.Message), record.Parent));
            }
        }

        return prompts;
    }

    // Without what the program has put before it.
    private static string TextOf(ChatMessage message) => string.Join(' ', message.Contents.OfType<TextContent>()
        .Select(static part => part.Text).Where(static text => !text.StartsWith("<system-reminder>", StringComparison.Ordinal)));

    private static List<StoredRecord> ReadRecords(string path, Action<string> report)
    {
        var records = new List<StoredRecord>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var losses = new Losses(path, report);
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            var record = RecordReader.Read(line, lines.Number, out var lost);
            if (lost is not null)
            {
                losses.Add(lines.Number, record is null && !lines.IsTerminated
                    ? "was cut off, as happens when a process is killed, and was skipped" : record is null
                    ? $"is no record, because {lost}, and was skipped" : $"is not whole: {lost}");
            }

            if (record is null)
            {
                continue;
            }

            if (places.TryAdd(record.Uuid, records.Count))
            {
                records.Add(record);
            }
            else
            {
                records[places[record.Uuid]] = Merge(records[places[record.Uuid]], record);
            }
        }

        losses.Close();
        return records;
    }

    /// <summary>Returns the records from the first to the last of the file's last branch.</summary>
    /// <param name="records">All records in the order of the file.</param>
    /// <param name="brokenAt">The line of a record whose parent is not there; 0 if there is none.</param>
    private static List<StoredRecord> Branch(List<StoredRecord> records, out int brokenAt)
    {
        brokenAt = 0;
        var places = new Dictionary<string, int>(records.Count, StringComparer.Ordinal);
        for (var i = 0; i < records.Count; i++)
        {
            places[records[i].Uuid] = i;
        }

        var branch = new List<StoredRecord>();
        for (var place = records.Count - 1; place >= 0;)
        {
            branch.Add(records[place]);
            if (records[place].Parent is not { } parent)
            {
                break;
            }

            // A parent stands above its child. One that does not would lead in a circle; one that is missing was in a line that broke, and
            // to stop there, as the reference does, would lose all that was said before.
            if (places.TryGetValue(parent, out var above) && above < place)
            {
                place = above;
            }
            else
            {
                brokenAt = records[place].Line;
                place--;
            }
        }

        branch.Reverse();
        return branch;
    }

    /// <summary>Several lines with one id are pieces of one record.</summary>
    private static StoredRecord Merge(StoredRecord first, StoredRecord next) => (first.Entry, next.Entry) switch
    {
        (AssistantEntry said, AssistantEntry more) =>
            With(first, Join(said.Message, more.Message), message => said with { Message = message, Usage = more.Usage ?? said.Usage }),
        (UserEntry said, UserEntry more) => With(first, Join(said.Message, more.Message), message => said with { Message = message }),
        (null, not null) => next with { Line = first.Line, Parent = first.Parent },
        _ => first,
    };

    private static HistoryMessage Join(ChatMessage first, ChatMessage next) => new(first.Role, [.. first.Contents, .. next.Contents])
    {
        Origin = (first as HistoryMessage)?.Origin,
    };

    private static StoredRecord With(StoredRecord record, HistoryMessage message, Func<HistoryMessage, TranscriptEntry> entry) =>
        record with { Entry = entry(message), Messages = [message] };

    /// <summary>Tells of the lines of which something is lost: the first few each, the others as a number.</summary>
    private sealed class Losses(string path, Action<string> report)
    {
        private const int Told = 5;
        private int _count;
        private int _last;

        public void Add(int line, string what)
        {
            _last = line;
            if (_count++ < Told)
            {
                report($"'{path}': line {line} {what}.");
            }
        }

        public void Close()
        {
            if (_count > Told)
            {
                report($"'{path}': of {_count - Told} more lines something is lost; the last is line {_last}.");
            }
        }
    }
}

using System.Text.Json;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>
/// A transcript in a file. Each record is made on the caller's thread and handed to the operating system before <see cref="Append"/>
/// returns, in one write: a killed process loses nothing that was appended. The file is open only for that moment, so ten thousand
/// agents hold neither handles nor threads; opening and closing costs about as much as the write itself (some ten microseconds).
/// </summary>
internal sealed class Transcript(string path, RecordHeader header, TimeProvider timeProvider, Action<string> report, Action close)
    : ITranscript
{
    /// <summary>
    /// A title is written again after so many bytes, so that the list of sessions finds it by reading only the end of the file.
    /// </summary>
    private const long TitleInterval = SessionList.TailLength / 2;

    private readonly Lock _gate = new();
    private bool _isOpened;
    private bool _hasReported;
    private bool _isInMidLine;
    private string? _parent;
    private TitleEntry? _title;
    private long _sinceTitle;

    public string Path => path;

    public void Append(TranscriptEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            try
            {
                FindEnd();
                _parent = entry is RewindEntry rewind ? rewind.Follows : _parent;
                Write(entry);
                if (entry is TitleEntry title)
                {
                    (_title, _sinceTitle) = (title, 0);
                }
                else if (_title is not null && _sinceTitle > TitleInterval)
                {
                    Write(_title);
                    _sinceTitle = 0;
                }
            }
            catch (Exception exception)
                when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // A conversation goes on without its record; what must not happen is that it stays unnoticed.
                if (!_hasReported)
                {
                    _hasReported = true;
                    report($"The transcript '{path}' is incomplete from here on, and resuming from it will lack what follows: "
                        + $"{exception.Message}");
                }
            }
        }
    }

    public IReadOnlyList<EarlierPrompt> Prompts()
    {
        lock (_gate)
        {
            try
            {
                return File.Exists(path) ? ConversationReader.Prompts(path) : [];
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                report($"The transcript '{path}' cannot be read: {exception.Message}");
                return [];
            }
        }
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        close();
        return ValueTask.CompletedTask;
    }

    /// <summary>Finds what the first record of this process follows on, once.</summary>
    private void FindEnd()
    {
        if (_isOpened)
        {
            return;
        }

        if (File.Exists(path))
        {
            _isInMidLine = !FileTail.VisitBackwards(path, line => (_parent = RecordReader.UuidOf(line)) is null);
            _title = SessionList.TitleOf(path);
            _sinceTitle = TitleInterval + 1;
        }

        _isOpened = true;
    }

    private void Write(TranscriptEntry entry)
    {
        var uuid = Guid.NewGuid().ToString();
        LineWriter.Write(
            (Transcript: this, Entry: entry, Uuid: uuid),
            static (writer, state) => state.Transcript.WriteRecord(writer, state.Entry, state.Uuid),
            static (line, state) => state.Transcript.WriteLine(line),
            startsLine: _isInMidLine);
        _parent = uuid;
    }

    private void WriteRecord(Utf8JsonWriter writer, TranscriptEntry entry, string uuid) =>
        RecordWriter.Write(writer, header, entry, uuid, _parent, timeProvider.GetUtcNow());

    private void WriteLine(ReadOnlySpan<byte> line)
    {
        using var file = AppendFile.Open(path);
        _isInMidLine = true; // Until the whole line is there: a full disk may take half of it.
        AppendFile.Write(file, line);
        _isInMidLine = false;
        _sinceTitle += line.Length;
    }
}

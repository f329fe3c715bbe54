using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using QwenCode.Platform.Files;

namespace QwenCode.Models.Cassettes;

/// <summary>
/// Adds lines to a cassette. Each line is written whole and at the end of the file as it is at that moment, so that a signal leaves whole
/// lines, and another process may record into the same file. Safe to use from many threads.
/// </summary>
internal sealed class CassetteWriter
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _file;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];
    private readonly bool _endsWithinLine;
    private bool _hasBegun;
    private int _events;

    /// <summary>Opens the file, which is made if it is missing. The run begins in it with the first exchange.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system refused.</exception>
    public CassetteWriter(string path)
    {
        _file = AppendFile.Open(path);
        _endsWithinLine = EndsWithinLine(path);
    }

    /// <summary>Counts an event: the order in which requests were made and answers came.</summary>
    /// <returns>Its number.</returns>
    public int CountEvent() => Interlocked.Increment(ref _events);

    /// <summary>Writes an exchange, and the texts of its request that are not in the file yet.</summary>
    /// <param name="exchange">The exchange; its run is this one's.</param>
    /// <param name="body">The body of the answer.</param>
    /// <param name="cuts">Where the pieces of the body end.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(RecordedExchange exchange, byte[] body, IReadOnlyList<int> cuts)
    {
        using var lines = new MemoryStream();
        lock (_gate)
        {
            Begin(lines);
            foreach (var item in exchange.Request.Items)
            {
                if (_texts.Add(item.Digest))
                {
                    WriteLine(lines, json =>
                    {
                        json.WriteString("text"u8, item.Digest);
                        json.WriteString("value"u8, item.Text);
                    });
                }
            }

            WriteLine(lines, json => WriteExchange(json, exchange, body, cuts));
            AppendFile.Write(_file, lines.GetBuffer().AsSpan(0, (int)lines.Length));
        }
    }

    // A run that was killed while it wrote leaves half a line; what follows must not become part of it.
    private static bool EndsWithinLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        if (file.Length == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() is not '\n';
    }

    private void Begin(MemoryStream lines)
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        if (_endsWithinLine)
        {
            lines.WriteByte((byte)'\n');
        }

        WriteLine(lines, json =>
        {
            json.WriteNumber(CassetteReader.Mark, CassetteReader.Version);
            json.WriteString("run"u8, _run);
        });
    }

    private static void WriteLine(MemoryStream lines, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(lines, Form))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        lines.WriteByte((byte)'\n');
    }

    private void WriteExchange(Utf8JsonWriter json, RecordedExchange exchange, byte[] body, IReadOnlyList<int> cuts)
    {
        json.WriteString("exchange"u8, exchange.Request.Conversation);
        json.WriteString("prompt"u8, exchange.Request.Prompt);
        json.WriteNumber("step"u8, exchange.Request.Step);
        json.WriteString("run"u8, _run);
        json.WriteNumber("started"u8, exchange.Started);
        json.WriteNumber("ended"u8, exchange.Ended);
        json.WriteString("protocol"u8, exchange.Protocol);
        json.WriteString("model"u8, exchange.Model);
        json.WriteString("baseUrl"u8, exchange.BaseUrl);
        json.WriteString("lastWords"u8, exchange.Request.LastWords);
        json.WriteStartArray("request"u8);
        foreach (var item in exchange.Request.Items)
        {
            json.WriteStringValue($"{item.Kind} {item.Digest}");
        }

        json.WriteEndArray();
        if (exchange.Status > 0)
        {
            json.WriteNumber("status"u8, exchange.Status);
            json.WriteString("reason"u8, exchange.Reason);
            json.WriteStartObject("headers"u8);
            foreach (var (name, value) in exchange.Headers)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            if (System.Text.Unicode.Utf8.IsValid(body))
            {
                json.WriteString("body"u8, body);
            }
            else
            {
                json.WriteBase64String("bytes"u8, body);
            }

            json.WriteStartArray("cuts"u8);
            foreach (var cut in cuts)
            {
                json.WriteNumberValue(cut);
            }

            json.WriteEndArray();
        }

        if (exchange.Failure is { } failure)
        {
            json.WriteStartObject("failure"u8);
            json.WriteString("kind"u8, failure.Kind);
            json.WriteString("message"u8, failure.Message);
            if (failure.Error is not null)
            {
                json.WriteString("error"u8, failure.Error);
            }

            if (failure.Socket is not null)
            {
                json.WriteString("socket"u8, failure.Socket);
            }

            json.WriteEndObject();
        }
    }
}

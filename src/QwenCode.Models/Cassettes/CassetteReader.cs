using System.Globalization;
using System.Text;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Cassettes;

/// <summary>Reads a cassette: what its runs recorded, in order.</summary>
internal static class CassetteReader
{
    /// <summary>The member that begins a run, and with it every cassette.</summary>
    public const string Mark = "qwen-cassette";

    /// <summary>The version of the format that is written, and the latest that is read.</summary>
    public const int Version = 1;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="report">Is told of a line that is left out.</param>
    /// <exception cref="ModelException">It cannot be read, or is no cassette; the message names file and line.</exception>
    public static IReadOnlyList<RecordedExchange> Read(string path, Action<string> report)
    {
        string[] lines;
        try
        {
            lines = ReadLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ModelCassette.Fail($"The cassette {path} cannot be read: {exception.Message}",
                $"Record it first, with --model-cassette record:{path}.", exception);
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var runs = new List<string>();
        var exchanges = new List<RecordedExchange>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            var place = string.Create(CultureInfo.InvariantCulture, $"{path}:{i + 1}");
            var line = Parse(lines[i]);
            if (runs.Count == 0 && line.Whole(Mark) is null)
            {
                throw NoCassette(place);
            }

            if (line.Whole(Mark) is { } version)
            {
                runs.Add(version <= Version ? line.Text("run") ?? string.Empty
                    : throw ModelCassette.Fail($"{place}: the cassette has the format {version}, and this program reads {Version}.",
                        "Record it again, or use a newer version of the program."));
            }
            else if (line.Text("text") is { } digest && line.Text("value") is { } value)
            {
                texts[digest] = value;
            }
            else if (line.Text("exchange") is null || !TryReadExchange(line, texts, out var exchange))
            {
                report($"{place} is not a whole line of a cassette and is left out: the recording was cut off there.");
            }
            else
            {
                exchanges.Add(exchange);
            }
        }

        return runs.Count > 0 ? WithoutReplaced(exchanges, runs)
            : throw ModelCassette.Fail($"The cassette {path} is empty.", $"Record it first, with --model-cassette record:{path}.");
    }

    /// <summary>Checks that a file may be added to: it is missing, empty or a cassette.</summary>
    /// <param name="path">The absolute path.</param>
    /// <returns>How many runs it holds.</returns>
    /// <exception cref="ModelException">It is something else.</exception>
    public static int CountRuns(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        var runs = 0;
        foreach (var text in ReadLines(path))
        {
            if (runs == 0 && text.Length > 0 && Parse(text).Whole(Mark) is null)
            {
                throw NoCassette($"{path}:1");
            }

            runs += text.StartsWith($"{{\"{Mark}\":", StringComparison.Ordinal) ? 1 : 0;
        }

        return runs;
    }

    private static ModelException NoCassette(string place) => ModelCassette.Fail(
        $"{place}: this is no cassette of requests to a model.", "Name another file with --model-cassette.");

    // Another process may be writing.
    private static string[] ReadLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return reader.ReadToEnd().Split('\n');
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static bool TryReadExchange(JsonElement line, Dictionary<string, string> texts, out RecordedExchange exchange)
    {
        var items = new List<RequestItem>();
        foreach (var item in line.Array("request"u8)?.EnumerateArray() ?? default)
        {
            var words = item.ToString().Split(' ', 2);
            items.Add(new RequestItem(words[0], texts.GetValueOrDefault(words[^1]) ?? string.Empty) { Digest = words[^1] });
        }

        var failure = line.Object("failure"u8);
        exchange = new RecordedExchange
        {
            Run = line.Text("run") ?? string.Empty,
            Started = (int)(line.Whole("started") ?? 0),
            Ended = (int)(line.Whole("ended") ?? 0),
            Protocol = line.Text("protocol") ?? string.Empty,
            Model = line.Text("model") ?? string.Empty,
            BaseUrl = line.Text("baseUrl") ?? string.Empty,
            Request = new ReadRequest(line.Text("exchange")!, line.Text("prompt") ?? string.Empty, (int)(line.Whole("step") ?? 0),
                line.Text("lastWords") ?? string.Empty, items),
            Status = (int)(line.Whole("status") ?? 0),
            Reason = line.Text("reason") ?? string.Empty,
            Headers = [.. (line.Object("headers"u8)?.EnumerateObject() ?? default).Select(
                static header => KeyValuePair.Create(header.Name, header.Value.ToString()))],
            Pieces = Pieces(line),
            Failure = failure is { } how
                ? new(how.Text("kind") ?? string.Empty, how.Text("message") ?? string.Empty, how.Text("error"), how.Text("socket"))
                : null,
        };
        return exchange.Status > 0 || exchange.Failure is not null;
    }

    private static List<byte[]> Pieces(JsonElement line)
    {
        var body = line.Member("bytes") is { ValueKind: JsonValueKind.String } bytes && bytes.TryGetBytesFromBase64(out var raw)
            ? raw : Encoding.UTF8.GetBytes(line.Text("body") ?? string.Empty);
        var pieces = new List<byte[]>();
        var from = 0;
        foreach (var cut in line.Array("cuts"u8)?.EnumerateArray() ?? default)
        {
            var to = Math.Clamp(cut.TryGetInt32(out var place) ? place : 0, from, body.Length);
            if (to > from)
            {
                pieces.Add(body[from..to]);
            }

            from = to;
        }

        if (from < body.Length)
        {
            pieces.Add(body[from..]);
        }

        return pieces;
    }

    // What a later run recorded for a step of a conversation is what counts.
    private static List<RecordedExchange> WithoutReplaced(List<RecordedExchange> exchanges, List<string> runs)
    {
        var latest = new Dictionary<(string, int), int>();
        foreach (var exchange in exchanges)
        {
            var step = (exchange.Request.Conversation, exchange.Request.Step);
            latest[step] = Math.Max(latest.GetValueOrDefault(step), runs.IndexOf(exchange.Run));
        }

        return [.. exchanges
            .Where(exchange => latest[(exchange.Request.Conversation, exchange.Request.Step)] == runs.IndexOf(exchange.Run))
            .OrderBy(exchange => runs.IndexOf(exchange.Run)).ThenBy(static exchange => exchange.Started)];
    }
}

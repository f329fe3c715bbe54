using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.Crash;

/// <summary>One session that is killed at a random instant, perhaps once more while it recovers, and then goes on in peace.</summary>
internal sealed partial class CrashRun : IAsyncDisposable
{
    private const int Agents = 4;
    private readonly Room _room = new();
    private readonly Random _random;
    private readonly TimeSpan _life;
    private readonly string _session;
    private readonly HashSet<string> _announced = [];
    private int _calls;

    public CrashRun(int seed, TimeSpan life)
    {
        _random = new Random(seed);
        _life = life;
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        (bytes[7], bytes[8]) = ((byte)((bytes[7] & 0x0F) | 0x40), (byte)((bytes[8] & 0x3F) | 0x80)); // A UUID of version 4.
        _session = new Guid(bytes).ToString();
        _room.Write("notes.txt", "one\ntwo\n");
        _room.Model.On(Answer);
    }

    /// <summary>Measures how long a run lives from its first request on, so that instants can be spread over all of it.</summary>
    public static async Task<TimeSpan> MeasureAsync()
    {
        await using var run = new CrashRun(1, TimeSpan.Zero);
        await using var process = run._room.Start("-p", "start", "-o", "stream-json", "--session-id", run._session);
        await run._room.Model.WaitForAsync(static _ => true);
        var start = Stopwatch.GetTimestamp();
        var result = await process.EndAsync();
        result.ExitCode.ShouldBe(0, result.Error);
        run.Hear(result.Output);
        run._announced.Count.ShouldBeGreaterThanOrEqualTo(Agents + 1);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Runs, and gives what was lost or told twice.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CrashTotals totals)
    {
        await KillAsync(totals, "-p", "start", "--session-id", _session);
        if (_room.Transcripts.Count == 0)
        {
            totals.Count(_announced.Count, 0, hasSession: false);
            return [.. _announced.Select(static id => $"{id} was announced by a session that is not on disk")];
        }

        if (_random.Next(3) == 0)
        {
            await KillAsync(totals, "-p", "start", "--resume", _session);
        }

        var result = await _room.RunAsync("-p", "go on", "-o", "stream-json", "--resume", _session);
        Hear(result.Output);
        if (result.ExitCode != 0)
        {
            return [$"resuming ended with {result.ExitCode}: {result.Error}"];
        }

        var faults = new List<string>();
        var transcript = Told(File.ReadAllLines(_room.Transcripts.Single()).SelectMany(static line => Texts(JsonElement.Parse(line))));
        var conversation = Told(_room.Model.Requests[^1].UserTexts);
        foreach (var id in _announced)
        {
            Check(id, "the transcript", transcript);
            Check(id, "the conversation", conversation);
        }

        totals.Count(_announced.Count, _room.Model.Requests[^1].UserTexts.Count(static text => text.Contains("Interrupted: ", StringComparison.Ordinal)), hasSession: true);
        return faults;

        void Check(string id, string where, List<string> told)
        {
            if (told.Count(each => each == id) is not 1 and var count)
            {
                faults.Add($"{id} is told {count} times in {where}");
            }
        }
    }

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    private async Task KillAsync(CrashTotals totals, params string[] args)
    {
        var before = _room.Model.Requests.Count;
        var instant = _life * _random.NextDouble();
        await using var process = _room.Start([.. args, "-o", "stream-json"]);
        var first = _room.Model.WaitForAsync(request => _room.Model.Requests.Count > before);
        var ended = process.EndAsync();
        if (await Task.WhenAny(first, ended) == first)
        {
            await Task.WhenAny(ended, Task.Delay(instant));
        }

        totals.Killed(!ended.IsCompleted);
        process.Kill();
        await ended;
        Hear(process.Output);
        foreach (var journal in _room.Chats("*.tasks.jsonl"))
        {
            foreach (var line in File.ReadAllText(journal).Split('\n').SkipLast(1))
            {
                if (JsonElement.Parse(line) is var entry && entry.GetProperty("op").GetString() == "started")
                {
                    _announced.Add(entry.GetProperty("task").GetProperty("id").GetString()!);
                }
            }
        }
    }

    private void Hear(string output)
    {
        // The last line may be half a line: the process was killed.
        foreach (var line in output.Split('\n').Where(static line => line.Contains("\"task_started\"", StringComparison.Ordinal) && line.EndsWith('}')))
        {
            _announced.Add(JsonElement.Parse(line).GetProperty("data").GetProperty("task_id").GetString()!);
        }
    }

    // The main agent launches four at once and a fifth when it hears of the first end; every agent reads a file before it answers.
    private ModelReply Answer(ModelRequest request)
    {
        var delay = TimeSpan.FromMilliseconds(_random.Next(1, 30));
        var last = request.LastText;
        var reply = last switch
        {
            "start" => ModelReply.Calls([.. Enumerable.Range(0, Agents).Select(_ => Launch())]),
            _ when last.StartsWith("work", StringComparison.Ordinal) => ModelReply.Calls(($"r{++_calls}", "read_file", $$"""{"file_path":{{ModelReply.Quote(Path.Combine(_room.Workspace, "notes.txt"))}}}""")),
            _ when last.StartsWith("<task-notification>", StringComparison.Ordinal) && request.UserTexts.Count(static text => text.StartsWith("<task-notification>", StringComparison.Ordinal)) == 1 =>
                ModelReply.Calls(Launch()),
            _ => ModelReply.Text("I have read it."),
        };
        return reply with { Delay = delay };
    }

    private (string Id, string Name, string Arguments) Launch() =>
        ($"call_{++_calls}", "agent", """{"description":"read","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""");

    private static List<string> Told(IEnumerable<string> texts) =>
        [.. texts.Where(static text => text.StartsWith("<task-notification>", StringComparison.Ordinal)).SelectMany(static text => TaskId().Matches(text).Select(static match => match.Groups[1].Value))];

    private static IEnumerable<string> Texts(JsonElement record) =>
        record.TryGetProperty("message", out var message) && message.TryGetProperty("parts", out var parts)
            ? parts.EnumerateArray().Where(static part => part.TryGetProperty("text", out _)).Select(static part => part.GetProperty("text").GetString()!)
            : [];

    [GeneratedRegex("<task-id>(.*?)</task-id>")]
    private static partial Regex TaskId();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.Crash;

/// <summary>One session that is killed at a random instant, perhaps once more while it recovers, and then goes on in peace.</summary>
internal sealed partial class CrashRun : IAsyncDisposable
{
    private const int Agents = 4;

    // The main agent asks once for the prompt and once for each end, and twice more for the fifth launch; each agent asks twice.
    private const int Requests = 17;

    private readonly Room _room = new();
    private readonly Random _random;
    private readonly string _session;
    private readonly HashSet<string> _announced = [];
    private readonly List<string> _audited = [];
    private int _calls;

    public CrashRun(int seed)
    {
        _random = new Random(seed);
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        (bytes[7], bytes[8]) = ((byte)((bytes[7] & 0x0F) | 0x40), (byte)((bytes[8] & 0x3F) | 0x80)); // A UUID of version 4.
        _session = new Guid(bytes).ToString();
        _room.Write("notes.txt", "one\ntwo\n");
        _room.Model.On(Answer);
    }

    /// <summary>Runs, and gives what was lost or told twice.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CrashTotals totals)
    {
        await KillAsync(totals, "-p", "start", "--session-id", _session);
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
        await AuditAsync(faults, isOver: true);
        faults.AddRange(_audited);
        var transcript = Told(File.ReadAllLines(_room.Transcripts.Single()).SelectMany(static line => Texts(JsonElement.Parse(line))));
        var conversation = Told(_room.Model.Requests[^1].UserTexts);
        foreach (var id in _announced)
        {
            Check(id, "the transcript", transcript);
            Check(id, "the conversation", conversation);
        }

        totals.Count(_announced.Count, _room.Model.Requests[^1].UserTexts.Count(static text => text.Contains("Error: Interrupted: ", StringComparison.Ordinal)));
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
        // Instants go by requests and not by the clock, so that they are spread over the life of a run on any machine.
        var request = _room.Model.Requests.Count + _random.Next(1, Requests);
        var instant = TimeSpan.FromMilliseconds(_random.NextDouble() * 30);
        _calls = 0; // As providers do that number calls anew in every conversation they are shown.
        await using var process = _room.Start([.. args, "-o", "stream-json"]);
        var reached = _room.Model.WaitForAsync(_ => _room.Model.Requests.Count >= request);
        var ended = process.EndAsync();
        if (await Task.WhenAny(reached, ended) == reached)
        {
            await Task.WhenAny(ended, Task.Delay(instant));
        }

        totals.Killed(!ended.IsCompleted);
        process.Kill();
        await ended;
        Hear(process.Output);
        await AuditAsync(_audited, isOver: false);
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

    // The program's own judgement: nothing is lost or doubled after any kill, and in the end every notification is answered.
    private async Task AuditAsync(List<string> faults, bool isOver)
    {
        if (_room.Transcripts.Count == 0)
        {
            return;
        }

        var audit = await _room.RunAsync("tasks", "audit", _session, "--json");
        if (audit.ExitCode != 0 || !audit.Output.StartsWith('{'))
        {
            faults.Add($"the audit ended with {audit.ExitCode}: {audit.Output}{audit.Error}");
        }
        else if (isOver)
        {
            var tasks = JsonElement.Parse(audit.Output).GetProperty("sessions").EnumerateArray().SelectMany(static session => session.GetProperty("tasks").EnumerateArray()).ToArray();
            faults.AddRange(tasks.Where(static task => task.GetProperty("state").GetString() != "answered").Select(static task => $"the audit has {task}"));
            faults.AddRange(_announced.Except(tasks.Select(static task => task.GetProperty("id").GetString()!)).Select(static id => $"the audit lacks {id}"));
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

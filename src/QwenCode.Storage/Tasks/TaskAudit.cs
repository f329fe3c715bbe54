using System.Globalization;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Storage.Transcripts;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Tasks;

/// <summary>
/// Compares a session's journal of tasks with its transcripts: what was lost on the way to an agent, and what arrived twice. Reads only;
/// a living process may be writing.
/// </summary>
public sealed class TaskAudit
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, Trace> _traces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, int>?> _transcripts = new(StringComparer.Ordinal);
    private readonly TranscriptPaths _paths;
    private readonly SessionId _session;

    private TaskAudit(Workspace workspace, SessionId session) =>
        (_paths, _session) = (new TranscriptPaths(workspace.ProjectDirectory), session);

    /// <summary>Audits a session.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="session">The session.</param>
    /// <returns>The tasks in the order they were announced; empty if the session has no journal.</returns>
    /// <exception cref="IOException">A file is there and cannot be read.</exception>
    public static IReadOnlyList<TaskDelivery> Read(Workspace workspace, SessionId session)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var audit = new TaskAudit(workspace, session);
        audit.ReadJournal(TaskJournal.PathFor(workspace, session));
        return audit._order.ConvertAll(id => audit.Judge(id, audit._traces[id]));
    }

    private void ReadJournal(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            try
            {
                using var document = JsonDocument.Parse(SoundLine.Of(line));
                Apply(document.RootElement);
            }
            catch (JsonException)
            {
                // Cut by a crash or a full disk. What it held is missed below.
            }
        }
    }

    private void Apply(JsonElement line)
    {
        var operation = line.Text("op"u8);
        if (operation is "opened" or "closed")
        {
            foreach (var each in _traces.Values)
            {
                each.WasOpenAtEnd = operation is "closed" && each.Delivered.Count == 0;
            }

            return;
        }

        var task = line.Object("task"u8);
        if ((task?.Text("id"u8) ?? line.Text("id"u8)) is not { } id)
        {
            return;
        }

        if (!_traces.TryGetValue(id, out var trace))
        {
            _traces[id] = trace = new Trace();
            _order.Add(id);
        }

        trace.Type = task?.Text("type"u8) ?? trace.Type;
        trace.Owner = task?.Text("owner"u8) ?? trace.Owner;
        var at = TimeOf(line.Text("at"u8));
        switch (operation)
        {
            case "started":
                trace.Started ??= at;
                break;
            case "ended":
                trace.Queued ??= TimeOf(task?.Text("endedAt"u8)) ?? at;
                trace.Ended.Add(at);
                break;
            case "delivered":
                trace.Delivered.Add(at);
                trace.Consumer ??= line.Text("to"u8);
                break;
            case "answered":
                trace.Answered ??= at;
                break;
        }
    }

    private TaskDelivery Judge(string id, Trace trace)
    {
        // Older versions did not write whom they notified: then it is the main agent, or who started the task.
        var consumer = trace.Consumer ?? (CountIn(AgentId.Main.Value, id) > 0 ? AgentId.Main.Value : trace.Owner);
        var isPassed = trace.Consumer is { Length: 0 };
        var count = isPassed ? 0 : CountIn(consumer, id);
        List<string> losses = [];
        List<string> doubles = [];
        if (trace.Delivered.Count > 0 && trace.Ended.Count == 0)
        {
            losses.Add("it was delivered, but its end is not in the journal");
        }

        if (trace.Delivered.Count > 0 && count == 0 && !isPassed && (trace.Consumer is not null || trace.Owner == AgentId.Main.Value))
        {
            losses.Add($"it is noted as delivered to {consumer}, but is not in the transcript of that agent");
        }

        if (trace.WasOpenAtEnd && count == 0)
        {
            losses.Add("the session was closed in order, and did not deliver it");
        }

        Twice(trace.Ended.Count, "its end is in the journal", doubles);
        Twice(trace.Delivered.Count, "it is noted as delivered", doubles);
        Twice(count, $"it is in the transcript of {consumer}", doubles);
        return new TaskDelivery(id)
        {
            Type = trace.Type,
            StartedAt = trace.Started,
            QueuedAt = trace.Queued,
            JournaledAt = trace.Ended.Count > 0 ? trace.Ended[0] : null,
            DeliveredAt = trace.Delivered.Count > 0 ? trace.Delivered[0] : null,
            AnsweredAt = trace.Answered,
            Consumer = count > 0 ? consumer : trace.Consumer is { Length: > 0 } noted ? noted : null,
            IsInTranscript = count > 0,
            Losses = losses,
            Doubles = doubles,
        };
    }

    private static void Twice(int count, string what, List<string> doubles)
    {
        if (count > 1)
        {
            doubles.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {count} times"));
        }
    }

    private int CountIn(string agent, string task)
    {
        if (!_transcripts.TryGetValue(agent, out var counts))
        {
            var path = agent == AgentId.Main.Value ? _paths.Session(_session) : _paths.Agent(_session, new AgentId(agent));
            _transcripts[agent] = counts = Notifications(path);
        }

        return counts?.GetValueOrDefault(task) ?? 0;
    }

    private static Dictionary<string, int>? Notifications(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            if (line.Span.IndexOf("<task-id>"u8) >= 0 && RecordReader.NotifiedTask(line) is { } id)
            {
                counts[id] = counts.GetValueOrDefault(id) + 1;
            }
        }

        return counts;
    }

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private sealed class Trace
    {
        public string Type { get; set; } = string.Empty;

        public string Owner { get; set; } = AgentId.Main.Value;

        public DateTimeOffset? Started { get; set; }

        public DateTimeOffset? Queued { get; set; }

        public List<DateTimeOffset?> Ended { get; } = [];

        public List<DateTimeOffset?> Delivered { get; } = [];

        public DateTimeOffset? Answered { get; set; }

        public string? Consumer { get; set; }

        /// <summary>Gets or sets whether the last process closed the journal in order before the end was delivered.</summary>
        public bool WasOpenAtEnd { get; set; }
    }
}

using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Platform.Json;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Tasks;

namespace QwenCode.Storage.Tasks;

/// <summary>What a journal of tasks holds.</summary>
/// <param name="Tasks">The tasks, one entry each, in the order they were announced.</param>
/// <param name="ProcessId">The process that last kept the journal, if it says; it may be gone.</param>
public sealed record TaskJournalContents(IReadOnlyList<JournaledTask> Tasks, int? ProcessId);

/// <summary>Reads journals of tasks, also those that a living process is writing.</summary>
public static class TaskJournalReader
{
    /// <summary>Reads a journal.</summary>
    /// <param name="path">The file; if it is missing there are no tasks.</param>
    /// <param name="report">Takes notes of lines that were skipped, in one sentence. A last line that was cut by a crash is expected
    /// and not reported.</param>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public static TaskJournalContents Read(string path, Action<string>? report = null)
    {
        if (!File.Exists(path))
        {
            return new TaskJournalContents([], null);
        }

        var order = new List<string>();
        var tasks = new Dictionary<string, JournaledTask>(StringComparer.Ordinal);
        int? processId = null;
        var (skipped, firstSkipped) = (0, 0);
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            if (!TryApply(line, order, tasks, ref processId) && lines.IsTerminated && skipped++ == 0)
            {
                firstSkipped = lines.Number;
            }
        }

        if (skipped > 0)
        {
            report?.Invoke($"'{path}': {skipped} lines make no sense and were skipped; the first is line {firstSkipped}.");
        }

        return new TaskJournalContents([.. order.Select(id => tasks[id])], processId);
    }

    private static bool TryApply(ReadOnlyMemory<byte> line, List<string> order, Dictionary<string, JournaledTask> tasks, ref int? processId)
    {
        try
        {
            using var document = JsonDocument.Parse(SoundLine.Of(line));
            var entry = document.RootElement;
            switch (entry.Text("op"u8))
            {
                case "opened":
                    processId = (int?)entry.Whole("pid"u8);
                    return true;
                case "started" when entry.Object("task"u8) is { } json && TaskJson.Read(json) is { } task:
                    if (tasks.TryAdd(task.Id, new JournaledTask(task, false)))
                    {
                        order.Add(task.Id);
                    }

                    return true;
                case "ended" when entry.Object("task"u8) is { } json && TaskJson.Read(json) is { HasEnded: true } task:
                    // The first end is the end. An end without a start is one whose start could not be written.
                    if (!tasks.TryGetValue(task.Id, out var known))
                    {
                        order.Add(task.Id);
                    }

                    if (known is not { Task.HasEnded: true })
                    {
                        tasks[task.Id] = new JournaledTask(task, known?.WasDelivered ?? false);
                    }

                    return true;
                case "delivered" when entry.Text("id"u8) is { } id:
                    if (tasks.TryGetValue(id, out var delivered))
                    {
                        tasks[id] = delivered with { WasDelivered = true, AwaitsAnswer = entry.Text("to"u8) == AgentId.Main.Value };
                    }

                    return true;
                case "answered" when entry.Text("id"u8) is { } id:
                    if (tasks.TryGetValue(id, out var answered))
                    {
                        tasks[id] = answered with { AwaitsAnswer = false };
                    }

                    return true;
                case "closed":
                    return true;
                default:
                    return false;
            }
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

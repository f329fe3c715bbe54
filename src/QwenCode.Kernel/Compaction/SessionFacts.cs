using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Tasks;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Platform.Json;
using QwenCode.Platform.Text;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Compaction;

/// <summary>What the program knows by itself at the moment of a compaction, so that it does not depend on what a model remembers.</summary>
internal static class SessionFacts
{
    private const int MaxEnded = 20;
    private const int MaxFiles = 60;
    private const int MaxLabel = 200;

    /// <summary>Collects the sections of facts.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="history">Its conversation.</param>
    /// <param name="from">The first message of the part that goes.</param>
    /// <param name="to">The message behind its last.</param>
    public static List<(string Name, string Text)> Collect(Agent agent, History history, int from, int to) =>
    [
        (CompactedMessage.Todos, Todos(history, from)),
        (CompactedMessage.Files, Files(agent, history, from, to)),
        (CompactedMessage.Facts, State(agent)),
    ];

    // Also of what stays: a list that was replaced meanwhile must not come back.
    private static string Todos(History history, int from)
    {
        var open = string.Empty;
        for (var i = from; i < history.Count; i++)
        {
            if (CompactedMessage.Is(history[i]))
            {
                open = CompactedMessage.SectionOf(history[i], CompactedMessage.Todos);
            }

            foreach (var call in history[i].Contents.OfType<FunctionCallContent>())
            {
                if (call.Name is "todo_write" && Arguments(call)?.Array("todos"u8) is { } items)
                {
                    open = Open(items);
                }
            }
        }

        return open;
    }

    private static string Open(JsonElement items)
    {
        var text = new StringBuilder();
        foreach (var item in items.EnumerateArray())
        {
            if (item.Text("content"u8) is { } content && item.Text("status"u8) is not ("completed" or null) and var status)
            {
                text.Append("- ").Append(item.Text("id"u8)).Append(" [").Append(status).Append("] ").Append(Line(content, 500))
                    .Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Files(Agent agent, History history, int from, int to)
    {
        // The last mention counts for the order; a file that was changed stays one that was changed.
        var files = new Dictionary<string, (int Order, bool IsChanged)>(StringComparer.Ordinal);
        var order = 0;
        for (var i = from; i < to; i++)
        {
            if (CompactedMessage.Is(history[i]))
            {
                foreach (var line in CompactedMessage.SectionOf(history[i], CompactedMessage.Files).Split('\n'))
                {
                    var isChanged = line.StartsWith("changed: ", StringComparison.Ordinal);
                    if (isChanged || line.StartsWith("read: ", StringComparison.Ordinal))
                    {
                        Note(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], isChanged);
                    }
                }
            }

            foreach (var call in history[i].Contents.OfType<FunctionCallContent>())
            {
                var kind = agent.OfferedTools().Find(ToolAliases.Canonical(call.Name))?.Declaration.Kind;
                if (kind is ToolKind.Read or ToolKind.Edit or ToolKind.Delete or ToolKind.Move && PathOf(call) is { } path)
                {
                    Note(path, kind is not ToolKind.Read);
                }
            }
        }

        return string.Join('\n', files.OrderBy(static file => file.Value.Order).TakeLast(MaxFiles)
            .Select(static file => $"{(file.Value.IsChanged ? "changed" : "read")}: {file.Key}"));

        void Note(string path, bool isChanged) =>
            files[path] = (order++, isChanged || (files.TryGetValue(path, out var earlier) && earlier.IsChanged));
    }

    private static string State(Agent agent)
    {
        var session = agent.Session;
        var text = new StringBuilder("Approval mode: ").Append(agent.Mode.ToWire());
        if (agent.Mode is ApprovalMode.Plan)
        {
            text.Append(" (change nothing and run nothing that changes something until a plan is accepted)");
        }

        text.Append('\n');
        if (agent.Transcript.Path is { } transcript)
        {
            text.Append("The whole conversation is recorded in ").Append(transcript)
                .Append("; search it if a detail is missing here.\n");
        }

        var tasks = session.Registry.List(session.Id).Where(task => task.Owner == agent.Id).ToArray();
        Tasks(text, "Tasks that are out now; you are notified of their ends, so do not start them again:\n",
            tasks.Where(static task => !task.HasEnded));
        Tasks(text, "Tasks that have ended:\n", tasks.Where(static task => task.HasEnded).TakeLast(MaxEnded));
        if (agent.IsMain && session.Cron?.Jobs is { Count: > 0 } jobs)
        {
            text.Append("Schedules:\n");
            foreach (var job in jobs)
            {
                text.Append("- ").Append(job.Id).Append(": ").Append(CompactedMessage.Neutralize(Line(job.Prompt, MaxLabel))).Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Tasks(StringBuilder text, string title, IEnumerable<TaskSnapshot> tasks)
    {
        var isFirst = true;
        foreach (var task in tasks)
        {
            text.Append(isFirst ? title : string.Empty).Append("- ").Append(task.Id).Append(" (")
                .Append(task.Kind switch { TaskKind.Shell => "command", TaskKind.Fork => "fork", _ => $"agent {task.Type}" })
                .Append(", ").Append(TaskNotification.Status(task.State)).Append("): ")
                .Append(CompactedMessage.Neutralize(Line(task.Description, MaxLabel)));
            if (task.OutputFile is { } file)
            {
                text.Append("; output file: ").Append(file);
            }

            text.Append('\n');
            isFirst = false;
        }
    }

    /// <summary>Returns the file that a call names; <c>null</c> if it names none.</summary>
    public static string? PathOf(FunctionCallContent call) => Arguments(call) is { } arguments
        ? (arguments.Text("file_path"u8) ?? arguments.Text("absolute_path"u8) ?? arguments.Text("path"u8)
            ?? arguments.Text("notebook_path"u8)) is { Length: > 0 } path && !path.Contains('\n', StringComparison.Ordinal) ? path : null
        : null;

    /// <summary>Returns the arguments of a call if they are an object.</summary>
    public static JsonElement? Arguments(FunctionCallContent call)
    {
        try
        {
            return ToolCallArguments.Of(call).Value is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (ToolArgumentException)
        {
            return null;
        }
    }

    /// <summary>Returns a text as one line.</summary>
    public static string Line(string text, int length)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= length ? line : TextCut.Head(line, length) + "…";
    }
}

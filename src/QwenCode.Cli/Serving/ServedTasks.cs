using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Serving;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Cli.Serving;

/// <summary>The background tasks of a client: how they stand, and the waiting for their ends.</summary>
/// <param name="project">The project.</param>
/// <param name="session">Returns the session that the tasks belong to.</param>
internal sealed class ServedTasks(ServedProject project, Func<SessionId> session)
{
    private const int LongestOutput = 30_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Gets the tasks, in the order they were started.</summary>
    public IReadOnlyList<TaskSnapshot> All => project.Tasks.List(session());

    /// <summary>Returns a task; <c>null</c> if there is none with that id.</summary>
    public TaskSnapshot? Find(string id) => project.Tasks.Find(session(), id);

    /// <summary>Takes the end of a task.</summary>
    public void OnFinished(TaskSnapshot task)
    {
        if (_waiting.TryRemove(task.Id, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    /// <summary>Answers a call of <c>task_output</c>.</summary>
    public async ValueTask<CallToolResult> ReadAsync(JsonElement arguments, CancellationToken cancellationToken)
    {
        var id = arguments.Text("task_id"u8);
        if (id is null || Find(id) is not { } task)
        {
            return Failed(id is null ? "Parameter \"task_id\" must be a string." : $"Task not found: {id}");
        }

        if (!task.HasEnded && arguments.Number("wait_seconds") is > 0 and var seconds)
        {
            task = await WaitAsync(id, TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)), cancellationToken)
                .ConfigureAwait(false) ?? task;
        }

        return new CallToolResult
        {
            Content = [ServedContent.Text(Describe(task))],
            StructuredContent = Json.Object(writer => Write(writer, task)),
        };
    }

    /// <summary>Returns what is to be read of a task.</summary>
    public static string Describe(TaskSnapshot task)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{task.Id} [{Status(task)}] {task.Type}: {task.Description.ReplaceLineEndings(" ")}");
        if (task.Stats is { } stats)
        {
            text.Append(CultureInfo.InvariantCulture,
                $" ({stats.TotalTokens} tokens, {stats.ToolUses} tool uses, {stats.Duration.TotalSeconds:0} s)");
        }

        if (!string.IsNullOrEmpty(task.Result))
        {
            text.Append("\n\n").Append(task.Result);
        }

        if (!string.IsNullOrEmpty(task.Error))
        {
            text.Append("\n\nError: ").Append(task.Error);
        }

        if (task.Kind is TaskKind.Shell && task.OutputFile is { } file && Tail(file) is { Length: > 0 } output)
        {
            text.Append("\n\nOutput:\n").Append(output);
        }

        return text.ToString();
    }

    /// <summary>Writes the members that describe a task.</summary>
    public static void Write(Utf8JsonWriter writer, TaskSnapshot task)
    {
        writer.WriteString("task_id"u8, task.Id);
        writer.WriteString("status"u8, Status(task));
        writer.WriteString("type"u8, task.Type);
        writer.WriteString("description"u8, ServedContent.Sound(task.Description));
        if (task.Result is { } result)
        {
            writer.WriteString("result"u8, ServedContent.Sound(result));
        }

        if (task.Error is { } error)
        {
            writer.WriteString("error"u8, ServedContent.Sound(error));
        }
    }

    /// <summary>Returns a failed call.</summary>
    public static CallToolResult Failed(string message) => new() { IsError = true, Content = [ServedContent.Text(message)] };

    /// <summary>Returns the end of a file, cut to what a client can use; empty if it cannot be read.</summary>
    public static string Tail(string path, int most = LongestOutput)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = Math.Max(0, stream.Length - most);
            stream.Seek(start, SeekOrigin.Begin);
            var bytes = new byte[(int)Math.Min(most, stream.Length - start)];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return (start > 0 ? "[…]\n" : string.Empty) + Encoding.UTF8.GetString(bytes, 0, read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private static string Status(TaskSnapshot task) => task.State.ToString().ToLowerInvariant();

    private async ValueTask<TaskSnapshot?> WaitAsync(string id, TimeSpan limit, CancellationToken cancellationToken)
    {
        var waiting = _waiting.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Find(id) is { HasEnded: true } ended)
        {
            _waiting.TryRemove(id, out _);
            return ended;
        }

        try
        {
            await waiting.Task.WaitAsync(limit, project.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on; the caller learns how it stands.
        }

        return Find(id);
    }
}

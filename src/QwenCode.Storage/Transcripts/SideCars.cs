using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Platform.Files;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Storage.Json;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>The files beside the transcripts of agents, in the shape that other versions read and write.</summary>
/// <param name="time">The clock.</param>
/// <param name="report">Takes what could not be written.</param>
internal sealed class SideCars(TimeProvider time, Action<string> report)
{
    private const int MaxSize = 256 * 1024;

    /// <summary>Writes that an agent runs. One that goes on keeps when it was created.</summary>
    public void Begin(string path, SessionId session, AgentTranscriptInfo agent)
    {
        if (File.Exists(path))
        {
            return;
        }

        Write(path, session, agent, TaskState.Running, time.GetUtcNow(), static (file, line) =>
        {
            using var opened = AppendFile.Open(file);
            AppendFile.Write(opened, line);
        });
    }

    /// <summary>Writes how an agent ended.</summary>
    public void End(string path, SessionId session, AgentTranscriptInfo agent, TaskState state)
    {
        var created = Read(path) is { } sideCar ? sideCar.CreatedAt : time.GetUtcNow();
        Write(path, session, agent, state, created, static (file, line) => AtomicFile.Write(file, line));
    }

    /// <summary>Reads the side-cars of a directory that do not call their agent ended.</summary>
    public static IReadOnlyList<AgentSideCar> Unended(string directory)
    {
        try
        {
            return !Directory.Exists(directory) ? []
                : [.. Directory.EnumerateFiles(directory, "agent-*.meta.json").Order(StringComparer.Ordinal)
                    .Select(Read).OfType<AgentSideCar>()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];   // without them nothing is known of the agents
        }
    }

    /// <summary>Reads a side-car; <c>null</c> if there is none that can be read, or its agent has ended.</summary>
    private static AgentSideCar? Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(BoundedFile.Read(path, MaxSize, out _));
            var root = json.RootElement;
            if (root.Text("agentId"u8) is not { Length: > 0 } id || root.Text("status"u8) is not (null or "running" or "paused"))
            {
                return null;
            }

            var parent = root.Text("parentAgentId"u8);
            bool? isBackgrounded = root.TryGetProperty("isBackgrounded"u8, out var flag) ? flag.ValueKind is JsonValueKind.True : null;
            var agent = new AgentTranscriptInfo(
                new AgentId(id), root.Text("subagentName"u8) ?? root.Text("agentType"u8) ?? "agent", root.Text("description"u8) ?? id,
                parent is null or "main" ? null : new AgentId(parent))
            {
                ToolUseId = root.Text("toolUseId"u8),
                IsBackgrounded = isBackgrounded is true,
            };
            var created = DateTimeOffset.TryParse(
                root.Text("createdAt"u8), System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : default;
            return new(agent, isBackgrounded, created, path[..^".meta.json".Length] + ".jsonl");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Write(
        string path, SessionId session, AgentTranscriptInfo agent, TaskState state, DateTimeOffset created, LineWriting write)
    {
        try
        {
            LineWriter.Write(
                (Path: path, Session: session, Agent: agent, State: state, Created: created, Now: time.GetUtcNow(), Write: write),
                static (writer, state) =>
                {
                    writer.WriteStartObject();
                    writer.WriteText("agentId"u8, state.Agent.Id.Value);
                    writer.WriteText("agentType"u8, state.Agent.Type);
                    writer.WriteText("subagentName"u8, state.Agent.Type);
                    writer.WriteText("description"u8, state.Agent.Description);
                    writer.WriteString("parentSessionId"u8, state.Session.Value);
                    if (state.Agent.ToolUseId is { } call)
                    {
                        writer.WriteText("toolUseId"u8, call);
                    }

                    writer.WritePropertyName("parentAgentId"u8);
                    if (state.Agent.Parent is { } parent)
                    {
                        writer.WriteStringValue(parent.Value);
                    }
                    else
                    {
                        writer.WriteNullValue();
                    }

                    writer.WriteString("createdAt"u8, RecordWriter.Format(state.Created));
                    writer.WriteString("status"u8, state.State switch
                    {
                        TaskState.Completed => "completed"u8,
                        TaskState.Failed => "failed"u8,
                        TaskState.Cancelled => "cancelled"u8,
                        _ => "running"u8,
                    });
                    writer.WriteBoolean("isBackgrounded"u8, state.Agent.IsBackgrounded);
                    writer.WriteString("lastUpdatedAt"u8, RecordWriter.Format(state.Now));
                    writer.WriteNumber("depth"u8, state.Agent.Depth);
                    writer.WriteEndObject();
                },
                static (line, state) => state.Write(state.Path, line));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            report($"The file '{path}' could not be written; the agent goes on without it: {exception.Message}");
        }
    }

    private delegate void LineWriting(string path, ReadOnlySpan<byte> line);
}

using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Storage.Files;
using QwenCode.Transcripts;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Transcripts;

/// <summary>
/// Every call that a session recorded: those of branches that were rewound and of parts that were compressed, too, and those of its
/// agents.
/// </summary>
/// <param name="Name">The session's id, or the name of the file.</param>
/// <param name="Directory">The directory that the session was recorded in; <c>null</c> if no record says it.</param>
/// <param name="Agents">The main agent, then the others.</param>
public sealed record RecordedSession(string Name, string? Directory, IReadOnlyList<RecordedAgent> Agents)
{
    /// <summary>Finds the transcript of a session: in this project, else in any other of the same user.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="session">The session.</param>
    /// <returns>The file; <c>null</c> if there is none.</returns>
    public static string? Find(Workspace workspace, SessionId session)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var own = new TranscriptPaths(workspace.ProjectDirectory).Session(session);
        var projects = Path.GetDirectoryName(workspace.ProjectDirectory)!;
        return File.Exists(own) ? own
            : !System.IO.Directory.Exists(projects) ? null
            : System.IO.Directory.EnumerateDirectories(projects).Order(StringComparer.Ordinal)
                .Select(project => new TranscriptPaths(project).Session(session)).FirstOrDefault(File.Exists);
    }

    /// <summary>Reads a session.</summary>
    /// <param name="path">The transcript of the main agent, whose agents are found beside it, or that of one agent.</param>
    /// <param name="report">Takes what is left out, in a sentence each.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no transcript.</exception>
    public static RecordedSession Read(string path, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var full = Path.GetFullPath(path);
        var name = Path.GetFileNameWithoutExtension(full);
        var agents = new List<RecordedAgent> { ReadAgent(full, report, out var directory) };
        var others = Path.Combine(Path.GetDirectoryName(full)!, "..", "subagents", name);
        if (System.IO.Directory.Exists(others))
        {
            foreach (var other in System.IO.Directory.EnumerateFiles(others, "agent-*.jsonl").Order(StringComparer.Ordinal))
            {
                agents.Add(ReadAgent(Path.GetFullPath(other), report, out _));
            }
        }

        return new RecordedSession(name, directory, agents);
    }

    /// <summary>Returns the agent and those above it but for the main one, the outermost first.</summary>
    /// <param name="agent">One of <see cref="Agents"/>.</param>
    public IReadOnlyList<RecordedAgent> Line(RecordedAgent agent)
    {
        var line = new List<RecordedAgent>();
        for (var at = agent; at is { Id: not null } && !line.Contains(at); at = Agents.FirstOrDefault(other => other.Id == at.Parent))
        {
            line.Insert(0, at);
        }

        return line;
    }

    private static RecordedAgent ReadAgent(string path, Action<string> report, out string? directory)
    {
        directory = null;
        var calls = new List<RecordedCall>();
        var isTranscript = false;
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            var record = RecordReader.Read(line, lines.Number, out var lost);
            isTranscript |= record is not null;
            if (lost is not null && isTranscript)
            {
                report($"'{path}': line {lines.Number} is not judged as a whole: {lost}.");
            }

            directory ??= record is null ? null : RecordReader.DirectoryOf(line);
            foreach (var call in (record?.Entry as AssistantEntry)?.Message.Contents.OfType<FunctionCallContent>() ?? [])
            {
                calls.Add(new RecordedCall(lines.Number, call.Name, ToolCallArguments.Of(call)));
            }
        }

        if (!isTranscript)
        {
            throw new InvalidDataException($"'{path}' is no transcript: it holds no record of a conversation.");
        }

        var (id, type, parent) = ReadSideCar(TranscriptPaths.SideCar(path));
        return new RecordedAgent(id, type, parent, path, calls);
    }

    private static (string? Id, string Type, string? Parent) ReadSideCar(string path)
    {
        if (!File.Exists(path))
        {
            return (null, "main", null);
        }

        try
        {
            using var sideCar = JsonDocument.Parse(File.ReadAllBytes(path));
            var agent = sideCar.RootElement;
            return (agent.Text("agentId"u8), agent.Text("agentType"u8) ?? "agent", agent.Text("parentAgentId"u8));
        }
        catch (JsonException)
        {
            return (null, "agent", null); // Its calls are in the transcript all the same.
        }
    }
}

/// <summary>The calls of one agent of a recorded session.</summary>
/// <param name="Id">Its id; <c>null</c> for the main agent.</param>
/// <param name="Type">The name of its definition; <c>main</c> for the main agent.</param>
/// <param name="Parent">The id of the agent that launched it; <c>null</c> if that is the main agent.</param>
/// <param name="Path">The transcript.</param>
/// <param name="Calls">Its calls, in order.</param>
public sealed record RecordedAgent(string? Id, string Type, string? Parent, string Path, IReadOnlyList<RecordedCall> Calls);

/// <summary>A call that a transcript holds, as the model made it.</summary>
/// <param name="Line">The line of the transcript.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">The arguments.</param>
public sealed record RecordedCall(int Line, string Tool, ToolCallArguments Arguments);

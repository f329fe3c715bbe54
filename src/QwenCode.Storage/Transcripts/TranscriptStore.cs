using System.Collections.Concurrent;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Transcripts;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Transcripts;

/// <summary>
/// The transcripts of a project, one JSON object a line, in the files and the shape of qwen-code: sessions of either program can be
/// gone on with by the other.
/// </summary>
public sealed class TranscriptStore : ITranscriptStore
{
    private readonly ConcurrentDictionary<string, Transcript> _open = new(StringComparer.Ordinal);
    private readonly TranscriptPaths _paths;
    private readonly SessionList _sessions;
    private readonly Workspace _workspace;
    private readonly string _version;
    private readonly TimeProvider _timeProvider;
    private readonly TranscriptOptions _options;
    private readonly Lazy<string?> _gitBranch;
    private bool _hasReportedLoss;

    /// <summary>Creates a store; touches no file.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="version">The program's version, noted in every record.</param>
    /// <param name="timeProvider">Gives the time of each record.</param>
    /// <param name="options">How to keep them.</param>
    public TranscriptStore(Workspace workspace, string version, TimeProvider timeProvider, TranscriptOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        (_workspace, _version, _timeProvider, _options) = (workspace, version, timeProvider, options ?? new TranscriptOptions());
        _paths = new TranscriptPaths(workspace.ProjectDirectory);
        _sessions = new SessionList(_paths.Chats, workspace.Root);
        _gitBranch = new Lazy<string?>(_options.GitBranch ?? (() => GitHead.Branch(workspace.Root)));
    }

    /// <summary>Returns the file of a session's transcript, whether it exists or not.</summary>
    /// <param name="session">The session.</param>
    public string PathOf(SessionId session) => _paths.Session(session);

    /// <summary>Returns whether a session was recorded in this project.</summary>
    /// <param name="session">The session.</param>
    public bool Exists(SessionId session) => _sessions.IsOurs(_paths.Session(session));

    /// <inheritdoc/>
    public ITranscript Open(SessionId session) => Open(_paths.Session(session), session, null);

    /// <inheritdoc/>
    public ITranscript OpenAgent(SessionId session, AgentTranscriptInfo agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (!_options.IsRecording)
        {
            return SilentTranscript.Instance;
        }

        lock (_open) // Two agents whose ids make one file name must not both find it free.
        {
            var path = _paths.Agent(session, agent.Id);
            WriteSideCar(TranscriptPaths.SideCar(path), session, agent);
            return Open(path, session, agent);
        }
    }

    /// <inheritdoc/>
    public StoredConversation? Load(SessionId session)
    {
        var path = _paths.Session(session);
        return _sessions.IsOurs(path) ? Read(path) : null;
    }

    /// <inheritdoc/>
    public StoredConversation? LoadAgent(SessionId session, AgentId agent)
    {
        var path = _paths.Agent(session, agent);
        return File.Exists(path) ? Read(path) : null;
    }

    /// <inheritdoc/>
    public SessionId? Latest() => _sessions.Page(null, 1).Sessions is [var latest, ..] ? latest.Id : null;

    /// <summary>
    /// Lists the project's sessions, the one that was last written to first. Reads no more than the head and the tail of a file.
    /// </summary>
    /// <param name="cursor">Where the page before ended, or <c>null</c> for the first one.</param>
    /// <param name="size">How many sessions at most.</param>
    public SessionPage List(string? cursor = null, int size = 20) => _sessions.Page(cursor, size);

    private ITranscript Open(string path, SessionId session, AgentTranscriptInfo? agent) => _options.IsRecording
        ? _open.GetOrAdd(path, path =>
            new Transcript(path, new RecordHeader(session, _workspace.Root, _version, _gitBranch, agent), _timeProvider, ReportLoss,
                () => _open.TryRemove(path, out _)))
        : SilentTranscript.Instance;

    private StoredConversation? Read(string path)
    {
        try
        {
            return ConversationReader.Read(path, _options.Report);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _options.Report($"The transcript '{path}' cannot be read: {exception.Message}");
            return null;
        }
    }

    private void WriteSideCar(string path, SessionId session, AgentTranscriptInfo agent)
    {
        if (File.Exists(path))
        {
            return; // The agent goes on; when it was created does not change.
        }

        try
        {
            LineWriter.Write(
                (Path: path, Session: session, Agent: agent, At: _timeProvider.GetUtcNow()),
                static (writer, state) =>
                {
                    writer.WriteStartObject();
                    writer.WriteText("agentId"u8, state.Agent.Id.Value);
                    writer.WriteText("agentType"u8, state.Agent.Type);
                    writer.WriteText("description"u8, state.Agent.Description);
                    writer.WriteString("parentSessionId"u8, state.Session.Value);
                    writer.WritePropertyName("parentAgentId"u8);
                    if (state.Agent.Parent is { } parent)
                    {
                        writer.WriteStringValue(parent.Value);
                    }
                    else
                    {
                        writer.WriteNullValue();
                    }

                    writer.WriteString("createdAt"u8, RecordWriter.Format(state.At));
                    writer.WriteEndObject();
                },
                static (line, state) =>
                {
                    using var file = AppendFile.Open(state.Path);
                    AppendFile.Write(file, line);
                });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ReportLoss($"The file '{path}' could not be written; the agent goes on without it: {exception.Message}");
        }
    }

    // Once: on a disk that is full or cannot be written, each agent would repeat it.
    private void ReportLoss(string text)
    {
        if (!Interlocked.Exchange(ref _hasReportedLoss, true))
        {
            _options.Report(text);
        }
    }
}

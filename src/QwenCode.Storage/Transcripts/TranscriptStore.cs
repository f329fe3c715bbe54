using System.Collections.Concurrent;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tasks;
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
    private readonly Dictionary<string, (SessionLock? Lock, int Count)> _claims = new(StringComparer.Ordinal);
    private readonly TranscriptPaths _paths;
    private readonly SessionList _sessions;
    private readonly SideCars _sideCars;
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
        _sideCars = new SideCars(timeProvider, ReportLoss);
        _gitBranch = new Lazy<string?>(_options.GitBranch ?? (() => GitHead.Branch(workspace.Root)));
    }

    /// <summary>Returns the file of a session's transcript, whether it exists or not.</summary>
    /// <param name="session">The session.</param>
    public string PathOf(SessionId session) => _paths.Session(session);

    /// <summary>Returns whether a session was recorded in this project.</summary>
    /// <param name="session">The session.</param>
    public bool Exists(SessionId session) => _sessions.IsOurs(_paths.Session(session));

    /// <summary>Begins a session with the records of another, which stays as it is. The agents and tasks of that stay with it.</summary>
    /// <param name="from">A session that <see cref="Exists"/>.</param>
    /// <param name="to">The new session.</param>
    /// <returns>Whether it was begun; not if nothing is recorded.</returns>
    /// <exception cref="IOException">The records cannot be read, or not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system refused.</exception>
    public bool TryFork(SessionId from, SessionId to)
    {
        if (_options.IsRecording)
        {
            TranscriptFork.Copy(_paths.Session(from), from, _paths.Session(to), to);
        }

        return _options.IsRecording;
    }

    /// <inheritdoc/>
    public ITranscript Open(SessionId session) => Open(_paths.Session(session), session, null);

    /// <inheritdoc/>
    /// <exception cref="SessionInUseException">Another process has it.</exception>
    public void Claim(SessionId session)
    {
        if (!_options.IsRecording)
        {
            return; // A run that writes nothing disturbs nobody.
        }

        var path = _paths.Session(session);
        lock (_claims)
        {
            _claims[path] = _claims.TryGetValue(path, out var held) ? (held.Lock, held.Count + 1)
                : (SessionLock.Take(TranscriptPaths.Lock(path), session, _timeProvider.GetUtcNow()), 1);
        }
    }

    /// <inheritdoc/>
    public void Release(SessionId session) => Release(_paths.Session(session));

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
            _sideCars.Begin(TranscriptPaths.SideCar(path), session, agent);
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
    public void EndAgent(SessionId session, AgentTranscriptInfo agent, TaskState state)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (_options.IsRecording)
        {
            _sideCars.End(TranscriptPaths.SideCar(_paths.Agent(session, agent.Id)), session, agent, state);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<AgentSideCar> UnendedAgents(SessionId session) => SideCars.Unended(_paths.Agents(session));

    /// <inheritdoc/>
    public SessionId? Latest() => _sessions.Page(null, 1).Sessions is [var latest, ..] ? latest.Id : null;

    /// <summary>
    /// Lists the project's sessions, the one that was last written to first. Reads no more than the head and the tail of a file.
    /// </summary>
    /// <param name="cursor">Where the page before ended, or <c>null</c> for the first one.</param>
    /// <param name="size">How many sessions at most.</param>
    public SessionPage List(string? cursor = null, int size = 20) => _sessions.Page(cursor, size);

    /// <summary>Finds the project's sessions whose ids begin with a text, the one last written to first.</summary>
    /// <param name="prefix">The beginning of an id; letter case does not count. An empty text finds all sessions.</param>
    public IReadOnlyList<SessionSummary> Find(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return _sessions.Find(prefix);
    }

    /// <summary>Finds what was said in the project's sessions, the session last written to first.</summary>
    /// <param name="text">What to look for in prompts, answers and titles; letter case does not count.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The places, read while they are enumerated. A file that cannot be read is reported and left out.</returns>
    public IEnumerable<SessionMatch> Search(string text, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return SessionSearch.Find(_sessions.Find(string.Empty), PathOf, text, _options.Report, cancellationToken);
    }

    /// <summary>Deletes a session: its transcript, the transcripts of its agents, the journal of its tasks and its todo list.</summary>
    /// <param name="session">The session. Nothing happens if it does not exist.</param>
    /// <exception cref="SessionInUseException">Another process has it open.</exception>
    /// <exception cref="IOException">A file cannot be deleted; the transcript goes last, so the session can be deleted again.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system refused.</exception>
    public void Delete(SessionId session)
    {
        Claim(session);
        try
        {
            DeleteFiles(session);
        }
        finally
        {
            Release(session);
        }
    }

    private void DeleteFiles(SessionId session)
    {
        var transcript = _paths.Session(session);
        if (Directory.Exists(_paths.Agents(session)))
        {
            Directory.Delete(_paths.Agents(session), recursive: true);
        }

        var name = Path.GetFileNameWithoutExtension(transcript);
        if (Directory.Exists(_paths.Chats))
        {
            foreach (var file in Directory.EnumerateFiles(_paths.Chats, name + ".*").Where(
                file => file != transcript && file != TranscriptPaths.Lock(transcript)).ToArray())
            {
                File.Delete(file);
            }

            File.Delete(transcript);
        }

        var todos = Path.Combine(_workspace.RuntimeDirectory, "todos", name + ".json");
        if (File.Exists(todos))
        {
            File.Delete(todos);
        }
    }

    private ITranscript Open(string path, SessionId session, AgentTranscriptInfo? agent) => _options.IsRecording
        ? _open.GetOrAdd(path, path =>
            new Transcript(path, new RecordHeader(session, _workspace.Root, _version, _gitBranch, agent), _timeProvider, ReportLoss,
                () => Close(path, agent is null)))
        : SilentTranscript.Instance;

    private void Close(string path, bool isMain)
    {
        _open.TryRemove(path, out _);
        if (isMain)
        {
            Release(path);
        }
    }

    private void Release(string path)
    {
        lock (_claims)
        {
            if (!_claims.TryGetValue(path, out var held))
            {
                return;
            }

            if (held.Count > 1)
            {
                _claims[path] = (held.Lock, held.Count - 1);
                return;
            }

            _claims.Remove(path);
            held.Lock?.Dispose();
        }
    }

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

    // Once: on a disk that is full or cannot be written, each agent would repeat it.
    private void ReportLoss(string text)
    {
        if (!Interlocked.Exchange(ref _hasReportedLoss, true))
        {
            _options.Report(text);
        }
    }
}

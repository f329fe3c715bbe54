using System.Collections.Concurrent;
using System.Text.Json;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Hosting;
using QwenCode.Kernel.Sessions;
using QwenCode.Platform.Json;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;
using QwenCode.Workspaces;

namespace QwenCode.Cli.Acp;

/// <summary>Opens, finds and closes the sessions of a client.</summary>
internal sealed class AcpSessions(CliOptions options, JsonRpcPeer peer) : IAsyncDisposable
{
    private const int PageSize = 20;
    private const int LargestPage = 200;
    private readonly AcpWorkspaces _workspaces = new(options);
    private readonly ConcurrentDictionary<string, AcpSession> _open = new(StringComparer.OrdinalIgnoreCase);

    // Loading and closing one session exclude each other.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets what the client can do.</summary>
    public AcpClient Client { get; set; } = AcpClient.Plain;

    /// <summary>Returns an open session; <c>null</c> if there is none with that id.</summary>
    public AcpSession? Find(string? id) => id is not null && _open.TryGetValue(id, out var session) ? session : null;

    /// <summary>Gets an open session; <c>null</c> if none is open.</summary>
    public AcpSession? Any => _open.Values.FirstOrDefault();

    /// <summary>Opens a new session.</summary>
    public async Task<AcpSession> NewAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var workspace = await _workspaces.OpenAsync(Place(parameters), cancellationToken).ConfigureAwait(false);
        var request = Request(workspace) with { Id = SessionId.New() };
        return await OpenAsync(workspace, request, parameters, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens a session that was recorded, and shows it if the client wants that. One that is not known begins anew; one that is open and
    /// has no record stays as it is.
    /// </summary>
    public async Task<AcpSession> LoadAsync(JsonElement parameters, bool isShown, CancellationToken cancellationToken)
    {
        // All that can be wrong is found before the open session is touched.
        var (id, place) = (SessionOf(parameters), Place(parameters));
        var gate = Gate(id.Value);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await LoadAsync(id, place, parameters, isShown, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Writes a page of the recorded sessions.</summary>
    public async Task<Action<Utf8JsonWriter>> ListAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var directory = parameters.Text("cwd"u8) ?? Directory.GetCurrentDirectory();
        if (Path.IsPathFullyQualified(directory) && !Directory.Exists(directory))
        {
            return static json =>
            {
                json.WriteStartArray("sessions"u8);
                json.WriteEndArray();
            };
        }

        var place = PlaceOf(directory, []);
        var workspace = await _workspaces.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        try
        {
            var size = (int)Math.Clamp(parameters.Member("_meta"u8).Whole("size"u8) ?? PageSize, 1, LargestPage);
            var page = workspace.Transcripts.List(parameters.Text("cursor"u8), size);
            return json =>
            {
                json.WriteStartArray("sessions"u8);
                foreach (var session in page.Sessions)
                {
                    json.WriteStartObject();
                    json.WriteString("sessionId"u8, session.Id.Value);
                    json.WriteString("cwd"u8, session.Directory.Length == 0 ? place.Directory : session.Directory);
                    json.WriteString("title"u8, session.Title);
                    json.WriteString("updatedAt"u8, session.UpdatedAt.UtcDateTime);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                if (page.NextCursor is { } next)
                {
                    json.WriteString("nextCursor"u8, next);
                }
            };
        }
        finally
        {
            await _workspaces.ReleaseAsync(workspace, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Closes a session: its turn and its tasks are stopped.</summary>
    public async Task CloseAsync(AcpSession session, CancellationToken cancellationToken)
    {
        // One that is loaded again meanwhile waits until all of it is recorded.
        var gate = Gate(session.Id);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EndAsync(session).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_open.Values.Select(session => CloseAsync(session, CancellationToken.None))).ConfigureAwait(false);
        await _workspaces.DisposeAsync().ConfigureAwait(false);
    }

    private SemaphoreSlim Gate(string id) => _gates.GetOrAdd(id, static _ => new SemaphoreSlim(1, 1));

    private async ValueTask EndAsync(AcpSession session)
    {
        if (_open.TryRemove(new KeyValuePair<string, AcpSession>(session.Id, session)))
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await _workspaces.ReleaseAsync(session.Workspace, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask<AcpSession> LoadAsync(
        SessionId id, ClientWorkspace place, JsonElement parameters, bool isShown, CancellationToken cancellationToken)
    {
        var before = Find(id.Value);
        if (before is not null && before.Info.Directory != Workspace.RealPath(place.Directory) && before.Info.Directory != place.Directory)
        {
            throw JsonRpcException.InvalidParams($"The session {id} is open in {before.Info.Directory}; close it first.");
        }

        var workspace = await _workspaces.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        bool isRecorded;
        var isClaimed = false;
        try
        {
            isRecorded = workspace.Transcripts.Exists(id);
            if (!isRecorded && before is not null)
            {
                await _workspaces.ReleaseAsync(workspace, CancellationToken.None).ConfigureAwait(false);
                return before;
            }

            if (!isRecorded && !isShown)
            {
                throw new JsonRpcException(JsonRpcErrorCode.ResourceNotFound, "Resource not found", $"Session not found: {id}");
            }

            if (before is not null)
            {
                await EndAsync(before).ConfigureAwait(false);
            }

            // Before it is shown: another process may have it.
            workspace.Transcripts.Claim(id);
            isClaimed = true;

            // Before it is open: what it does by itself then comes behind what is shown.
            if (isRecorded && isShown && workspace.Transcripts.Load(id) is { } earlier)
            {
                new AcpReplay(peer, id.Value, call => ShownCall.Of(call, workspace)).Send(earlier);
            }
        }
        catch
        {
            if (isClaimed)
            {
                workspace.Transcripts.Release(id);
            }

            await _workspaces.ReleaseAsync(workspace, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        try
        {
            var request = isRecorded ? Request(workspace) with { Resume = id } : Request(workspace) with { Id = id };
            return await OpenAsync(workspace, request, parameters, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            workspace.Transcripts.Release(id); // The open session has a claim of its own.
        }
    }

    private async ValueTask<AcpSession> OpenAsync(
        AcpWorkspace workspace, SessionRequest request, JsonElement parameters, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ModelCheck.FindProblem(workspace.Project) is { } problem)
            {
                throw new JsonRpcException(JsonRpcErrorCode.AuthenticationRequired, "Authentication required", problem)
                {
                    MoreData = AcpMethods.WriteAuthentication,
                };
            }

            var session = new AcpSession(workspace, request with { Servers = Servers(workspace, parameters) }, peer, Client);
            if (!_open.TryAdd(session.Id, session))
            {
                await session.DisposeAsync().ConfigureAwait(false);
                throw JsonRpcException.InvalidParams($"The session {session.Id} is open already.");
            }

            return session;
        }
        catch
        {
            await _workspaces.ReleaseAsync(workspace, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static SessionMcpServers Servers(AcpWorkspace workspace, JsonElement parameters)
    {
        var servers = workspace.Sessions.CreateServers();
        servers.Add(parameters.Member("mcpServers"u8));
        return servers;
    }

    private SessionRequest Request(AcpWorkspace workspace) => new()
    {
        Mode = options.Mode,
        MaxTurns = options.MaxSessionTurns,
        MaxToolCalls = options.MaxToolCalls,
        CanAskUser = true,
        IsConversation = true,
        Boundary = RunBoundary.Turn,
        HoldsEarlierEnds = true,
        ExpandPrompt = new SlashCommands(workspace.Project).Expand,
    };

    private static ClientWorkspace Place(JsonElement parameters)
    {
        var additional = new List<string>();
        var given = parameters.Member("additionalDirectories"u8);
        if (given.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null or JsonValueKind.Undefined))
        {
            throw JsonRpcException.InvalidParams("'additionalDirectories' must be an array of absolute paths.");
        }

        foreach (var one in given.ValueKind is JsonValueKind.Array ? given.EnumerateArray() : default)
        {
            additional.Add(DirectoryOf("additionalDirectories", one.ValueKind is JsonValueKind.String ? one.Text() : null));
        }

        return PlaceOf(parameters.Text("cwd"u8), additional);
    }

    private static ClientWorkspace PlaceOf(string? directory, IReadOnlyList<string> additional) =>
        new(DirectoryOf("cwd", directory), additional);

    private static string DirectoryOf(string member, string? path)
    {
        if (path is null || !Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw JsonRpcException.InvalidParams($"'{member}' takes absolute paths; this one is {Quote(path)}.");
        }

        return Directory.Exists(path) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
            : throw JsonRpcException.InvalidParams($"The directory '{path}' of '{member}' does not exist.");
    }

    private static string Quote(string? text) => text is null ? "missing" : $"'{text}'";

    private static SessionId SessionOf(JsonElement parameters) =>
        parameters.Text("sessionId"u8) is { } id && CliOptions.IsSessionId(id) ? new SessionId(id)
            : throw JsonRpcException.InvalidParams("'sessionId' must be the id of a session (a UUID).");
}

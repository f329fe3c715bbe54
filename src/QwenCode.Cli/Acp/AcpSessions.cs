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
using QwenCode.Transcripts;

namespace QwenCode.Cli.Acp;

/// <summary>Opens, finds and closes the sessions of a client.</summary>
internal sealed class AcpSessions(CliOptions options, JsonRpcPeer peer) : IAsyncDisposable
{
    private const int PageSize = 20;
    private const int LargestPage = 200;
    private readonly AcpWorkspaces _workspaces = new(options);
    private readonly ConcurrentDictionary<string, AcpSession> _open = new(StringComparer.OrdinalIgnoreCase);

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
        return await OpenAsync(workspace, Request() with { Id = SessionId.New() }, parameters, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a session that was recorded, and shows it if the client wants that. One that is not known begins anew.</summary>
    public async Task<AcpSession> LoadAsync(JsonElement parameters, bool isShown, CancellationToken cancellationToken)
    {
        var id = SessionOf(parameters);
        if (Find(id.Value) is { } before)
        {
            await CloseAsync(before, cancellationToken).ConfigureAwait(false);
        }

        var workspace = await _workspaces.OpenAsync(Place(parameters), cancellationToken).ConfigureAwait(false);
        StoredConversation? earlier = null;
        try
        {
            if (!workspace.Transcripts.Exists(id))
            {
                return isShown ? await OpenAsync(workspace, Request() with { Id = id }, parameters, cancellationToken).ConfigureAwait(false)
                    : throw new JsonRpcException(JsonRpcErrorCode.ResourceNotFound, "Resource not found", $"Session not found: {id}");
            }

            earlier = isShown ? workspace.Transcripts.Load(id) : null;
        }
        catch
        {
            await _workspaces.ReleaseAsync(workspace, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        var session = await OpenAsync(workspace, Request() with { Resume = id }, parameters, cancellationToken).ConfigureAwait(false);
        if (earlier is not null)
        {
            new AcpReplay(peer, id.Value, call => ShownCall.Of(call, workspace)).Send(earlier);
        }

        return session;
    }

    /// <summary>Writes a page of the recorded sessions.</summary>
    public async Task<Action<Utf8JsonWriter>> ListAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var place = new ClientWorkspace(parameters.Text("cwd"u8) ?? Directory.GetCurrentDirectory(), []);
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
        cancellationToken.ThrowIfCancellationRequested();
        if (_open.TryRemove(new KeyValuePair<string, AcpSession>(session.Id, session)))
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await _workspaces.ReleaseAsync(session.Workspace, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_open.Values.Select(session => CloseAsync(session, CancellationToken.None))).ConfigureAwait(false);
        await _workspaces.DisposeAsync().ConfigureAwait(false);
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

    private SessionRequest Request() => new()
    {
        Mode = options.Mode,
        MaxTurns = options.MaxSessionTurns,
        MaxToolCalls = options.MaxToolCalls,
        CanAskUser = true,
        IsConversation = true,
        Boundary = RunBoundary.Turn,
        ExpandPrompt = SlashCommands.Expand,
    };

    private static ClientWorkspace Place(JsonElement parameters)
    {
        var directory = parameters.Text("cwd"u8);
        if (directory is null || !Path.IsPathFullyQualified(directory))
        {
            throw JsonRpcException.InvalidParams($"'cwd' must be an absolute path; it is {Quote(directory)}.");
        }

        if (!Directory.Exists(directory))
        {
            throw JsonRpcException.InvalidParams($"The directory '{directory}' does not exist.");
        }

        var additional = new List<string>();
        foreach (var one in parameters.Array("additionalDirectories"u8)?.EnumerateArray() ?? default)
        {
            var path = one.ValueKind is JsonValueKind.String ? one.Text() : null;
            additional.Add(path is not null && Path.IsPathFullyQualified(path) ? path
                : throw JsonRpcException.InvalidParams($"'additionalDirectories' must hold absolute paths; one is {Quote(path)}."));
        }

        return new ClientWorkspace(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)), additional);
    }

    private static string Quote(string? text) => text is null ? "missing" : $"'{text}'";

    private static SessionId SessionOf(JsonElement parameters) =>
        parameters.Text("sessionId"u8) is { } id && CliOptions.IsSessionId(id) ? new SessionId(id)
            : throw JsonRpcException.InvalidParams("'sessionId' must be the id of a session (a UUID).");
}

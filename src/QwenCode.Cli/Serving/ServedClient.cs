using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Kernel.Sessions;
using QwenCode.Mcp.Serving;
using QwenCode.Sessions;
using QwenCode.Tools;

#pragma warning disable MCP9005 // Logging goes with the newest revision of the protocol, but clients of the older ones go by it.

namespace QwenCode.Cli.Serving;

/// <summary>
/// A client and its session: the calls it makes, the tasks it starts, what it is told. Its session is opened with its first request for
/// tools, when it has said what it can do, and ends with it.
/// </summary>
internal sealed class ServedClient : IFrontEnd, IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ServedProject _project;
    private readonly Outbox _outbox = new();
    private readonly ClientLog _log;
    private readonly CallScopes _scopes;
    private readonly ClientQuestions _questions;
    private readonly PromptRuns _prompts;
    private readonly ServedTasks _tasks;
    private readonly ServedResources _resources;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private ICallSession? _session;
    private PassedOn? _others;
    private string _prompted = string.Empty;
    private Task _prepared = Task.CompletedTask;
    private ITimer? _look;
    private object? _seen;
    private bool _canAsk;
    private McpServer? _server;
    private Task? _end;

    public ServedClient(ServedProject project)
    {
        _project = project;
        _log = new ClientLog(_outbox);
        _scopes = new CallScopes(_log, _outbox);
        _questions = new ClientQuestions(answer => Volatile.Read(ref _session)?.Answer(answer));
        _prompts = new PromptRuns(project);
        _tasks = new ServedTasks(project, () => Volatile.Read(ref _session)?.Id ?? default);
        _resources = new ServedResources(project, _tasks, () => _others!);
    }

    /// <summary>Gets whether a task of the client runs.</summary>
    public bool HasTasks => Volatile.Read(ref _session) is not null && _tasks.All.Any(static task => !task.HasEnded);

    /// <summary>Creates the server that the client talks to.</summary>
    /// <param name="transport">The way to the client.</param>
    public McpServer CreateServer(ITransport transport) => _server = McpServer.Create(transport, new McpServerOptions
    {
        ServerInfo = new Implementation { Name = "qwen-code", Title = "Qwen Code", Version = ProgramVersion.Text },
        ServerInstructions = $"Tools, agents and background tasks of Qwen Code in {_project.Workspace.Workspace.Root}.",
        Capabilities = new ServerCapabilities
        {
            Tools = new() { ListChanged = true },
            Resources = new() { ListChanged = true, Subscribe = true },
            Prompts = new() { ListChanged = true },
            Logging = new(),
            Completions = new(),
        },
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = ListToolsAsync,
            CallToolHandler = CallToolAsync,
            ListPromptsHandler = async (context, token) =>
                new() { Prompts = await Others(context.Server).PromptsAsync(token).ConfigureAwait(false) },
            GetPromptHandler = (context, token) => Others(context.Server).PromptAsync(context.Params!, token),
            ListResourcesHandler = async (context, token) =>
            {
                Session(context.Server);
                return new() { Resources = await _resources.ListAsync(token).ConfigureAwait(false) };
            },
            ListResourceTemplatesHandler = async (context, token) =>
            {
                Session(context.Server);
                return new() { ResourceTemplates = await _resources.TemplatesAsync(token).ConfigureAwait(false) };
            },
            ReadResourceHandler = (context, token) =>
            {
                Session(context.Server);
                return _resources.ReadAsync(context.Params!.Uri, token);
            },
            SubscribeToResourcesHandler = Do<SubscribeRequestParams>(asked => _resources.Subscribe(asked.Uri)),
            UnsubscribeFromResourcesHandler = Do<UnsubscribeRequestParams>(asked => _resources.Unsubscribe(asked.Uri)),
            SetLoggingLevelHandler = Do<SetLevelRequestParams>(asked => _log.Level = asked.Level),
            CompleteHandler = Complete,
        },
    });

    public void OnEvent(AgentEvent agentEvent)
    {
        _scopes.OnEvent(agentEvent);
        _questions.OnEvent(agentEvent, agentEvent is PermissionRequested request
            ? _scopes.Find(request.ParentCallId) ?? _scopes.Find(request.Call.Id) : null);
        switch (agentEvent)
        {
            case NoticeRaised notice:
                StandardStreams.ErrorLine(notice.Text);
                Log(LoggingLevel.Notice, "session", writer => writer.WriteStringValue(ServedContent.Sound(notice.Text)));
                break;
            case TaskStarted:
                Notify(NotificationMethods.ResourceListChangedNotification);
                break;
            case TaskFinished finished:
                _tasks.OnFinished(finished.Task);
                Log(LoggingLevel.Notice, "tasks", writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("message"u8, ServedContent.Sound(finished.DisplayLine));
                    ServedTasks.Write(writer, finished.Task);
                    writer.WriteEndObject();
                });
                Updated(ServedResources.AddressOf(finished.Task.Id));
                break;
        }
    }

    /// <summary>Ends the client's session: calls are cancelled, tasks stopped and reported.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_end ??= EndAsync(CancellationToken.None));
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_look is { } look)
        {
            await look.DisposeAsync().ConfigureAwait(false);
        }

        if (_session is { } session)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // One that does not read keeps neither a call nor the end of the server.
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _outbox.FlushAsync(cancellationToken).WaitAsync(Patience, _project.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // What is left is sent when the client reads.
        }
    }

    private ICallSession Session(McpServer server)
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                throw new McpException("The server is ending.");
            }

            if (_session is null)
            {
                _canAsk = server.ClientCapabilities?.Elicitation is not null && !IsStateless(server);
                var servers = _project.Sessions.CreateServers();
                var request = _project.Request(_canAsk) with { Servers = servers };
                _others = new PassedOn(
                    _project, servers, PromptReader.For(_project.Workspace, _project.Sessions.PolicyFor(request).Policy, servers));
                _session = _project.Sessions.OpenCalls(request, this);
                _seen = _session.Tools;
                _prepared = _session.PrepareAsync(_stopping.Token).AsTask();
                _look = _project.Time.CreateTimer(static client => ((ServedClient)client!).Look(), this, LookInterval, LookInterval);
            }

            return _session;
        }
    }

    private PassedOn Others(McpServer server)
    {
        Session(server);
        return _others!;
    }

    // From that version on a server may not send requests.
    private static bool IsStateless(McpServer server) =>
        string.CompareOrdinal(server.NegotiatedProtocolVersion, "2026-07-28") >= 0;

    private ValueTask<ListToolsResult> ListToolsAsync(
        RequestContext<ListToolsRequestParams> context, CancellationToken cancellationToken) => ValueTask.FromResult(
            new ListToolsResult { Tools = ServedTools.List(Session(context.Server).Tools, _project.Agents) });

    private async ValueTask<CallToolResult> CallToolAsync(
        RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var call = context.Params!;
        var session = Session(context.Server);
        var arguments = Json.Object(writer =>
        {
            foreach (var (name, value) in call.Arguments ?? new Dictionary<string, JsonElement>())
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        });
        var scope = _scopes.Begin(context.Server, call.ProgressToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            return call.Name switch
            {
                ServedTools.Prompt => await _prompts.RunAsync(scope, arguments, _canAsk, stop.Token).ConfigureAwait(false),
                ServedTools.TaskOutput => await _tasks.ReadAsync(arguments, stop.Token).ConfigureAwait(false),
                _ => await CallAsync(session, scope, call.Name, arguments, stop.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ServedTasks.Failed("The call was cancelled, because the server is ending.");
        }
        finally
        {
            _scopes.End(scope);

            // What a client is told of a call it is told before the call's result.
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<CallToolResult> CallAsync(
        ICallSession session, CallScope scope, string name, JsonElement arguments, CancellationToken cancellationToken)
    {
        if (session.Tools.Find(name) is { } tool && !ServedTools.IsServed(tool))
        {
            throw new McpProtocolException($"Unknown tool: {name}", McpErrorCode.InvalidParams);
        }

        if (name is ServedTools.Agent)
        {
            await _prepared.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (AgentArguments.Complete(ref arguments) is { } problem)
            {
                return ServedTasks.Failed(problem);
            }
        }

        var reply = await session.CallAsync(scope.Id, name, arguments, cancellationToken).ConfigureAwait(false);
        if (reply.Error is { Type: ToolError.NotRegistered } unknown)
        {
            throw new McpProtocolException(unknown.Message, McpErrorCode.InvalidParams);
        }

        return new CallToolResult
        {
            Content = ServedContent.Of(reply.Parts),
            IsError = reply.Error is not null || reply.Result?.Display is AgentDisplay { Status: "failed" } ? true : null,
            StructuredContent = scope.TaskId is not { } task ? null : Json.Object(writer => writer.WriteString("task_id"u8, task)),
        };
    }

    private ValueTask<CompleteResult> Complete(RequestContext<CompleteRequestParams> context, CancellationToken cancellationToken)
    {
        var (asked, values) = (context.Params!, new List<string>());
        if (asked.Ref is ResourceTemplateReference { Uri: { } template })
        {
            values.AddRange(_resources.Complete(template, asked.Argument.Name)
                .Where(value => value.StartsWith(asked.Argument.Value, StringComparison.OrdinalIgnoreCase)));
        }

        return ValueTask.FromResult(new CompleteResult
        {
            Completion = new() { Values = [.. values.Take(100)], Total = values.Count, HasMore = values.Count > 100 },
        });
    }

    // Plugins are looked at when somebody asks for tools. Who lists them once hears of changes because this asks now and then.
    private void Look()
    {
        try
        {
            if (_session?.Tools is { } tools && !ReferenceEquals(Interlocked.Exchange(ref _seen, tools), tools))
            {
                Notify(NotificationMethods.ToolListChangedNotification);
            }

            var prompts = string.Join('\n', _others?.PromptNames ?? []);
            if (Interlocked.Exchange(ref _prompted, prompts) is var before && before != prompts && before.Length > 0)
            {
                Notify(NotificationMethods.PromptListChangedNotification);
            }
        }
        catch (ObjectDisposedException)
        {
            // The process ends.
        }
    }

    private void Log(LoggingLevel level, string logger, Action<Utf8JsonWriter> data)
    {
        if (_server is { } server)
        {
            _log.Write(level, logger, data, server);
        }
    }

    private void Notify(string method) => _outbox.Post(() => _server?.SendNotificationAsync(method) ?? Task.CompletedTask);

    private void Updated(string uri)
    {
        if (_resources.IsSubscribed(uri))
        {
            _outbox.Post(() => _server?.SendNotificationAsync(
                NotificationMethods.ResourceUpdatedNotification, new ResourceUpdatedNotificationParams { Uri = uri },
                McpJsonUtilities.DefaultOptions) ?? Task.CompletedTask);
        }
    }

    private static McpRequestHandler<TRequest, EmptyResult> Do<TRequest>(Action<TRequest> action) => (context, _) =>
    {
        action(context.Params!);
        return ValueTask.FromResult(new EmptyResult());
    };
}

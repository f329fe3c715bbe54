using System.Text;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Agents;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Testing;

/// <summary>
/// The whole framework in a temporary workspace, with a scripted model in place of a real one: the kernel, the plugin host, the
/// permissions and the tools are those of a normal run. Nothing is read from the user's home, and nothing is sent anywhere.
/// </summary>
/// <remarks>
/// Script the <see cref="Model"/>, then run prompts. The host is built at the first use; options and environment count until then.
/// </remarks>
/// <example>
/// <code>
/// await using var host = new TestHost(options => options.PluginDirectories.Add(PluginUnderTest.Folder("MyPlugin")));
/// host.Model.When(lastUser: "how many").Calls("count_lines", """{"path":"/tmp/a.txt"}""").Then.Says("${last} lines");
///
/// var run = await host.RunAsync("how many lines are in a.txt?");
///
/// Assert.Equal("3 lines", run.Text);
/// </code>
/// </example>
public sealed class TestHost : IAsyncDisposable
{
    private readonly TestHostOptions _options = new();
    private readonly Lazy<ServiceProvider> _services;

    /// <summary>Creates a host.</summary>
    /// <param name="configure">Sets what the host offers. The default leaves the options as they are.</param>
    public TestHost(Action<TestHostOptions>? configure = null)
    {
        configure?.Invoke(_options);
        Model = new ScriptedModel(timeProvider: _options.TimeProvider);
        _services = new(Build);
    }

    /// <summary>
    /// Gets the model, to be scripted before the first run. It is called by every agent of the host, unless
    /// <see cref="TestHostOptions.Cassette"/> takes its place.
    /// </summary>
    public ScriptedModel Model { get; }

    /// <summary>Gets what the scripted model was sent so far, in order: conversation, system prompt, offered tools.</summary>
    /// <remarks>What a cassette was asked is in its own <see cref="Models.Cassettes.ModelCassette.Requests"/>.</remarks>
    public IReadOnlyList<ScriptedRequest> Requests => Model.Requests;

    /// <summary>Gets the directories.</summary>
    public TempWorkspace Workspace { get; } = new();

    /// <summary>Gets the services of the host, built at the first use.</summary>
    /// <exception cref="QwenCodeException">An option or setting cannot be used.</exception>
    public IServiceProvider Services => _services.Value;

    /// <summary>Runs one prompt in a session of its own until no agent and no background task of it runs any more.</summary>
    /// <param name="prompt">What the user asks.</param>
    /// <param name="cancellationToken">Ends the session.</param>
    /// <returns>The outcome and all events. A model or tool that fails is an outcome, not an exception.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the session is over.</exception>
    public async Task<TestRun> RunAsync(string prompt, CancellationToken cancellationToken = default)
    {
        ISession? session = null;
        var frontEnd = new RecordingFrontEnd(agentEvent => Answer(session, agentEvent));
        session = Open(frontEnd);
        await using (session.ConfigureAwait(false))
        {
            session.Send(new PromptInput(prompt));
            session.Send(new CompleteInput());
            await session.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return new TestRun(frontEnd.EventsOf<RunCompleted>()[0].Outcome, frontEnd.Events, session.Info);
    }

    /// <summary>Opens a session that the test drives itself: several prompts, interrupts, answers.</summary>
    /// <param name="frontEnd">What gets its events.</param>
    /// <returns>The session; the caller disposes it.</returns>
    public ISession Open(IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        var request = new SessionRequest { Mode = _options.Mode, CanAskUser = _options.AnswerPermission is not null };
        return Services.GetRequiredService<SessionFactory>().Open(request, frontEnd);
    }

    /// <summary>Calls a tool directly, without a model, permissions or hooks.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="argumentsJson">The arguments as a JSON object. The default is an empty one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What the tool returned. A failure it expects is <see cref="ToolResult.Error"/>.</returns>
    /// <exception cref="ArgumentException">There is no such tool; the message lists those there are.</exception>
    /// <exception cref="ToolArgumentException">The tool refuses the arguments.</exception>
    /// <exception cref="System.Text.Json.JsonException">The arguments are not JSON.</exception>
    public async Task<ToolResult> CallAsync(string tool, string argumentsJson = "{}", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(argumentsJson);
        var tools = Services.GetServices<IToolSource>().SelectMany(static source => source.Snapshot()).ToList();
        var found = tools.Find(candidate => candidate.Name == tool) ?? throw new ArgumentException(
            $"There is no tool '{tool}'. There are: {string.Join(", ", tools.Select(static candidate => candidate.Name))}.", nameof(tool));
        var invocation = found.Prepare(new ToolArguments(ToolDeclaration.Schema(Encoding.UTF8.GetBytes(argumentsJson))), new ToolContext
        {
            Agent = AgentId.Main,
            Session = new SessionId("00000000-0000-0000-0000-000000000000"),
            Workspace = Services.GetRequiredService<WorkspaceServices>().Workspace,
            Time = _options.TimeProvider,
            Services = Services,
        });
        return await invocation.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends all sessions, unloads the plugins and deletes the workspace.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated)
        {
            await _services.Value.DisposeAsync().ConfigureAwait(false);
        }

        Workspace.Dispose();
        Model.Dispose();
    }

    private void Answer(ISession? session, AgentEvent agentEvent)
    {
        if (agentEvent is PermissionRequested request && _options.AnswerPermission is { } answer)
        {
            session!.Send(new PermissionInput(request.RequestId, answer(request)));
        }
    }

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_options.TimeProvider);
        if (_options.Cassette is null)
        {
            services.AddSingleton<IModelProvider>(new ScriptedModelProvider(Model));
        }

        services.AddSingleton<IToolSource>(new TestTools([.. _options.Tools]));
        _options.ConfigureServices(services);
        services.AddQwenCode(options =>
        {
            options.WorkingDirectory = Workspace.Project;

            // Not that of the test process: the tools and agents there are, are those the test names.
            options.ApplicationDirectory = Path.Combine(Workspace.Home, "application");
            options.EnvironmentVariables = Workspace.Environment;
            options.ModelCassette = _options.Cassette;
            options.PluginDirectories = [.. _options.PluginDirectories];
            _options.ConfigureQwenCode(options);
        });
        return services.BuildServiceProvider();
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>A kernel with a scripted model, and everything that a session of it raised.</summary>
internal sealed class KernelBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qwen-kernel-").FullName;
    private AgentKernel? _kernel;

    public TestModel Model { get; } = new();

    public List<Tool> Tools { get; } = [];

    public TestAgents Agents { get; } = new();

    public TestTranscripts Transcripts { get; } = new();

    public KernelOptions Options { get; } = new() { StopGracePeriod = TimeSpan.FromSeconds(2) };

    public TestClock Clock { get; } = new();

    public AgentKernel Kernel => _kernel ??= new AgentKernel(
        new OneModel(Model, Windows), [new ListedTools(Tools)], Agents, Transcripts, Options, Clock, NullLogger<AgentKernel>.Instance);

    /// <summary>Gets the windows of models by their ids; the others have the default one.</summary>
    public Dictionary<string, int> Windows { get; } = [];

    public RecordingFrontEnd FrontEnd { get; } = new();

    public SessionOptions Session { get; set; } = null!;

    public KernelBench()
    {
        var workspace = new Workspace(_folder);
        Session = new SessionOptions
        {
            Workspace = workspace,
            SystemPrompt = "You are the main agent.",
            Policy = new PermissionPolicy(new PermissionPolicyOptions { Workspace = workspace }),
        };
    }

    public ISession Open() => Kernel.OpenSession(Session, FrontEnd);

    /// <summary>Runs one prompt to the end of its run, and the session with it.</summary>
    public async Task<IReadOnlyList<AgentEvent>> RunAsync(string prompt)
    {
        await using var session = Open();
        session.Send(new PromptInput(prompt));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        return FrontEnd.Events;
    }

    public async ValueTask DisposeAsync()
    {
        if (_kernel is not null)
        {
            await _kernel.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private sealed class ListedTools(List<Tool> tools) : IToolSource
    {
        private IReadOnlyList<Tool>? _snapshot;

        public IReadOnlyList<Tool> Snapshot() => _snapshot ??= [.. tools];
    }

    private sealed class OneModel(TestModel model, Dictionary<string, int> windows) : IModelProvider
    {
        public ModelReference Default { get; } = new("test-model", "test", model, windows.GetValueOrDefault("test-model", 131_072));

        public ModelReference Resolve(string? selector, ModelReference? parent = null) => selector switch
        {
            null or "inherit" => parent ?? Default,
            "no-credentials" => throw new ModelException(ModelFault.NotConfigured, "Missing credentials for model 'no-credentials'."),
            _ => (parent ?? Default) with { Id = selector, ContextWindow = windows.GetValueOrDefault(selector, (parent ?? Default).ContextWindow) },
        };
    }
}

internal sealed class TestAgents : IAgentCatalog
{
    private IReadOnlyList<AgentDefinition> _definitions =
    [
        new() { Name = "general-purpose", Description = "Does anything.", SystemPrompt = "You are a general agent.", Level = AgentLevel.BuiltIn },
    ];

    public void Add(AgentDefinition definition) => _definitions = [definition, .. _definitions];

    public IReadOnlyList<AgentDefinition> List() => _definitions;

    public AgentDefinition? Find(string name) => _definitions.FirstOrDefault(definition => string.Equals(definition.Name, name, StringComparison.OrdinalIgnoreCase));

    public void UseSessionAgents(IReadOnlyList<AgentDefinition> definitions) => _definitions = definitions;
}

/// <summary>Keeps all events, and lets a test wait for one.</summary>
internal sealed class RecordingFrontEnd : IFrontEnd
{
    private readonly Lock _gate = new();
    private readonly List<AgentEvent> _events = [];
    private readonly List<(Func<AgentEvent, bool> Test, TaskCompletionSource<AgentEvent> Found)> _waiting = [];

    /// <summary>Gets or sets what else to do with an event, such as answering a question.</summary>
    public Action<AgentEvent> OnEventAlso { get; set; } = static _ => { };

    public IReadOnlyList<AgentEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public void OnEvent(AgentEvent agentEvent)
    {
        lock (_gate)
        {
            _events.Add(agentEvent);
            foreach (var (test, found) in _waiting.ToArray())
            {
                if (test(agentEvent))
                {
                    found.TrySetResult(agentEvent);
                }
            }
        }

        OnEventAlso(agentEvent);
    }

    public Task<AgentEvent> WaitForAsync(Func<AgentEvent, bool> test)
    {
        lock (_gate)
        {
            if (_events.FirstOrDefault(test) is { } there)
            {
                return Task.FromResult(there);
            }

            var found = new TaskCompletionSource<AgentEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((test, found));
            return found.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public async Task<T> WaitForAsync<T>(Func<T, bool>? test = null)
        where T : AgentEvent => (T)await WaitForAsync(agentEvent => agentEvent is T typed && (test?.Invoke(typed) ?? true));
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Benchmarks.Agents;

/// <summary>A model in this process. It reads the ends of a request and copies nothing, so that what is measured is the kernel.</summary>
internal sealed class World(string launch, int count, ModelReference? remote = null, bool isHeldLate = false, string report = "ok") : IChatClient, IModelProvider, IToolSource, IAgentCatalog, ITranscriptStore
{
    private static readonly JsonElement NoArguments = Json("{}");
    private readonly IReadOnlyList<AgentDefinition> _definitions = [new() { Name = "worker", Description = "Works.", SystemPrompt = remote is null ? "You work." : new string('p', 18_000), Level = AgentLevel.BuiltIn }];
    private readonly IReadOnlyList<Tool> _tools = [new Ping()];
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    public ModelReference Default => new("bench", "bench", this);

    /// <summary>Completes once every agent is in the middle of its first answer.</summary>
    public Task Full => _full.Task;

    public void Open() => _gate.TrySetResult();

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var history = (IReadOnlyList<ChatMessage>)messages;
        var last = history[^1];
        if (last.Role == ChatRole.User && last.Text == "launch")
        {
            for (var i = 0; i < count; i++)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent($"c{i}", "agent") { RawRepresentation = new ToolCallArguments(launch, Json(launch), false) }]);
            }
        }
        else if (last.Role == ChatRole.User && last.Text is "task" or "Begin.")
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "begun ");
            await (isHeldLate ? Task.CompletedTask : HoldAsync(cancellationToken)).ConfigureAwait(false);
            yield return Ping("ping_1");
        }
        else if (last.Role == ChatRole.Tool && last.Contents is [FunctionResultContent { CallId: "ping_1" }])
        {
            yield return Ping("ping_2");
        }
        else
        {
            var isAgent = last.Role == ChatRole.Tool && last.Contents is [FunctionResultContent { CallId: "ping_2" }];
            await (isHeldLate && isAgent ? HoldAsync(cancellationToken) : Task.CompletedTask).ConfigureAwait(false);
            yield return new ChatResponseUpdate(ChatRole.Assistant, isAgent ? report : "ok");
        }
    }

    private Task HoldAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _held) == count)
        {
            _full.SetResult();
        }

        return _gate.Task.WaitAsync(cancellationToken);
    }

    public ModelReference Resolve(string? selector, ModelReference? parent = null) => remote ?? parent ?? Default;

    public IReadOnlyList<Tool> Snapshot() => _tools;

    public IReadOnlyList<AgentDefinition> List() => _definitions;

    public AgentDefinition? Find(string name) => name == "worker" ? _definitions[0] : null;

    public void UseSessionAgents(IReadOnlyList<AgentDefinition> definitions)
    {
    }

    ITranscript ITranscriptStore.Open(SessionId session) => NoTranscript.Instance;

    public ITranscript OpenAgent(SessionId session, AgentTranscriptInfo agent) => NoTranscript.Instance;

    public StoredConversation? Load(SessionId session) => null;

    public StoredConversation? LoadAgent(SessionId session, AgentId agent) => null;

    public SessionId? Latest() => null;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static ChatResponseUpdate Ping(string id) =>
        new(ChatRole.Assistant, [new FunctionCallContent(id, "ping") { RawRepresentation = new ToolCallArguments("{}", NoArguments, false) }]);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

internal sealed class Ping() : Tool(new ToolDeclaration
{
    Name = "ping", Description = "Answers.", Traits = ToolTraits.ReadOnly | ToolTraits.Parallel, Parameters = ToolDeclaration.Schema("{\"type\":\"object\"}"u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Answer();

    private sealed class Answer : ToolInvocation
    {
        public override string Description => "ping";

        public override ToolConsent Consent => ToolConsent.Allow;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ToolResult.Success("pong"));
    }
}

internal sealed class NoTranscript : ITranscript
{
    public static NoTranscript Instance { get; } = new();

    public string? Path => null;

    public void Append(TranscriptEntry entry)
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Counts what it is told of tasks.</summary>
internal sealed class Counter : IFrontEnd
{
    public int Started { get; private set; }

    public HashSet<string> Finished { get; } = [];

    public int FinishedTwice { get; private set; }

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case TaskStarted:
                Started++;
                break;
            case TaskFinished finished when !Finished.Add(finished.Task.Id):
                FinishedTwice++;
                break;
        }
    }
}

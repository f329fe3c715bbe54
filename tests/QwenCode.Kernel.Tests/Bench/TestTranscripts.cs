using System.Collections.Concurrent;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>Keeps transcripts in memory.</summary>
internal sealed class TestTranscripts : ITranscriptStore
{
    public ConcurrentDictionary<string, TestTranscript> Agents { get; } = new();

    public TestTranscript Main { get; } = new("main.jsonl");

    public ITranscript Open(SessionId session) => Main;

    public ITranscript OpenAgent(SessionId session, AgentTranscriptInfo agent) => Agents.GetOrAdd(agent.Id.Value, static id => new TestTranscript($"agent-{id}.jsonl"));

    public StoredConversation? Load(SessionId session) => new([], [.. Main.Entries.Select(static entry => new StoredEntry(default, entry))]);

    public StoredConversation? LoadAgent(SessionId session, AgentId agent) => Agents.TryGetValue(agent.Value, out var transcript)
        ? new([.. transcript.Entries.OfType<CompressionEntry>().LastOrDefault()?.Messages ?? [], .. transcript.Entries.OfType<UserEntry>().Select(static entry => entry.Message)], [.. transcript.Entries.Select(static entry => new StoredEntry(default, entry))])
        : null;

    public SessionId? Latest() => null;
}

internal sealed class TestTranscript(string path) : ITranscript
{
    private readonly ConcurrentQueue<TranscriptEntry> _entries = new();

    public string? Path { get; } = path;

    public IReadOnlyList<TranscriptEntry> Entries => [.. _entries];

    public void Append(TranscriptEntry entry) => _entries.Enqueue(entry);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using System.Collections.Concurrent;
using System.Globalization;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using QwenCode.Sessions;

namespace QwenCode.Cli.Serving;

/// <summary>The calls of a client that run, by the ids that events name.</summary>
internal sealed class CallScopes(ClientLog log, Outbox outbox)
{
    private readonly ConcurrentDictionary<string, CallScope> _scopes = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>Begins a call.</summary>
    public CallScope Begin(McpServer server, ProgressToken? token)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"call-{Interlocked.Increment(ref _count)}");
        return _scopes[id] = new CallScope(id, server, token, log, outbox);
    }

    /// <summary>Ends a call.</summary>
    public void End(CallScope scope)
    {
        foreach (var (id, one) in _scopes)
        {
            if (one == scope)
            {
                _scopes.TryRemove(id, out _);
            }
        }
    }

    /// <summary>Finds the call that an event belongs to: the one it names, or the one that launched its agent.</summary>
    public CallScope? Find(string? callId) => callId is not null && _scopes.TryGetValue(callId, out var scope) ? scope : null;

    /// <summary>Takes what tells how a call comes along.</summary>
    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case ToolCallProgressed progressed when progressed.ParentCallId is null:
                Find(progressed.CallId)?.Report(progressed.Progress);
                break;
            case ToolCallStarted started when Find(started.ParentCallId) is { } scope:
                scope.Say($"{started.Call.DisplayName} {started.Call.Description}".TrimEnd());
                if (started.Call.Name is "agent")
                {
                    // What the agents of an agent do belongs to the same call of the client.
                    _scopes.TryAdd(started.Call.Id, scope);
                }

                break;
            case TaskStarted task when Find(task.Task.ToolUseId) is { } scope:
                scope.TaskId ??= task.Task.Id;
                break;
        }
    }
}

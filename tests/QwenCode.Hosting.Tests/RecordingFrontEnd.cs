using QwenCode.Sessions;

namespace QwenCode.Hosting.Tests;

/// <summary>Keeps what happened.</summary>
internal sealed class RecordingFrontEnd : IFrontEnd
{
    private readonly Lock _gate = new();
    private readonly List<AgentEvent> _events = [];

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
        }
    }
}

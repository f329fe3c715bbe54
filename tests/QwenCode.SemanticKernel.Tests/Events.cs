using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>Keeps what a session raised.</summary>
internal sealed class Events : IFrontEnd
{
    private readonly List<AgentEvent> _events = [];

    public void OnEvent(AgentEvent agentEvent)
    {
        lock (_events)
        {
            _events.Add(agentEvent);
        }
    }

    public IReadOnlyList<T> Of<T>()
        where T : AgentEvent
    {
        lock (_events)
        {
            return [.. _events.OfType<T>()];
        }
    }
}

using Microsoft.Extensions.Logging;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Sessions;

/// <summary>Hands a session's events to its front end: in order, one at a time, from any thread.</summary>
internal sealed partial class EventHub(IFrontEnd frontEnd, ILogger logger)
{
    private readonly Lock _gate = new();

    /// <summary>Hands an event to the front end. Does not throw: a front end that fails is logged.</summary>
    public void Raise(AgentEvent agentEvent)
    {
        lock (_gate)
        {
            try
            {
                frontEnd.OnEvent(agentEvent);
            }
            catch (Exception exception)
            {
                // A front end that fails to draw something must not take the conversation, or another agent's turn, with it.
                LogFrontEndFailed(agentEvent.GetType().Name, exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The front end failed on {Event}.")]
    private partial void LogFrontEndFailed(string @event, Exception exception);
}

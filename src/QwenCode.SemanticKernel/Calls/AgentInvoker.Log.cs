using Microsoft.Extensions.Logging;

namespace QwenCode.SemanticKernel.Calls;

internal sealed partial class AgentInvoker
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Kernel call: {Plugin}.{Function} (agent {Agent}, call {CallId})")]
    private static partial void LogInvoking(ILogger log, string? plugin, string function, string agent, string callId);
}

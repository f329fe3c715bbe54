using QwenCode.Kernel.Agents;
using QwenCode.Models;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Telemetry;

/// <summary>The names and values of the OpenTelemetry conventions for generative AI that the kernel uses.</summary>
internal static class GenAI
{
    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string ToolName = "gen_ai.tool.name";
    public const string ToolCallId = "gen_ai.tool.call.id";
    public const string AgentName = "gen_ai.agent.name";
    public const string AgentId = "gen_ai.agent.id";
    public const string ConversationId = "gen_ai.conversation.id";
    public const string ErrorType = "error.type";

    /// <summary>What has no name in the conventions.</summary>
    public const string TaskId = "qwen_code.task.id";
    public const string TaskKind = "qwen_code.task.kind";
    public const string EndReason = "qwen_code.end_reason";

    public const string Chat = "chat";
    public const string InvokeAgent = "invoke_agent";
    public const string ExecuteTool = "execute_tool";

    /// <summary>The error type of what was cancelled; a span with it counts as no error.</summary>
    public const string Cancelled = "cancelled";

    // The word of OpenTelemetry for what is not one of a known set.
    public const string Other = "_OTHER";

    /// <summary>
    /// Returns the name of a tool that the agent has. A model may call anything; what is no tool is its text, which telemetry does not
    /// carry, and would be a time series each.
    /// </summary>
    public static string NameOfTool(Agent agent, string called) => agent.OfferedTools().Find(called)?.Name ?? Other;

    /// <summary>Returns the provider of a model as the conventions spell it.</summary>
    public static string NameOfProvider(ModelReference model) => model.Protocol switch
    {
        "gemini" => "gcp.gemini",
        "vertex-ai" => "gcp.vertex_ai",
        var protocol => protocol,
    };

    /// <summary>Returns a kind of task as a value.</summary>
    public static string NameOfKind(TaskKind kind) => kind switch
    {
        QwenCode.Tasks.TaskKind.Agent => "agent",
        QwenCode.Tasks.TaskKind.Fork => "fork",
        QwenCode.Tasks.TaskKind.Shell => "shell",
        _ => Other,
    };

    /// <summary>Returns the type of a failure: the fault of a model, or the exception's type. Never a message.</summary>
    /// <param name="exception">What was thrown; <c>null</c> for no failure.</param>
    /// <param name="isCancelled">Whether the caller cancelled; a timeout inside a client looks the same but for that.</param>
    public static string? NameOfError(Exception? exception, bool isCancelled) =>
        exception is null ? null
        : isCancelled ? Cancelled
        : exception is ModelException model ? model.Fault.ToString()
        : exception.GetType().FullName ?? Other;
}

using System.Diagnostics;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Tools;
using QwenCode.Models;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Telemetry;

/// <summary>
/// Starts the spans of the kernel, by the OpenTelemetry conventions for generative AI. They carry names, ids, counts and kinds of failure;
/// never text, arguments or results.
/// </summary>
internal static class KernelSpans
{
    /// <summary>The name that a host adds to its tracing and its metrics.</summary>
    public const string SourceName = "QwenCode.Kernel";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>
    /// Gets the span that is current, for the link of what outlives it; <c>default</c> if there is none, or nothing listens.
    /// </summary>
    public static ActivityContext Current => Source.HasListeners() ? Activity.Current?.Context ?? default : default;

    /// <summary>Starts the span of an agent: of the main one for each run, of others from their start to their end.</summary>
    public static KernelSpan StartAgent(Agent agent)
    {
        if (!Source.HasListeners())
        {
            return default;
        }

        // A foreground agent shares its caller's task, and is a child of its call; a link is for what has no parent to show.
        var launcher = agent is { IsMain: false, Task: { } task } && ReferenceEquals(task.Body is AgentBody body ? body.Agent : null, agent)
            ? task.Launcher : default;
        var span = Start($"invoke_agent {agent.Type}", ActivityKind.Internal, agent.Session.Time, launcher);
        span.Set(GenAI.OperationName, GenAI.InvokeAgent);
        SetAgent(span, agent);
        return span;
    }

    /// <summary>Starts the span of a turn: requests and calls until the model calls nothing.</summary>
    public static KernelSpan StartTurn(Agent agent)
    {
        if (!Source.HasListeners())
        {
            return default;
        }

        var span = Start("turn", ActivityKind.Internal, agent.Session.Time);
        SetAgent(span, agent);
        return span;
    }

    /// <summary>Starts the span of a request to a model.</summary>
    public static KernelSpan StartModelCall(Agent agent, ModelReference model)
    {
        if (!Source.HasListeners())
        {
            return default;
        }

        var span = Start($"chat {model.Id}", ActivityKind.Client, agent.Session.Time);
        span.Set(GenAI.OperationName, GenAI.Chat);
        span.Set(GenAI.ProviderName, GenAI.NameOfProvider(model));
        span.Set(GenAI.RequestModel, model.Id);
        SetAgent(span, agent);
        return span;
    }

    /// <summary>Records how a request to a model ended, in its span and in the metrics.</summary>
    /// <param name="span">Its span.</param>
    /// <param name="model">The model.</param>
    /// <param name="latency">From the request to the end of the answer.</param>
    /// <param name="usage">What it took, if the provider said.</param>
    /// <param name="errorType">Why it failed; <c>null</c> if it did not.</param>
    public static void EndModelCall(KernelSpan span, ModelReference model, TimeSpan latency, UsageDetails? usage, string? errorType)
    {
        span.SetUsage(usage);
        span.SetError(errorType);
        if (KernelMeters.CountsModels)
        {
            KernelMeters.ModelAsked(model.Id, GenAI.NameOfProvider(model), latency, usage, errorType);
        }
    }

    /// <summary>Starts the span of a tool call.</summary>
    public static KernelSpan StartTool(Agent agent, string name, string callId)
    {
        if (!Source.HasListeners())
        {
            return default;
        }

        var tool = GenAI.NameOfTool(agent, name);
        var span = Start($"execute_tool {tool}", ActivityKind.Internal, agent.Session.Time);
        span.Set(GenAI.OperationName, GenAI.ExecuteTool);
        span.Set(GenAI.ToolName, tool);
        span.Set(GenAI.ToolCallId, callId);
        SetAgent(span, agent);
        return span;
    }

    /// <summary>
    /// Starts the span of a background task that begins to run: a trace of its own, with a link to the call that started it.
    /// </summary>
    public static KernelSpan StartTask(TaskEntry entry, TimeProvider time)
    {
        if (!Source.HasListeners())
        {
            return default;
        }

        var task = entry.Snapshot;
        var span = Start($"task {GenAI.NameOfKind(task.Kind)}", ActivityKind.Internal, time, entry.Launcher);
        span.Set(GenAI.TaskId, task.Id);
        span.Set(GenAI.TaskKind, GenAI.NameOfKind(task.Kind));
        span.Set(GenAI.ConversationId, entry.Session.Id.Value);
        return span;
    }

    /// <summary>Records how a tool call ended, in its span and in the metrics.</summary>
    /// <param name="span">Its span.</param>
    /// <param name="agent">The agent that called.</param>
    /// <param name="name">The tool's name as the model called it.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="duration">How long it ran.</param>
    public static void EndTool(KernelSpan span, Agent agent, string name, CallOutcome outcome, TimeSpan duration)
    {
        var errorType = outcome.Status switch
        {
            ToolCallStatus.Success => null,
            ToolCallStatus.Cancelled => GenAI.Cancelled,
            _ => outcome.ErrorType ?? GenAI.Other,
        };
        span.SetError(errorType);
        if (KernelMeters.CountsTools)
        {
            KernelMeters.ToolCalled(GenAI.NameOfTool(agent, name), duration, errorType);
        }
    }

    private static void SetAgent(KernelSpan span, Agent agent)
    {
        span.Set(GenAI.AgentName, agent.Type);
        span.Set(GenAI.AgentId, agent.Id.Value);
        span.Set(GenAI.ConversationId, agent.Session.Id.Value);
    }

    private static KernelSpan Start(string name, ActivityKind kind, TimeProvider time, ActivityContext link = default)
    {
        ActivityLink[]? links = link == default ? null : [new ActivityLink(link)];
        return new KernelSpan(Source.StartActivity(kind, links: links, startTime: time.GetUtcNow(), name: name), time);
    }
}

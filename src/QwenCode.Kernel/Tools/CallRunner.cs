using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Telemetry;
using QwenCode.Models;
using QwenCode.Platform.Tasks;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>
/// Runs one call: hooks, the agent's invoker, and in its middle the tool. Nothing a call does ends the turn.
/// </summary>
internal sealed class CallRunner(KernelOptions options)
{
    private const string CancelledByUser = "User cancelled tool execution.";

    /// <summary>Runs a prepared call and returns what the model gets. Does not throw.</summary>
    public async Task<CallOutcome> ExecuteAsync(Agent agent, PendingCall call, CancellationToken cancellationToken)
    {
        var outcome = call.Outcome ?? await ExecuteCoreAsync(agent, call, cancellationToken).ConfigureAwait(false);
        await WatchedCalls.EndAsync(call, CancellationToken.None).ConfigureAwait(false);
        CallAdmission.Abandon(call.Invocation);
        return outcome;
    }

    /// <summary>
    /// Runs a call that code inside another call makes: under the same checks, permission and hooks, outside the conversation.
    /// </summary>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask<ToolResult> CallNestedAsync(
        Agent agent, string name, ToolArguments arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = string.Create(CultureInfo.InvariantCulture, $"nested_{Guid.NewGuid():N}");
        var content = new FunctionCallContent(
            id, name) { RawRepresentation = new ToolCallArguments(arguments.Json.GetRawText(), arguments.Json, false) };
        var call = await CallAdmission.PrepareAsync(agent, content, reading: null, new CallPlace(0, 0, 1), isTruncated: false,
            isOutOfTime: false, cancellationToken).ConfigureAwait(false);
        var started = agent.Session.Time.GetTimestamp();
        using var span = KernelSpans.StartTool(agent, name, id);
        var outcome = call.Outcome ?? await ToolHooks.BeforeAsync(agent, call.Request!, cancellationToken).ConfigureAwait(false);
        if (outcome is null)
        {
            outcome = await RunToolAsync(agent, call, body: null, cancellationToken).ConfigureAwait(false);
            outcome = await ToolHooks.AfterAsync(agent, call.Request!, outcome, cancellationToken).ConfigureAwait(false);
            await WatchedCalls.EndAsync(call, CancellationToken.None).ConfigureAwait(false);
        }

        KernelSpans.EndTool(span, agent, name, outcome, agent.Session.Time.GetElapsedTime(started));
        CallAdmission.Abandon(call.Invocation);
        cancellationToken.ThrowIfCancellationRequested();
        return outcome.ToResult();
    }

    /// <summary>Runs a tool and turns everything that can come of it into an outcome.</summary>
    public async ValueTask<CallOutcome> RunToolAsync(
        Agent agent, PendingCall call, Func<CancellationToken, ValueTask<ToolResult>>? body, CancellationToken cancellationToken)
    {
        try
        {
            await WatchedCalls.BeginAsync(agent, call, cancellationToken).ConfigureAwait(false);
            var work = body is null ? call.Invocation!.ExecuteAsync(cancellationToken) : body(cancellationToken);
            var outcome = CallOutcome.Of(await AwaitAsync(work, agent.Session.Time, cancellationToken).ConfigureAwait(false));
            return cancellationToken.IsCancellationRequested && outcome.Status is not ToolCallStatus.Success
                ? CallOutcome.Cancelled(CancelledByUser) : outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CallOutcome.Cancelled(CancelledByUser);
        }
        catch (ToolArgumentException exception)
        {
            return CallOutcome.Failed(exception.ErrorType, exception.Message);
        }
        catch (Exception exception)
        {
            // Nothing a tool throws ends the host, or the turn.
            return CallOutcome.Failed(ToolError.UnhandledException, exception.Message);
        }
    }

    private async Task<CallOutcome> ExecuteCoreAsync(Agent agent, PendingCall call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return CallOutcome.Cancelled(CancelledByUser);
        }

        if (await ToolHooks.BeforeAsync(agent, call.Request!, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        agent.Raise(new ToolCallStarted(agent.Id, call.Info));
        var outcome = await InvokeAsync(agent, call, cancellationToken).ConfigureAwait(false);
        return await ToolHooks.AfterAsync(agent, call.Request!, outcome, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CallOutcome> InvokeAsync(Agent agent, PendingCall pending, CancellationToken cancellationToken)
    {
        var call = new AdmittedCall(this, agent, pending);
        try
        {
            var reply = await agent.Invoker.InvokeAsync(call, cancellationToken).ConfigureAwait(false);
            pending.EndsRun = reply.Result is { EndsRun: true, Error: null };
            pending.EndsTurn = reply.EndsTurn || pending.EndsRun;
            return call.OutcomeOf(reply.Result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CallOutcome.Cancelled(CancelledByUser);
        }
        catch (Exception exception)
        {
            // Code that the host put around its tools: a filter that throws is a failed call, not a failed turn.
            return CallOutcome.Failed(ToolError.UnhandledException, exception.Message);
        }
    }

    // A tool that ignores its token is left behind after the grace period: the turn must end when it is cancelled.
    private async ValueTask<ToolResult> AwaitAsync(ValueTask<ToolResult> work, TimeProvider time, CancellationToken cancellationToken)
    {
        if (work.IsCompleted)
        {
            return await work.ConfigureAwait(false);
        }

        var running = work.AsTask();
        return await GracePeriod.EndsAsync(running, options.StopGracePeriod, time, cancellationToken).ConfigureAwait(false)
            ? await running.ConfigureAwait(false) : throw new OperationCanceledException(cancellationToken);
    }
}

using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tasks;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tools;

/// <summary>
/// Runs the calls of one answer: neighbours that may run side by side do, all others run alone, in order. Every call gets
/// exactly one result whatever happens to it, and results are told in the order of the calls.
/// </summary>
internal sealed class ToolScheduler(KernelOptions options)
{
    private const string OutOfTime = "The agent's time was up before this call could run.";

    public async Task<List<AIContent>> RunAsync(
        Agent agent, IReadOnlyList<FunctionCallContent> calls, bool isTruncated, bool isOutOfTime, CancellationToken cancellationToken)
    {
        var results = new List<AIContent>(calls.Count);
        var group = new List<PendingCall>();
        for (var i = 0; i < calls.Count; i++)
        {
            var call = await PrepareAsync(agent, calls[i], isTruncated, isOutOfTime, cancellationToken).ConfigureAwait(false);
            group.Add(call);
            if (call.IsParallel && i + 1 < calls.Count && IsParallel(agent, calls[i + 1]))
            {
                continue;
            }

            await RunGroupAsync(agent, group, results, cancellationToken).ConfigureAwait(false);
            group.Clear();
        }

        return results;
    }

    private async Task RunGroupAsync(Agent agent, List<PendingCall> group, List<AIContent> results, CancellationToken cancellationToken)
    {
        if (group.Count == 1)
        {
            Tell(agent, group[0], await ExecuteAsync(agent, group[0], cancellationToken).ConfigureAwait(false), results);
            return;
        }

        using var width = new SemaphoreSlim(Math.Max(1, options.MaxToolConcurrency));
        var running = group.ConvertAll(async call =>
        {
            // Not cancellable: a call that was cancelled while it waits still has to say so.
            await width.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                return await ExecuteAsync(agent, call, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                width.Release();
            }
        });
        for (var i = 0; i < running.Count; i++)
        {
            Tell(agent, group[i], await running[i].ConfigureAwait(false), results);
        }
    }

    private static void Tell(Agent agent, PendingCall call, (CallOutcome Outcome, TimeSpan Duration) ended, List<AIContent> results)
    {
        var outcome = ended.Outcome with { AcceptedByPerson = ended.Outcome.AcceptedByPerson ?? call.AcceptedByPerson };
        var completed = new ToolCallCompleted(agent.Id, call.Info, outcome.Status, outcome.Result, outcome.ModelText, ended.Duration) { ErrorType = outcome.ErrorType };
        results.Add(outcome.ToContent(call.Info.Id));
        agent.CountToolUse();
        agent.Touch();
        agent.Session.Statistics.Called(completed, outcome.AcceptedByPerson);
        var status = outcome.Status switch { ToolCallStatus.Success => "success", ToolCallStatus.Cancelled => "cancelled", _ => "error" };
        agent.Transcript.Append(new ToolResultEntry(call.Info.Id, call.Info.Name, status, outcome.ModelText, outcome.Result, ended.Duration));
        agent.Raise(completed);
        if (outcome.Result?.ModelOverride is { } model)
        {
            agent.Session.OverrideModel(agent, model);
        }
    }

    private static bool IsParallel(Agent agent, FunctionCallContent call)
    {
        var tool = agent.OfferedTools().Find(call.Name);
        return tool is KernelTool kernel
            ? kernel.IsParallel(new ToolArguments(Arguments(call) ?? default))
            : tool?.Declaration.Traits.HasFlag(ToolTraits.Parallel) is true;
    }

    private static JsonElement? Arguments(FunctionCallContent call)
    {
        try
        {
            return ToolCallArguments.Of(call).Value;
        }
        catch (ToolArgumentException)
        {
            return null;
        }
    }

    private static async ValueTask<PendingCall> PrepareAsync(Agent agent, FunctionCallContent call, bool isTruncated, bool isOutOfTime, CancellationToken cancellationToken)
    {
        var pending = new PendingCall(call) { IsParallel = IsParallel(agent, call) };
        try
        {
            pending.Outcome = cancellationToken.IsCancellationRequested
                ? CallOutcome.Cancelled("Tool call cancelled by user.")
                : isOutOfTime ? CallOutcome.Cancelled(OutOfTime) : null;
            if (pending.Outcome is not null)
            {
                return pending;
            }

            pending.Outcome = CallChecks.Check(agent, call, isTruncated, out var request);
            if (request is not null)
            {
                await AdmitAsync(agent, pending, request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ToolArgumentException exception)
        {
            pending.Outcome = CallOutcome.Failed(exception.ErrorType, CallChecks.Explain(exception.Message, isTruncated));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            pending.Outcome = CallOutcome.Cancelled("Tool call cancelled by user.");
        }
        catch (Exception exception)
        {
            // A tool that throws while it looks at its arguments is a broken tool, not a broken turn.
            pending.Outcome = CallOutcome.Failed(ToolError.UnhandledException, exception.Message);
        }

        return pending;
    }

    private static async ValueTask AdmitAsync(Agent agent, PendingCall pending, CallRequest request, CancellationToken cancellationToken)
    {
        pending.Request = request;
        var invocation = Prepare(agent, request, answers: null);
        pending.Info = request.Describe(invocation);
        pending.Invocation = invocation;
        var decision = await CallGate.DecideAsync(agent, request, invocation, cancellationToken).ConfigureAwait(false);
        pending.Outcome = decision.Refusal;
        pending.AcceptedByPerson = decision.AcceptedByPerson;
        if (decision.Refusal is null && (decision.UpdatedInput is not null || decision.Answers is not null))
        {
            // What somebody changed is checked like what the model sent, and rules that forbid still forbid.
            var changed = request with { Arguments = decision.UpdatedInput is { } input ? CallChecks.Validate(request.Tool, input) : request.Arguments };
            invocation.Abandon();
            pending.Invocation = invocation = Prepare(agent, changed, decision.Answers);
            pending.Request = changed;
            pending.Info = changed.Describe(invocation);
            if (agent.Session.Options.Policy?.Judge(changed.Tool.Declaration, changed.Arguments, invocation.Consent) is { Decision: PermissionDecision.Deny })
            {
                pending.Outcome = CallOutcome.Failed(ToolError.ExecutionDenied, $"Tool \"{changed.Tool.Name}\" is denied by permission rules.");
            }
        }
    }

    private static ToolInvocation Prepare(Agent agent, CallRequest request, IReadOnlyDictionary<string, string>? answers)
    {
        var session = agent.Session.Options;
        var context = new ToolContext
        {
            Agent = agent.Id,
            Session = session.Id,
            Workspace = session.Workspace,
            CallId = request.CallId,
            Limits = session.ToolLimits,
            Modalities = agent.Model.Modalities,
            ClientFiles = session.ClientFiles,
            CanAskUser = agent.CanAskUser,
            Answers = answers ?? new Dictionary<string, string>(),
            Setting = session.Setting,
            Time = agent.Session.Time,
            StartBackground = work => BackgroundCommands.Start(agent, work, request.CallId),
            AskModelAsync = (system, user, token) => SideQuestion.AskAsync(agent, system, user, token),
            Report = progress =>
            {
                agent.Touch();
                agent.Raise(new ToolCallProgressed(agent.Id, request.CallId, progress));
            },
        };
        return request.Tool is KernelTool kernel ? kernel.Prepare(request.Arguments, context, agent) : request.Tool.Prepare(request.Arguments, context);
    }

    private async Task<(CallOutcome Outcome, TimeSpan Duration)> ExecuteAsync(Agent agent, PendingCall call, CancellationToken cancellationToken)
    {
        var started = agent.Session.Time.GetTimestamp();
        var outcome = call.Outcome ?? await ExecuteCoreAsync(agent, call.Request!, call.Invocation!, call.Info, cancellationToken).ConfigureAwait(false);
        call.Invocation?.Abandon();
        return (outcome, agent.Session.Time.GetElapsedTime(started));
    }

    private async Task<CallOutcome> ExecuteCoreAsync(Agent agent, CallRequest request, ToolInvocation invocation, ToolCallInfo info, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return CallOutcome.Cancelled("User cancelled tool execution.");
        }

        if (await ToolHooks.BeforeAsync(agent, request, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        agent.Raise(new ToolCallStarted(agent.Id, info));
        CallOutcome outcome;
        try
        {
            outcome = CallOutcome.Of(await AwaitAsync(invocation, agent.Session.Time, cancellationToken).ConfigureAwait(false));
            if (cancellationToken.IsCancellationRequested && outcome.Status is not ToolCallStatus.Success)
            {
                outcome = CallOutcome.Cancelled("User cancelled tool execution.");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = CallOutcome.Cancelled("User cancelled tool execution.");
        }
        catch (ToolArgumentException exception)
        {
            outcome = CallOutcome.Failed(exception.ErrorType, exception.Message);
        }
        catch (Exception exception)
        {
            // Nothing a tool throws ends the host, or the turn.
            outcome = CallOutcome.Failed(ToolError.UnhandledException, exception.Message);
        }

        return await ToolHooks.AfterAsync(agent, request, outcome, cancellationToken).ConfigureAwait(false);
    }

    // A tool that does not listen to its token is left behind after the grace period: the turn must end when it is told to.
    private async ValueTask<ToolResult> AwaitAsync(ToolInvocation invocation, TimeProvider time, CancellationToken cancellationToken)
    {
        var work = invocation.ExecuteAsync(cancellationToken);
        if (work.IsCompleted)
        {
            return await work.ConfigureAwait(false);
        }

        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var grace = options.StopGracePeriod;
        await using var registration = cancellationToken.UnsafeRegister(_ => abandon.CancelAfter(grace), null).ConfigureAwait(false);
        try
        {
            return await work.AsTask().WaitAsync(abandon.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private sealed class PendingCall(FunctionCallContent call)
    {
        public ToolCallInfo Info { get; set; } = new(call.CallId, call.Name, Arguments(call) is { ValueKind: JsonValueKind.Object } json ? json : ToolArguments.None.Json);

        public bool IsParallel { get; init; }

        public CallRequest? Request { get; set; }

        public ToolInvocation? Invocation { get; set; }

        public CallOutcome? Outcome { get; set; }

        public bool? AcceptedByPerson { get; set; }
    }
}

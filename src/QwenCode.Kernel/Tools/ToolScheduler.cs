using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Permissions;
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
        var batch = new Batch(agent, isTruncated, isOutOfTime, cancellationToken);
        var results = new List<AIContent>(calls.Count);
        for (var next = 0; next < calls.Count;)
        {
            var end = next + 1;
            if (IsParallel(agent, calls[next]))
            {
                while (end < calls.Count && IsParallel(agent, calls[end]))
                {
                    end++;
                }
            }

            await RunGroupAsync(batch, calls, next..end, results).ConfigureAwait(false);
            next = end;
        }

        return results;
    }

    /// <summary>Answers calls that will not be run.</summary>
    public static List<AIContent> Refuse(Agent agent, IReadOnlyList<FunctionCallContent> calls, string reason)
    {
        var results = new List<AIContent>(calls.Count);
        foreach (var call in calls)
        {
            Tell(agent, new EndedCall(new PendingCall(call), CallOutcome.Cancelled(reason), TimeSpan.Zero), results);
        }

        return results;
    }

    /// <summary>Runs calls side by side, each from its checks on: one that waits for an answer of a person holds back no other.</summary>
    private async Task RunGroupAsync(Batch batch, IReadOnlyList<FunctionCallContent> calls, Range range, List<AIContent> results)
    {
        var (start, count) = range.GetOffsetAndLength(calls.Count);
        if (count == 1)
        {
            Tell(batch.Agent, await RunOneAsync(batch, calls[start], width: null).ConfigureAwait(false), results);
            return;
        }

        using var width = new SemaphoreSlim(Math.Max(1, options.MaxToolConcurrency));
        var running = new Task<EndedCall>[count];
        for (var i = 0; i < count; i++)
        {
            // Started in order, so questions are put in the order of the calls.
            running[i] = RunOneAsync(batch, calls[start + i], width);
        }

        foreach (var ended in running)
        {
            Tell(batch.Agent, await ended.ConfigureAwait(false), results);
        }
    }

    private async Task<EndedCall> RunOneAsync(Batch batch, FunctionCallContent call, SemaphoreSlim? width)
    {
        var pending = await PrepareAsync(batch, call).ConfigureAwait(false);
        if (width is null)
        {
            return await ExecuteAsync(batch, pending).ConfigureAwait(false);
        }

        // Not cancellable: a call that was cancelled while it waits still has to say so.
        await width.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await ExecuteAsync(batch, pending).ConfigureAwait(false);
        }
        finally
        {
            width.Release();
        }
    }

    private static void Tell(Agent agent, EndedCall ended, List<AIContent> results)
    {
        var call = ended.Call;
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
        return tool switch
        {
            null => false,
            KernelTool kernel => kernel.IsParallel(new ToolArguments(Arguments(call) ?? default)),
            _ => tool.Declaration.Traits.HasFlag(ToolTraits.Parallel) || IsReadOnlyCommand(tool, call),
        };
    }

    private static bool IsReadOnlyCommand(Tool tool, FunctionCallContent call) =>
        tool.Declaration.Kind is ToolKind.Execute
        && Arguments(call) is { ValueKind: JsonValueKind.Object } json
        && CallValues.Command(tool.Declaration, new ToolArguments(json)) is { } command
        && ShellCommands.IsReadOnly(command);

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

    private static async ValueTask<PendingCall> PrepareAsync(Batch batch, FunctionCallContent call)
    {
        var (agent, isTruncated, isOutOfTime, cancellationToken) = batch;
        var pending = new PendingCall(call);
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

    private async Task<EndedCall> ExecuteAsync(Batch batch, PendingCall call)
    {
        var (agent, _, _, cancellationToken) = batch;
        var started = agent.Session.Time.GetTimestamp();
        var outcome = call.Outcome ?? await ExecuteCoreAsync(agent, call.Request!, call.Invocation!, call.Info, cancellationToken).ConfigureAwait(false);
        try
        {
            call.Invocation?.Abandon();
        }
        catch (Exception)
        {
            // A tool that cannot even give back what it took; the call has its result all the same.
        }

        return new EndedCall(call, outcome, agent.Session.Time.GetElapsedTime(started));
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

    /// <summary>What the calls of one answer have in common.</summary>
    private sealed record Batch(Agent Agent, bool IsTruncated, bool IsOutOfTime, CancellationToken CancellationToken);

    private sealed record EndedCall(PendingCall Call, CallOutcome Outcome, TimeSpan Duration);

    private sealed class PendingCall(FunctionCallContent call)
    {
        public ToolCallInfo Info { get; set; } = new(call.CallId, call.Name, Arguments(call) is { ValueKind: JsonValueKind.Object } json ? json : ToolArguments.None.Json);

        public CallRequest? Request { get; set; }

        public ToolInvocation? Invocation { get; set; }

        public CallOutcome? Outcome { get; set; }

        public bool? AcceptedByPerson { get; set; }
    }
}

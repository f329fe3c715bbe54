using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tasks;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>Takes a call from the model's words to something that may run: checks, preparation, permission.</summary>
internal static class CallAdmission
{
    private const string OutOfTime = "The agent's time was up before this call could run.";

    /// <summary>Checks a call and asks for permission. Does not throw.</summary>
    public static async ValueTask<PendingCall> PrepareAsync(
        Agent agent, FunctionCallContent call, CallReading? reading, CallPlace place, bool isTruncated, bool isOutOfTime,
            CancellationToken cancellationToken)
    {
        var pending = new PendingCall(call, place);
        try
        {
            pending.Outcome = cancellationToken.IsCancellationRequested
                ? CallOutcome.Cancelled("Tool call cancelled by user.")
                : isOutOfTime ? CallOutcome.Cancelled(OutOfTime) : null;
            if (pending.Outcome is not null)
            {
                return pending;
            }

            // No argument came of a call that the end of the answer cut off.
            var isCut = isTruncated && place.Index == place.Count - 1 && PendingCall.IsBlank(call);
            pending.Outcome = CallChecks.Check(agent, call, reading, isTruncated, isCut, out var request);
            if (request is not null)
            {
                pending.Outcome = await AdmitAsync(agent, pending, request, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Prepares a call and asks for permission.</summary>
    /// <returns>What the model gets instead of a result; <c>null</c> if the call may run.</returns>
    /// <exception cref="ToolArgumentException">The arguments cannot be used.</exception>
    public static async ValueTask<CallOutcome?> AdmitAsync(Agent agent, PendingCall pending, CallRequest request,
        CancellationToken cancellationToken)
    {
        var invocation = Prepare(agent, pending, request, answers: null);
        var decision = await CallGate.DecideAsync(agent, request, invocation, cancellationToken).ConfigureAwait(false);
        pending.AcceptedByUser = decision.AcceptedByUser;
        if (decision.Refusal is not null || (decision.UpdatedInput is null && decision.Answers is null))
        {
            return decision.Refusal;
        }

        // What the user or a hook changed is checked like what the model sent, and rules that forbid still forbid.
        var changed = decision.UpdatedInput is { } input ? request.WithArguments(agent, CallChecks.Validate(request.Tool, input)) : request;
        invocation = Prepare(agent, pending, changed, decision.Answers);
        return RefuseForbidden(changed, invocation);
    }

    /// <summary>Prepares a call that has run once, for another run with the same arguments.</summary>
    /// <returns>What the model gets instead of a result; <c>null</c> if the call may run.</returns>
    /// <exception cref="ToolArgumentException">The arguments cannot be used any more.</exception>
    public static CallOutcome? AdmitAgain(Agent agent, PendingCall pending) =>
        RefuseForbidden(pending.Request!, Prepare(agent, pending, pending.Request!, answers: null));

    private static CallOutcome? RefuseForbidden(CallRequest request, ToolInvocation invocation) =>
        request.Reading.Judge(invocation.Consent) is { Decision: PermissionDecision.Deny }
            ? CallOutcome.Failed(ToolError.ExecutionDenied, $"Tool \"{request.Tool.Name}\" is denied by permission rules.")
            : null;

    private static ToolInvocation Prepare(Agent agent, PendingCall pending, CallRequest request, IReadOnlyDictionary<string,
        string>? answers)
    {
        Abandon(pending.Invocation);
        pending.Invocation = null;
        pending.Request = request;
        var context = ContextFor(agent, request, answers);
        var invocation = request.Tool is KernelTool kernel ? kernel.Prepare(request.Arguments, context, agent)
            : request.Tool.Prepare(request.Arguments, context);
        pending.Invocation = invocation;
        pending.Info = request.Describe(invocation);
        return invocation;
    }

    private static ToolContext ContextFor(Agent agent, CallRequest request, IReadOnlyDictionary<string, string>? answers)
    {
        var session = agent.Session.Options;
        return new ToolContext
        {
            Agent = agent.Id,
            Session = session.Id,
            Workspace = session.Workspace,
            CallId = request.CallId,
            Limits = session.ToolLimits,
            Modalities = agent.Takes ?? agent.Model.Modalities,
            MayShow = agent.Policy.ReadableBy(request.Tool.Name),
            ClientFiles = session.ClientFiles,

            // What a background agent does is not shown, so nobody would see its terminals.
            ClientTerminals = agent.IsBackground ? null : session.ClientTerminals,
            CanAskUser = agent.CanAskUser,
            Answers = answers ?? new Dictionary<string, string>(),
            Setting = agent.SettingOf,
            Time = agent.Session.Time,
            Services = agent.Caller,
            StartBackground = work => BackgroundCommands.Start(agent, work, request.CallId),
            AskUserAsync = (confirmation, token) => CallGate.AskMoreAsync(agent, request, confirmation, token),
            AskModelAsync = (system, user, token) => SideQuestion.AskAsync(agent, system, user, token),
            Report = progress =>
            {
                agent.Touch();
                agent.Raise(new ToolCallProgressed(agent.Id, request.CallId, progress));
            },
        };
    }

    /// <summary>Returns what preparing a call has taken. Does not throw.</summary>
    public static void Abandon(ToolInvocation? invocation)
    {
        try
        {
            invocation?.Abandon();
        }
        catch (Exception)
        {
            // A tool that cannot even return what it took; the call has its result all the same.
        }
    }
}

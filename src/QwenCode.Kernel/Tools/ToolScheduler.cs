using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Telemetry;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tools;

/// <summary>
/// Runs the calls of one answer: neighbours that may run side by side do, all others run alone, in order. Every call gets
/// exactly one result whatever happens to it, and results are reported in the order of the calls.
/// </summary>
internal sealed class ToolScheduler(CallRunner runner, KernelOptions options)
{
    /// <summary>Runs the calls of an answer.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="calls">The calls, in the order of the answer.</param>
    /// <param name="request">The number of the model request in its turn, from 0.</param>
    /// <param name="isTruncated">Whether the answer was cut off at its length limit.</param>
    /// <param name="isOutOfTime">Whether the agent's time is up, so that nothing more runs.</param>
    /// <param name="cancellationToken">Cancels what runs and what still waits.</param>
    public async Task<CallResults> RunAsync(
        Agent agent, IReadOnlyList<FunctionCallContent> calls, int request, bool isTruncated, bool isOutOfTime,
            CancellationToken cancellationToken)
    {
        var batch = new Batch(agent, request, new CallReading?[calls.Count], isTruncated, isOutOfTime);
        var results = new List<AIContent>(calls.Count);
        for (var next = 0; next < calls.Count;)
        {
            if (batch.EndText is not null)
            {
                results.AddRange(Refuse(agent, [.. calls.Skip(next)], "Not run: a filter of the host ended the turn before this call."));
                break;
            }

            var end = next + 1;
            if (IsParallel(batch, calls[next], next))
            {
                while (end < calls.Count && IsParallel(batch, calls[end], end))
                {
                    end++;
                }
            }

            await RunGroupAsync(batch, calls, next..end, results, cancellationToken).ConfigureAwait(false);
            next = end;
        }

        return new CallResults(results, batch.EndText, batch.EndsRun);
    }

    /// <summary>Answers calls that will not be run.</summary>
    public static List<AIContent> Refuse(Agent agent, IReadOnlyList<FunctionCallContent> calls, string reason)
    {
        var results = new List<AIContent>(calls.Count);
        foreach (var call in calls)
        {
            Report(agent, new EndedCall(new PendingCall(call, default), CallOutcome.Cancelled(reason), TimeSpan.Zero), results);
        }

        return results;
    }

    /// <summary>Runs calls side by side, each from its checks on: one that waits for an answer of the user holds back no other.</summary>
    private async Task RunGroupAsync(
        Batch batch, IReadOnlyList<FunctionCallContent> calls, Range range, List<AIContent> results, CancellationToken cancellationToken)
    {
        var (start, count) = range.GetOffsetAndLength(calls.Count);
        if (count == 1)
        {
            Report(batch, await RunOneAsync(batch, calls[start], start, width: null, cancellationToken).ConfigureAwait(false), results);
            return;
        }

        using var width = new SemaphoreSlim(Math.Max(1, options.MaxToolConcurrency));
        var running = new Task<EndedCall>[count];
        for (var i = 0; i < count; i++)
        {
            // Started in order, so questions are put in the order of the calls.
            running[i] = RunOneAsync(batch, calls[start + i], start + i, width, cancellationToken);
        }

        foreach (var ended in running)
        {
            Report(batch, await ended.ConfigureAwait(false), results);
        }
    }

    private async Task<EndedCall> RunOneAsync(Batch batch, FunctionCallContent call, int index, SemaphoreSlim? width,
        CancellationToken cancellationToken)
    {
        var pending = await CallAdmission.PrepareAsync(
            batch.Agent, call, batch.Readings[index], new CallPlace(batch.Request, index, batch.Readings.Length), batch.IsTruncated,
                batch.IsOutOfTime, cancellationToken)
            .ConfigureAwait(false);
        if (width is null)
        {
            return await RunAsync(batch, pending, cancellationToken).ConfigureAwait(false);
        }

        // Not cancellable: a call that was cancelled while it waits still has to say so.
        await width.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await RunAsync(batch, pending, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            width.Release();
        }
    }

    private static void Report(Batch batch, EndedCall ended, List<AIContent> results)
    {
        Report(batch.Agent, ended, results);
        if (ended.Call.EndsTurn)
        {
            batch.EndText ??= ended.Outcome.ModelText;
            batch.EndsRun |= ended.Call.EndsRun;
        }
    }

    private static void Report(Agent agent, EndedCall ended, List<AIContent> results)
    {
        var call = ended.Call;
        var outcome = ended.Outcome with { AcceptedByUser = ended.Outcome.AcceptedByUser ?? call.AcceptedByUser };
        var completed = new ToolCallCompleted(agent.Id, call.Info, outcome.Status, outcome.Result, outcome.ModelText,
            ended.Duration) { ErrorType = outcome.ErrorType };
        results.Add(outcome.ToContent(call.Info.Id));
        agent.CountToolUse();
        agent.Touch();
        agent.Session.Statistics.Called(completed, outcome.AcceptedByUser);
        var status = outcome.Status switch { ToolCallStatus.Success => "success", ToolCallStatus.Cancelled => "cancelled", _ => "error" };
        agent.Transcript.Append(new ToolResultEntry(call.Info.Id, call.Info.Name, status, outcome.ModelText, outcome.Result,
            ended.Duration));
        agent.Raise(completed);
        if (outcome.Result?.ModelOverride is { } model)
        {
            agent.Session.OverrideModel(agent, model);
        }
    }

    private static bool IsParallel(Batch batch, FunctionCallContent call, int index)
    {
        var tool = batch.Agent.OfferedTools().Find(call.Name);
        return tool switch
        {
            null => false,
            KernelTool kernel => kernel.IsParallel(new ToolArguments(PendingCall.ArgumentsOf(call) ?? default)),
            _ => tool.Declaration.Traits.HasFlag(ToolTraits.Parallel) || IsReadOnlyCommand(batch, tool, call, index),
        };
    }

    private static bool IsReadOnlyCommand(Batch batch, Tool tool, FunctionCallContent call, int index)
    {
        if (tool.Declaration.Kind is not ToolKind.Execute || PendingCall.ArgumentsOf(call) is not { ValueKind: JsonValueKind.Object } json)
        {
            return false;
        }

        // Kept for the call: asking for permission goes on with what was parsed here.
        var reading = batch.Readings[index] ??= batch.Agent.Policy.Read(tool.Declaration, new ToolArguments(json));
        return reading.IsReadOnlyCommand;
    }

    private async Task<EndedCall> RunAsync(Batch batch, PendingCall call, CancellationToken cancellationToken)
    {
        var agent = batch.Agent;
        var started = agent.Session.Time.GetTimestamp();
        using var span = KernelSpans.StartTool(agent, call.Call.Name, call.Call.CallId);
        var outcome = await runner.ExecuteAsync(agent, call, cancellationToken).ConfigureAwait(false);
        var duration = agent.Session.Time.GetElapsedTime(started);
        KernelSpans.EndTool(span, agent, call.Call.Name, outcome, duration);
        return new EndedCall(call, outcome, duration);
    }

    /// <summary>What the calls of one answer have in common, and what the policy has read of each so far.</summary>
    private sealed record Batch(Agent Agent, int Request, CallReading?[] Readings, bool IsTruncated, bool IsOutOfTime)
    {
        /// <summary>Gets or sets the text of the call that ended the turn; <c>null</c> if none did.</summary>
        public string? EndText { get; set; }

        public bool EndsRun { get; set; }
    }

    private sealed record EndedCall(PendingCall Call, CallOutcome Outcome, TimeSpan Duration);
}

/// <summary>What came of the calls of an answer.</summary>
/// <param name="Contents">One result for each call, in order.</param>
/// <param name="EndText">The final text of a turn that a call ended; <c>null</c> if the turn goes on.</param>
/// <param name="EndsRun">Whether the agent's run ends with it.</param>
internal readonly record struct CallResults(List<AIContent> Contents, string? EndText, bool EndsRun);

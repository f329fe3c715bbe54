using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Sessions;

/// <summary>Adds up what a session uses, over all its agents.</summary>
internal sealed class SessionStatistics
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ModelUsage> _models = [];
    private readonly Dictionary<string, ToolUsage> _tools = [];
    private readonly List<DeniedCall> _denials = [];
    private UsageDetails _tokens = new();
    private int _linesAdded;
    private int _linesRemoved;

    /// <summary>Counts an answer of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="usage">What it took; <c>null</c> if the provider did not say.</param>
    /// <param name="latency">From the request to the end of the answer.</param>
    /// <param name="failed">Whether the request failed; one that was cancelled did not.</param>
    public void Answered(ModelReference model, UsageDetails? usage, TimeSpan latency, bool failed)
    {
        lock (_gate)
        {
            var before = _models.GetValueOrDefault(model.Id)
                ?? new ModelUsage(0, 0, TimeSpan.Zero, new UsageDetails()) { Cost = model.Price is null ? null : 0 };
            _models[model.Id] =
                new(before.Requests + 1, before.Errors + (failed ? 1 : 0), before.Latency + latency, Sum(before.Tokens, usage))
                {
                    Cost = usage is null ? before.Cost : before.Cost + model.Price?.Of(usage),
                };
            _tokens = Sum(_tokens, usage);
        }
    }

    /// <summary>Counts a call that ended.</summary>
    /// <param name="call">The call.</param>
    /// <param name="acceptedByPerson">What the user decided; <c>null</c> if the user was not asked.</param>
    public void Called(ToolCallCompleted call, bool? acceptedByPerson)
    {
        lock (_gate)
        {
            var before = _tools.GetValueOrDefault(call.Call.Name) ?? new ToolUsage(0, 0, TimeSpan.Zero, 0, 0, 0);
            _tools[call.Call.Name] = new(
                before.Calls + 1,
                before.Failures + (call.Status is ToolCallStatus.Success ? 0 : 1),
                before.Duration + call.Duration,
                before.Accepted + (acceptedByPerson is true ? 1 : 0),
                before.Rejected + (acceptedByPerson is false ? 1 : 0),
                before.AutoAccepted + (acceptedByPerson is null && !call.IsDenial ? 1 : 0));
            if (call.IsDenial)
            {
                _denials.Add(new DeniedCall(call.Call.Name, call.Call.Id, call.Call.Input));
            }

            if (call.Result is { Error: null, Display: FileDiffDisplay diff })
            {
                _linesAdded += diff.LinesAdded;
                _linesRemoved += diff.LinesRemoved;
            }
        }
    }

    /// <summary>Returns the counts as they stand, and the calls that were denied.</summary>
    public (SessionUsage Usage, IReadOnlyList<DeniedCall> Denials) Snapshot()
    {
        lock (_gate)
        {
            var usage = new SessionUsage
            {
                Tokens = _tokens,
                Models = new Dictionary<string, ModelUsage>(_models),
                Tools = new Dictionary<string, ToolUsage>(_tools),
                LinesAdded = _linesAdded,
                LinesRemoved = _linesRemoved,
            };
            return (usage, [.. _denials]);
        }
    }

    private static UsageDetails Sum(UsageDetails left, UsageDetails? right)
    {
        if (right is null)
        {
            return left;
        }

        var sum = new UsageDetails();
        sum.Add(left);
        sum.Add(right);
        return sum;
    }
}

using QwenCode.Kernel.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Benchmarks.Agents;

/// <summary>Work that ends only when it is stopped.</summary>
internal sealed class NeverBody : ITaskBody
{
    public TaskStats Stats => TaskStats.Zero;

    public TaskOwner? Children => null;

    public async Task<TaskResult> RunAsync(TaskEntry task, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        return new TaskResult(TaskEndReason.Goal, null, null, TaskStats.Zero);
    }

    public bool TrySend(string message) => false;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

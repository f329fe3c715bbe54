using QwenCode.Agents;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>Notes what is written to the journal, in order.</summary>
internal sealed class TestJournal(params IReadOnlyList<JournaledTask> left) : ITaskJournal
{
    private readonly List<string> _lines = [];

    public bool IsBroken { get; set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IReadOnlyList<JournaledTask> Recover() => left;

    public void Started(TaskSnapshot task) => Write($"started {task.Id}");

    public void Ended(TaskSnapshot task)
    {
        if (IsBroken)
        {
            throw new IOException("disk full");
        }

        Write($"ended {task.Id} {task.State}");
    }

    public void Delivered(string taskId, AgentId? consumer) => Write($"delivered {taskId}{(consumer == AgentId.Main ? string.Empty : $" to {consumer?.Value ?? "none"}")}");

    public void Answered(string taskId) => Write($"answered {taskId}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}

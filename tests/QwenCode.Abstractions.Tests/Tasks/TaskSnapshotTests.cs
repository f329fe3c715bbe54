using QwenCode.Agents;
using QwenCode.Tasks;

namespace QwenCode.Tests.Tasks;

public sealed class TaskSnapshotTests
{
    [Theory]
    [InlineData(TaskState.Queued, false)]
    [InlineData(TaskState.Running, false)]
    [InlineData(TaskState.Completed, true)]
    [InlineData(TaskState.Failed, true)]
    [InlineData(TaskState.Cancelled, true)]
    public void The_last_three_states_are_final(TaskState state, bool expected) => new TaskSnapshot
    {
        Id = "t", Kind = TaskKind.Shell, Owner = AgentId.Main, Description = "d", Type = "shell", State = state,
    }.HasEnded.ShouldBe(expected);

    [Fact]
    public void Every_state_is_judged() => Enum.GetValues<TaskState>().Length.ShouldBe(5, "a new state is final or not: say so above");
}

using QwenCode.Agents;
using QwenCode.Tasks;

namespace QwenCode.Tests.Tasks;

public sealed class JournaledTaskTests
{
    [Fact]
    public void What_a_journal_of_another_host_does_not_say_awaits_no_answer() =>
        new JournaledTask(new TaskSnapshot { Id = "a", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "d", Type = "t", State = TaskState.Running }, true)
            .AwaitsAnswer.ShouldBeFalse();
}

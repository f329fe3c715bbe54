using QwenCode.Agents;

namespace QwenCode.Tests.Agents;

public sealed class AgentBudgetTests
{
    [Fact]
    public void The_tighter_bound_of_each_kind_counts_on_either_side()
    {
        var one = new AgentBudget(MaxTurns: 10, MaxDuration: TimeSpan.FromMinutes(1), MaxTokens: 5);
        var other = new AgentBudget(MaxTurns: 3, MaxDuration: TimeSpan.FromMinutes(2), MaxToolCalls: 7);
        var expected = new AgentBudget(3, TimeSpan.FromMinutes(1), 5, 7);

        one.Tighten(other).ShouldBe(expected);
        other.Tighten(one).ShouldBe(expected);
    }

    [Fact]
    public void No_bound_tightens_nothing()
    {
        var budget = new AgentBudget(1, TimeSpan.Zero, 2, 3);

        budget.Tighten(AgentBudget.None).ShouldBe(budget);
        AgentBudget.None.Tighten(budget).ShouldBe(budget);
        AgentBudget.None.Tighten(AgentBudget.None).ShouldBe(AgentBudget.None);
    }

    [Fact]
    public void A_bound_of_zero_is_tighter_than_none() => AgentBudget.None.Tighten(new AgentBudget(MaxTurns: 0)).MaxTurns.ShouldBe(0);
}

using QwenCode.Platform.Processes;

namespace QwenCode.Platform.Tests.Processes;

/// <summary>Who belongs to a program, and who only has a number that once did.</summary>
public class ProcessTreeTests
{
    private const int Root = 100;
    private const int Kill = 9;

    private readonly FakeProcessTable _table = new();
    private readonly ProcessTree _tree;

    public ProcessTreeTests()
    {
        _tree = new ProcessTree(Root, "the mark", _table);
        _table.Add(1, 0, 1, startedAt: 1);
        _table.Add(Root, 1, Root, startedAt: 10);
    }

    [Fact]
    public void The_group_is_signalled_at_once_and_the_others_one_by_one()
    {
        _table.Add(101, Root, Root, startedAt: 11);
        _table.Add(102, 101, 102, startedAt: 12);
        _table.Add(103, 1, 103, startedAt: 13);
        _table.Environments[103] = "A=b\0QWEN_CODE_PROCESS=outer/the mark\0";
        _table.Add(104, 103, 104, startedAt: 14);
        _table.Add(200, 1, 200, startedAt: 15);

        _tree.Signal(Kill).ShouldBeTrue();

        _table.Signals.ShouldBe([(-Root, Kill), (102, Kill), (103, Kill), (104, Kill)], ignoreOrder: true);
    }

    [Fact]
    public void A_number_that_was_given_away_between_the_look_and_the_signal_is_not_signalled()
    {
        _table.Add(102, Root, 102, startedAt: 12);
        _table.AfterList = () => _table.Add(102, 1, 102, startedAt: 99);

        _tree.Signal(Kill);

        _table.Signals.ShouldBe([(-Root, Kill)]);
    }

    [Fact]
    public void A_known_number_that_was_given_away_is_another_process()
    {
        _table.Add(102, Root, 102, startedAt: 12);
        _tree.Remember();
        _table.Add(102, 1, 102, startedAt: 99);

        _tree.Signal(Kill);

        _table.Signals.ShouldBe([(-Root, Kill)]);
    }

    [Fact]
    public void A_process_whose_parents_died_is_still_known()
    {
        _table.Add(102, Root, 102, startedAt: 12);
        _tree.Remember();
        _table.Remove(Root);
        _tree.ReleaseRoot();
        _table.Add(102, 1, 102, startedAt: 12);

        _tree.IsAlive().ShouldBeTrue();
        _tree.Signal(Kill).ShouldBeTrue();

        _table.Signals.ShouldBe([(102, Kill)]);
    }

    [Fact]
    public void Once_the_root_was_waited_for_its_number_and_group_are_another_programs()
    {
        _tree.Remember();
        _tree.ReleaseRoot();
        _table.Add(Root, 1, Root, startedAt: 50);
        _table.Add(150, Root, Root, startedAt: 51);

        _tree.Signal(Kill).ShouldBeFalse();

        _table.Signals.ShouldBeEmpty();
        _tree.IsAlive().ShouldBeFalse();
        _tree.Survivors().ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_list_the_group_is_signalled_while_the_root_is_ours()
    {
        var table = new FakeProcessTable { CanList = false };
        var tree = new ProcessTree(Root, "the mark", table);

        tree.Signal(Kill).ShouldBeTrue();
        tree.ReleaseRoot();
        tree.Signal(Kill).ShouldBeFalse();

        table.Signals.ShouldBe([(-Root, Kill)]);
    }
}

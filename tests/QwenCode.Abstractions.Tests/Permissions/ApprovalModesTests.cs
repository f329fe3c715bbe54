using QwenCode.Permissions;

namespace QwenCode.Tests.Permissions;

public sealed class ApprovalModesTests
{
    public static TheoryData<ApprovalMode> Modes => [.. Enum.GetValues<ApprovalMode>()];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Every_mode_has_a_word_that_names_it(ApprovalMode mode)
    {
        ApprovalModes.TryParse(mode.ToWire(), out var parsed).ShouldBeTrue();

        parsed.ShouldBe(mode);
        ApprovalModes.TryParseLenient(mode.ToWire().ToUpperInvariant(), out parsed).ShouldBeTrue();
        parsed.ShouldBe(mode);
    }

    [Theory]
    [InlineData("auto-edit", true, true)]
    [InlineData("auto_edit", false, true)]
    [InlineData("autoEdit", false, true)]
    [InlineData(" YOLO ", false, true)]
    [InlineData("yolo ", false, true)]
    [InlineData("Plan", false, true)]
    [InlineData("auto", false, false)]
    [InlineData("", false, false)]
    [InlineData(null, false, false)]
    public void Flags_are_read_exactly_and_settings_leniently(string? text, bool exact, bool lenient)
    {
        ApprovalModes.TryParse(text, out _).ShouldBe(exact);
        ApprovalModes.TryParseLenient(text, out _).ShouldBe(lenient);
    }

    [Fact]
    public void What_is_no_mode_leaves_none_that_would_allow_more()
    {
        ApprovalModes.TryParse("all", out var mode).ShouldBeFalse();

        mode.ShouldBe(ApprovalMode.Plan);
    }
}

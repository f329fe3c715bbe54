namespace QwenCode.Abstractions.Tests;

public class OptionFaultsTests
{
    [Fact]
    public void All_faults_are_in_one_exception_with_name_value_and_what_it_can_be()
    {
        var faults = new OptionFaults()
            .AtLeast("Count", 0, 1)
            .NotNegative("Grace", TimeSpan.FromSeconds(-1))
            .Positive("Timeout", TimeSpan.Zero)
            .Positive("Forever", TimeSpan.MaxValue)
            .NotEmpty("Name", string.Empty)
            .NotEmpty("List", null)
            .Require(false, "Mode is 'x'; it must be 'a' or 'b'.");

        Should.Throw<InvalidOptionsException>(faults.ThrowIfAny).Problems.ShouldBe([
            "Count is 0; it must be at least 1.",
            "Grace is -00:00:01; it must not be negative.",
            "Timeout is 00:00:00; it must be longer than zero.",
            "Forever is 10675199.02:48:05.4775807; it must be at most 49 days.",
            "Name is empty; it must have a value.",
            "List is null; it must have a value.",
            "Mode is 'x'; it must be 'a' or 'b'."]);
    }

    [Fact]
    public void What_is_sound_passes() => new OptionFaults().AtLeast("Count", 1, 1).NotNegative("Grace", TimeSpan.Zero)
        .Positive("Timeout", TimeSpan.FromTicks(1)).NotEmpty("Name", "x").Require(true, "unused").ThrowIfAny();
}

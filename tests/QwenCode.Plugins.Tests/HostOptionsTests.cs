namespace QwenCode.Plugins.Tests;

public class HostOptionsTests
{
    [Fact]
    public void Options_that_make_no_sense_are_all_named_when_the_host_is_created() => Should.Throw<InvalidOptionsException>(() => new PluginHost(
        new PluginHostOptions
        {
            CacheDirectory = string.Empty,
            CallTimeout = TimeSpan.Zero,
            CancelGrace = TimeSpan.MaxValue,
            MaxResultCharacters = 0,
            Features = null!,
        })).Problems.ShouldBe([
            "CacheDirectory is empty; it must have a value.",
            "Features is null; it must have a value.",
            "CallTimeout is 00:00:00; it must be longer than zero.",
            "CancelGrace is 10675199.02:48:05.4775807; it must be at most 49 days.",
            "MaxResultCharacters is 0; it must be at least 1."]);
}

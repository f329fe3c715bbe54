using QwenCode.Tools;

namespace QwenCode.Plugin.Planning.Tests;

public sealed class ExitPlanModeTests : IDisposable
{
    private readonly PlanningFixture _planning = new();
    private readonly ExitPlanModeTool _tool = new();

    public void Dispose() => _planning.Dispose();

    [Fact]
    public async Task A_plan_is_put_forward_and_changes_nothing_before_somebody_agrees()
    {
        var call = _planning.Prepare(_tool, """{"plan":"# Do it"}""");

        var confirmation = await call.ConfirmAsync(default);

        call.Consent.ShouldBe(ToolConsent.Ask);
        call.Description.ShouldBe("Plan:");
        confirmation.ShouldBeOfType<PlanConfirmation>().Plan.ShouldBe("# Do it");
        Directory.Exists(_planning.Runtime).ShouldBeFalse();
    }

    [Fact]
    public async Task An_agreed_plan_is_kept_and_shown()
    {
        var result = await _planning.RunAsync(_tool, """{"plan":"# Do it\n\n1. größer"}""");

        result.Error.ShouldBeNull();
        result.Display.ShouldBe(new PlanDisplay("User approved the plan.", "# Do it\n\n1. größer", Rejected: false));
        (await File.ReadAllTextAsync(Path.Combine(_planning.Runtime, "plans", PlanningFixture.Session + ".md"))).ShouldBe("# Do it\n\n1. größer");
    }

    [Fact]
    public async Task An_agreed_plan_that_cannot_be_kept_is_agreed_all_the_same_and_the_model_is_told()
    {
        Directory.CreateDirectory(_planning.Runtime);
        await File.WriteAllTextAsync(Path.Combine(_planning.Runtime, "plans"), "a file where the directory should be");

        var result = await _planning.RunAsync(_tool, """{"plan":"p"}""");

        result.Error.ShouldBeNull();
        result.Content.ToText().ShouldContain("could not be saved");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"plan":"  "}""")]
    [InlineData("""{"plan":7}""")]
    public void A_plan_without_text_is_refused(string json)
    {
        Should.Throw<ToolArgumentException>(() => _planning.Prepare(_tool, json)).Message.ShouldBe("Parameter \"plan\" must be a non-empty string.");
    }
}

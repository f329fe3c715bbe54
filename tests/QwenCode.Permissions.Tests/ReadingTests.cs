using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

public sealed class ReadingTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void Every_question_about_a_call_uses_the_script_parsed_first()
    {
        var policy = _gate.Policy();
        var reading = Gate.Read(policy, "touch x && bash -c 'make all'");

        policy.ParsedScripts.ShouldBe(0);
        _ = reading.IsReadOnlyCommand;
        reading.Judge(ToolConsent.Ask);
        reading.Refine(new ExecuteConfirmation("Run", "touch x", [], []));
        reading.Judge(ToolConsent.Ask);

        policy.ParsedScripts.ShouldBe(2); // the command, and the script in it
    }

    [Fact]
    public void A_reading_answers_by_the_rules_of_the_moment()
    {
        var policy = _gate.Policy();
        var reading = Gate.Read(policy, "touch x");

        reading.Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
        policy.AllowForSession(["Bash(touch *)"]);
        reading.Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
    }

    [Fact]
    public void A_reading_answers_by_the_files_of_the_moment()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_gate.Root, "work")).FullName;
        var reading = Gate.Read(_gate.Policy(deny: "Read(./.env)"), "cd work; cat .env");

        reading.Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
        Directory.Delete(folder);

        // Without the directory cd fails, and the file of the workspace is the one that is read.
        reading.Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Deny);
    }

    [Fact]
    public void A_confirmation_is_completed_with_what_still_needs_approval()
    {
        var reading = Gate.Read(_gate.Policy(allow: "Bash(touch *)"), "touch x && make all && ls");

        var refined = reading.Refine(new ExecuteConfirmation("Run", "touch x && make all && ls", ["anything"], [])).ShouldBeOfType<ExecuteConfirmation>();

        refined.Roots.ShouldBe(["make"]);
        refined.SuggestedRules.ShouldBe(["Bash(make *)"]);
    }

    [Fact]
    public void Rules_that_a_tool_suggests_itself_are_kept_if_they_work()
    {
        var reading = Gate.Read(_gate.Policy(), Gate.Declare("web_search"), ToolArguments.None);

        reading.Refine(new InfoConfirmation("Search", "x", [], ["web_search"])).ShouldBeOfType<InfoConfirmation>().SuggestedRules.ShouldBe(["web_search"]);
        reading.Refine(new InfoConfirmation("Search", "x", [], ["Other"])).ShouldBeOfType<InfoConfirmation>().SuggestedRules.ShouldBeEmpty();
        reading.Refine(new InfoConfirmation("Search", "x", [], ["Bad("])).ShouldBeOfType<InfoConfirmation>().SuggestedRules.ShouldBeEmpty();
        reading.Refine(new InfoConfirmation("Search", "x", [])).ShouldBeOfType<InfoConfirmation>().SuggestedRules.ShouldBe(["WebSearch"]);
    }
}

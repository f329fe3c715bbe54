using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Testing.Tests;

public sealed class TestHostTests
{
    private readonly NoteTool _notes = new();

    [Fact]
    public async Task A_prompt_runs_to_its_end_with_the_scripted_model()
    {
        await using var host = new TestHost();
        host.Model.Says("Hello.");

        var run = await host.RunAsync("hi");

        run.Text.ShouldBe("Hello.");
        run.Outcome.End.ShouldBe(RunEnd.Success);
        run.Session.Directory.ShouldBe(host.Workspace.Project);
        run.Events[0].ShouldBeOfType<RunStarted>();
        run.Events[^1].ShouldBeOfType<SessionEnded>();
        run.Notices.ShouldBeEmpty();
        host.Requests.ShouldHaveSingleItem().LastUser.ShouldBe("hi");
    }

    [Fact]
    public async Task A_model_without_an_answer_fails_the_run_and_says_what_it_was_asked()
    {
        await using var host = new TestHost();

        var run = await host.RunAsync("unexpected question");

        run.Outcome.End.ShouldBe(RunEnd.Error);
        run.Text.ShouldContain("unexpected question");
    }

    [Fact]
    public async Task A_tool_of_the_test_is_offered_and_its_result_goes_back_to_the_model()
    {
        await using var host = new TestHost(options => Allow(options));
        host.Model.Calls("note", """{"text":"milk"}""").Says("Noted.");

        var run = await host.RunAsync("note milk");

        host.Requests[0].Tools.ShouldContain("note");
        host.Requests[1].Results("note").ShouldBe(["kept: milk"]);
        run.Calls.ShouldHaveSingleItem().Status.ShouldBe(ToolCallStatus.Success);
        _notes.Notes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_an_answer_to_questions_a_call_that_needs_approval_is_denied()
    {
        await using var host = new TestHost(options => options.Tools.Add(_notes));
        host.Model.Calls("note", """{"text":"milk"}""").Says("I could not.");

        var run = await host.RunAsync("note milk");

        run.Calls.ShouldHaveSingleItem().IsDenial.ShouldBeTrue();
        run.Outcome.Denials.ShouldHaveSingleItem().ToolName.ShouldBe("note");
        _notes.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PermissionOutcome.ProceedOnce, 1)]
    [InlineData(PermissionOutcome.Cancel, 0)]
    public async Task Questions_are_answered_by_the_test(PermissionOutcome outcome, int notes)
    {
        await using var host = new TestHost(options =>
        {
            options.Tools.Add(_notes);
            options.AnswerPermission = request => request.Call.Name == "note" ? new PermissionAnswer(outcome) : throw new InvalidOperationException(request.Call.Name);
        });
        host.Model.Calls("note", """{"text":"milk"}""").Says("Done.");

        var run = await host.RunAsync("note milk");

        run.EventsOf<PermissionSettled>().ShouldHaveSingleItem().Outcome.ShouldBe(outcome);
        _notes.Notes.Count.ShouldBe(notes);
    }

    [Fact]
    public async Task The_clock_is_the_one_of_the_test()
    {
        var clock = new FakeTimeProvider(new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero));
        await using var host = new TestHost(options =>
        {
            Allow(options);
            options.TimeProvider = clock;
        });
        host.Model.Calls("note", """{"text":"milk"}""").Says("Noted.");

        await host.RunAsync("note milk");

        _notes.Notes.ShouldBe(["2031-05-06 milk"]);
    }

    [Fact]
    public async Task An_agent_of_the_workspace_runs_with_its_own_prompt_and_reports_to_its_caller()
    {
        await using var host = new TestHost();
        host.Workspace.Write(".qwen/agents/finder.md", "---\nname: finder\ndescription: Finds.\n---\nYou find what is asked for.\n");
        host.Model.When(system: "You find what is asked for").Says("it is in a.txt");
        host.Model.When(lastUser: "where").Calls("agent", """{"subagent_type":"finder","description":"find","prompt":"find it"}""")
            .Then.Says("${last}");

        var run = await host.RunAsync("where is it?");

        run.Text.ShouldContain("it is in a.txt");
        run.EventsOf<AgentLaunched>().ShouldHaveSingleItem().Type.ShouldBe("finder");
        run.EventsOf<AgentEnded>().ShouldHaveSingleItem().Reason.ShouldBe(TaskEndReason.Goal);
    }

    [Fact]
    public async Task A_plugin_folder_brings_its_tools_and_a_call_can_be_made_without_a_model()
    {
        await using var host = new TestHost(options => options.PluginDirectories.Add(PluginUnderTest.Folder("SmallestPlugin")));
        var path = host.Workspace.Write("a.txt", "1\n2\n3\n");

        var result = await host.CallAsync("count_lines", $$"""{"path":"{{path}}"}""");

        result.Error.ShouldBeNull();
        result.Content.ToText().ShouldBe("3");
        host.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_direct_call_of_a_tool_that_does_not_exist_names_those_that_do()
    {
        await using var host = new TestHost(options => options.Tools.Add(_notes));

        (await Should.ThrowAsync<ArgumentException>(() => host.CallAsync("nothing"))).Message.ShouldContain("note");
        await Should.ThrowAsync<ToolArgumentException>(() => host.CallAsync("note"));
    }

    [Fact]
    public async Task Services_and_options_of_the_test_count()
    {
        await using var host = new TestHost(options =>
        {
            options.ConfigureServices = static services => services.AddSingleton("a service of the test");
            options.ConfigureQwenCode = static qwen => qwen.SystemPrompt = "You answer in one word.";
        });
        host.Model.Says("Yes.");

        await host.RunAsync("ready?");

        host.Services.GetRequiredService<string>().ShouldBe("a service of the test");
        host.Requests[0].System.ShouldContain("You answer in one word.");
    }

    [Fact]
    public async Task A_session_of_the_test_takes_several_prompts()
    {
        await using var host = new TestHost();
        host.Model.Says("one").Says("two");
        var events = new RecordingFrontEnd();

        await using (var session = host.Open(events))
        {
            session.Send(new PromptInput("first"));
            await events.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "one");
            session.Send(new PromptInput("second"));
            await events.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "two");
        }

        host.Requests[1].Messages.Select(static message => message.Text).ShouldContain("one");
    }

    [Fact]
    public async Task Cancelling_a_run_ends_its_session()
    {
        await using var host = new TestHost();
        host.Model.When().Blocks();
        using var cancellation = new CancellationTokenSource();

        var run = host.RunAsync("wait", cancellation.Token);
        await host.Model.WaitForRequestAsync(1);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task The_workspace_is_gone_after_the_host()
    {
        var host = new TestHost();
        host.Model.Says("Hello.");
        await host.RunAsync("hi");
        Directory.Exists(host.Workspace.Project).ShouldBeTrue();

        await host.DisposeAsync();

        Directory.Exists(Path.GetDirectoryName(host.Workspace.Project)).ShouldBeFalse();
    }

    private void Allow(TestHostOptions options)
    {
        options.Tools.Add(_notes);
        options.Mode = ApprovalMode.Yolo;
    }
}

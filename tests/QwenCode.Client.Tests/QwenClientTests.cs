using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Client.Tests;

public sealed class QwenClientTests
{
    [Fact]
    public async Task Prompts_run_one_after_another_in_one_conversation_and_each_ends_with_its_result()
    {
        await using var room = new Room();
        room.Model.On(static request => ModelReply.Text("You said " + request.LastText));
        await using var qwen = await QwenClient.StartAsync(room.Options());

        var first = qwen.RunAsync("one").ToListAsync();
        var second = qwen.RunAsync("two").ToListAsync();

        (await first)[^1].ShouldBeOfType<ResultMessage>().Text.ShouldBe("You said one");
        (await second)[^1].ShouldBeOfType<ResultMessage>().Text.ShouldBe("You said two");
        (await first)[0].ShouldBeOfType<InitMessage>().SessionId.ShouldBe(qwen.SessionId);
        (await first).OfType<AssistantMessage>().ShouldHaveSingleItem().Text.ShouldBe("You said one");
        (await second).OfType<AssistantMessage>().ShouldHaveSingleItem().Text.ShouldBe("You said two");
        room.Model.Requests[1].UserTexts.TakeLast(2).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task Answers_come_in_pieces_if_they_are_asked_for()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Pieces("a", "b", "c"));
        await using var qwen = await QwenClient.StartAsync(room.Options() with { IncludePartialMessages = true });

        var messages = await qwen.RunAsync("go").ToListAsync();

        string.Concat(messages.OfType<DeltaMessage>().Select(static delta => delta.Text)).ShouldBe("abc");
    }

    [Fact]
    public async Task Calls_and_their_results_are_typed()
    {
        await using var room = new Room();
        room.Write("a.txt", "content of a file");
        var file = JsonSerializer.Serialize(Path.Combine(room.Workspace, "a.txt"));
        room.Model.On(request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{file}}}""")) : ModelReply.Text("Read."));
        await using var qwen = await QwenClient.StartAsync(room.Options());

        var messages = await qwen.RunAsync("read").ToListAsync();

        var call = messages.OfType<AssistantMessage>().SelectMany(static message => message.Calls).ShouldHaveSingleItem();
        (call.Name, call.CallId).ShouldBe(("read_file", "c1"));
        var result = messages.OfType<UserMessage>().SelectMany(static message => message.Results).ShouldHaveSingleItem();
        (result.CallId, result.IsError).ShouldBe(("c1", false));
        var done = messages.OfType<ResultMessage>().ShouldHaveSingleItem();
        (done.IsError, done.Turns).ShouldBe((false, 2));
        done.InputTokens.ShouldBePositive();
    }

    [UnixFact]
    public async Task The_host_decides_about_calls_and_may_change_their_input()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch asked"}"""), ("c2", "run_shell_command", """{"command":"touch refused"}""")) : ModelReply.Text("Done."));
        var asked = new List<ToolRequest>();
        await using var qwen = await QwenClient.StartAsync(room.Options() with
        {
            DecideAsync = (request, _) =>
            {
                asked.Add(request);
                return new(request.CallId == "c1"
                    ? ToolDecision.Allow(JsonElement.Parse("""{"command":"touch changed"}""")) : ToolDecision.Deny("not today"));
            },
        });

        await qwen.AskAsync("go");

        asked.Select(static request => (request.ToolName, request.Question)).ShouldBe([("run_shell_command", "Execute: touch asked"), ("run_shell_command", "Execute: touch refused")]);
        File.Exists(Path.Combine(room.Workspace, "changed")).ShouldBeTrue();
        File.Exists(Path.Combine(room.Workspace, "asked")).ShouldBeFalse();
        File.Exists(Path.Combine(room.Workspace, "refused")).ShouldBeFalse();
        room.Model.Requests[1].ToolResults.Single(static one => one.CallId == "c2").Text.ShouldContain("not today");
    }

    [Fact]
    public async Task A_host_that_decides_nothing_or_fails_refuses()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch made"}""")) : ModelReply.Text("Done."));
        await using (var qwen = await QwenClient.StartAsync(room.Options()))
        {
            await qwen.AskAsync("go");
        }

        await using (var qwen = await QwenClient.StartAsync(room.Options() with { DecideAsync = static (_, _) => throw new InvalidOperationException("the judge is ill") }))
        {
            await qwen.AskAsync("go");
        }

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("This host approves no calls");
        room.Model.Requests[3].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("the judge is ill");
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
    }

    [Fact]
    public async Task Tools_of_the_host_run_in_its_process_and_what_they_throw_is_a_result()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "mcp__host__add", """{"one":2,"other":3}"""), ("c2", "mcp__host__fail", "{}")) : ModelReply.Text("Done."));
        await using var qwen = await QwenClient.StartAsync(room.Options() with
        {
            Tools =
            [
                AIFunctionFactory.Create((int one, int other) => one + other, "add", "Adds."),
                AIFunctionFactory.Create(string () => throw new InvalidOperationException("no luck"), "fail", "Fails."),
            ],
        });

        await qwen.AskAsync("go");

        room.Model.Requests[0].ToolNames.ShouldContain("mcp__host__add");
        room.Model.Requests[1].ToolResults.Select(static result => result.Text).ShouldSatisfyAllConditions(
            static texts => texts.First().ShouldBe("5"), static texts => texts.Last().ShouldContain("no luck"));
    }

    [Fact]
    public async Task Hooks_of_the_host_guard_calls()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")) : ModelReply.Text("Done."));
        await using var qwen = await QwenClient.StartAsync(room.Options() with
        {
            Hooks = [new ClientHook("PreToolUse", static (input, _) => new(JsonElement.Parse($$"""{"decision":"block","reason":"no {{input.GetProperty("tool_name").GetString()}} here"}"""))) { Matcher = "glob" }],
        });

        await qwen.AskAsync("go");

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("no glob here");
    }

    [Fact]
    public async Task Agents_of_the_host_come_before_those_of_the_project_which_stay()
    {
        await using var room = new Room();
        room.Write(".qwen/agents/own.md", "---\nname: own\ndescription: Of the project.\n---\nYou work for the project.\n");
        room.Model.On(static request => request.ToolResults.Count == 0 && request.ToolNames.Contains("agent")
            ? ModelReply.Calls(("c1", "agent", """{"description":"d","prompt":"sub","subagent_type":"guest"}""")) : ModelReply.Text("Done."));
        await using var qwen = await QwenClient.StartAsync(room.Options() with { Agents = [new ClientAgent("guest", "Comes along.", "You are a guest here.")] });

        var messages = await qwen.RunAsync("go").ToListAsync();

        messages.OfType<InitMessage>().ShouldHaveSingleItem().Agents.ShouldSatisfyAllConditions(
            static agents => agents.ShouldContain("guest"), static agents => agents.ShouldContain("own"), static agents => agents.ShouldContain("Explore"));
        room.Model.Requests.ShouldContain(static request => request.System.Contains("You are a guest here.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_nobody_reads_any_more_is_interrupted_and_the_next_one_is_not_mixed_up_with_it()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(request => request.LastText == "long" ? ModelReply.Held("I think", never.Task) : ModelReply.Text("Short."));
        await using var qwen = await QwenClient.StartAsync(room.Options() with { IncludePartialMessages = true });

        await foreach (var message in qwen.RunAsync("long"))
        {
            if (message is DeltaMessage)
            {
                break;
            }
        }

        var result = await qwen.AskAsync("short");

        (result.IsError, result.Text).ShouldBe((false, "Short."));
    }

    [Fact]
    public async Task A_token_interrupts_a_run_and_the_session_goes_on()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(request => request.LastText == "long" ? ModelReply.Held("I think", never.Task) : ModelReply.Text("Short."));
        await using var qwen = await QwenClient.StartAsync(room.Options());
        using var stop = new CancellationTokenSource();

        var running = qwen.AskAsync("long", stop.Token);
        await room.Model.WaitForAsync(static request => request.LastText == "long");
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        (await qwen.AskAsync("short")).Text.ShouldBe("Short.");
    }

    [Fact]
    public async Task A_turn_that_failed_goes_on_without_a_new_prompt()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Error(400, "no"), ModelReply.Text("There you are."));
        await using var qwen = await QwenClient.StartAsync(room.Options());

        (await qwen.AskAsync("once")).IsError.ShouldBeTrue();
        var messages = await qwen.ContinueAsync().ToListAsync();
        var nothing = await qwen.ContinueAsync().ToListAsync();

        messages[^1].ShouldBeOfType<ResultMessage>().Text.ShouldBe("There you are.");
        nothing.ShouldBeEmpty();
        (await qwen.AskAsync("again")).Text.ShouldBe("There you are.");
    }

    [Fact]
    public async Task Model_mode_and_effort_can_be_changed_and_asked_for()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var qwen = await QwenClient.StartAsync(room.Options());

        await qwen.SetModelAsync("another");
        await qwen.SetEffortAsync("low");
        await qwen.SetApprovalModeAsync("plan");
        await qwen.AskAsync("hi");

        room.Model.Requests[0].Body.GetProperty("model").GetString().ShouldBe("another");
        room.Model.Requests[0].Body.GetProperty("reasoning").GetProperty("effort").GetString().ShouldBe("low");
        (await Should.ThrowAsync<QwenClientException>(qwen.SetApprovalModeAsync("wild"))).Message.ShouldContain("plan");
        (await qwen.GetModelsAsync()).ShouldNotBeEmpty();
        (await qwen.GetCommandsAsync()).ShouldContain("init");
        (await qwen.GetContextUsageAsync()).TotalTokens.ShouldBePositive();
        (await qwen.GetUsageAsync()).GetProperty("summary").GetProperty("requests").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_session_can_be_resumed()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        string id;
        await using (var qwen = await QwenClient.StartAsync(room.Options()))
        {
            id = qwen.SessionId;
            await qwen.AskAsync("first");
        }

        await using (var qwen = await QwenClient.StartAsync(room.Options() with { Resume = Guid.Parse(id) }))
        {
            qwen.SessionId.ShouldBe(id);
            await qwen.AskAsync("second");
        }

        room.Model.Requests[1].UserTexts.TakeLast(2).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task Images_are_sent_to_the_model()
    {
        await using var room = new Room();
        room.Environment["OPENAI_MODEL"] = "gpt-4o";
        room.Model.On(static _ => ModelReply.Text("Seen."));
        await using var qwen = await QwenClient.StartAsync(room.Options());

        await qwen.RunAsync([new TextContent("look"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")]).ToListAsync();

        room.Model.Requests[0].Last.GetProperty("content").GetRawText().ShouldContain("data:image/png;base64,AQID");
        Should.Throw<ArgumentException>(() => qwen.RunAsync([new DataContent(new byte[] { 1 }, "audio/wav")]));
    }

    [Fact]
    public async Task A_program_that_ends_fails_what_waits_for_it_and_says_why()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", "{ broken");

        var fault = await Should.ThrowAsync<QwenClientException>(QwenClient.StartAsync(room.Options()));

        fault.ExitCode.ShouldBe(52);
        fault.Message.ShouldContain("settings.json");
    }

    [Fact]
    public async Task A_program_that_is_killed_fails_the_run()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(_ => ModelReply.Held("I think", never.Task));
        await using var qwen = await QwenClient.StartAsync(room.Options());

        var running = qwen.AskAsync("long");
        await room.Model.WaitForAsync(static request => request.LastText == "long");
        qwen.Kill();

        (await Should.ThrowAsync<QwenClientException>(running)).Message.ShouldContain("ended with exit code");
        await Should.ThrowAsync<QwenClientException>(qwen.AskAsync("again"));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named_with_what_to_do()
    {
        var fault = await Should.ThrowAsync<QwenClientException>(QwenClient.StartAsync(new QwenClientOptions { Program = "/does/not/exist/qwen" }));

        fault.Message.ShouldContain("/does/not/exist/qwen");
        fault.Message.ShouldContain("QwenClientOptions.Program");
    }

    [Fact]
    public async Task A_value_that_begins_with_a_dash_is_no_option()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var qwen = await QwenClient.StartAsync(room.Options() with { SystemPrompt = "--yolo is what you say.", AppendSystemPrompt = "-x" });

        await qwen.AskAsync("hi");

        room.Model.Requests[0].System.ShouldStartWith("--yolo is what you say.");
        room.Model.Requests[0].System.ShouldEndWith("-x");
    }

    [Fact]
    public void Options_do_not_print_keys() =>
        new QwenClientOptions { Environment = new Dictionary<string, string?> { ["OPENAI_API_KEY"] = "sk-secret" } }.ToString().ShouldBe("QwenClientOptions");
}

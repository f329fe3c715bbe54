using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What an editor brings to a session by the Agent Client Protocol: files, context, permission, and earlier sessions.</summary>
public sealed class AcpSessionTests
{
    private const string Files = """{"fs":{"readTextFile":true,"writeTextFile":true}}""";

    [Fact]
    public async Task A_file_is_read_from_the_line_that_the_protocol_counts_from_one()
    {
        await using var room = new Room();
        var note = room.Write("note.txt", "a\nb\nc\n");
        room.Model.Then(ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{ModelReply.Quote(note)}},"offset":1,"limit":1}""")), ModelReply.Text("Read."));
        await using var editor = await AcpEditor.OpenAsync(room, Files);
        editor.OnRequest = static _ => """{"content":"of the editor\n"}""";

        await editor.PromptAsync("go");

        var asked = editor.Requests.ShouldHaveSingleItem().GetProperty("params");
        (asked.GetProperty("path").GetString(), asked.GetProperty("line").GetInt32(), asked.GetProperty("limit").GetInt32()).ShouldBe((note, 2, 1));
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("of the editor");
    }

    [Fact]
    public async Task A_write_that_the_editor_refuses_fails_the_call_and_changes_nothing()
    {
        await using var room = new Room();
        var target = Path.Combine(room.Workspace, "out.txt");
        room.Model.Then(
            ModelReply.Calls(("c1", "write_file", $$"""{"file_path":{{ModelReply.Quote(target)}},"content":"x"}""")), ModelReply.Text("Tried."));
        await using var editor = await AcpEditor.OpenAsync(room, Files);
        editor.OnRequest = static request => AcpEditor.Method(request) == "session/request_permission"
            ? AcpEditor.Choose(request, "allow_once") : "\"error\":{\"code\":-32603,\"message\":\"The buffer is locked\"}";

        await editor.PromptAsync("go");

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("The buffer is locked");
        editor.UpdatesOf("tool_call_update")[^1].GetProperty("status").GetString().ShouldBe("failed");
        File.Exists(target).ShouldBeFalse();
    }

    [Fact]
    public async Task Context_that_the_editor_embeds_or_links_reaches_the_model()
    {
        await using var room = new Room();
        room.Environment["OPENAI_MODEL"] = "qwen-vl-max";
        var note = room.Write("my note.txt", "linked text");
        room.Model.On(static _ => ModelReply.Text("Seen."));
        await using var editor = await AcpEditor.OpenAsync(room);

        await editor.AskAsync("session/prompt", $$$"""
            {"sessionId":"{{{editor.SessionId}}}","prompt":[{"type":"text","text":"Compare"},
            {"type":"resource_link","name":"note","uri":{{{ModelReply.Quote(new Uri(note).AbsoluteUri)}}}},
            {"type":"resource","resource":{"uri":"file:///elsewhere/b.txt","text":"embedded text"}},
            {"type":"image","mimeType":"image/png","data":"iVBORw0KGgo="}]}
            """.ReplaceLineEndings(string.Empty));

        var sent = room.Model.Requests.ShouldHaveSingleItem().Last.GetRawText();
        sent.ShouldContain("linked text");
        sent.ShouldContain("embedded text");
        sent.ShouldContain("/elsewhere/b.txt");
        sent.ShouldContain("iVBORw0KGgo=");
    }

    [Fact]
    public async Task A_command_can_be_allowed_for_the_project_and_is_not_asked_about_again()
    {
        await using var room = new Room();
        room.Model.Then(
            ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch one"}""")),
            ModelReply.Calls(("c2", "run_shell_command", """{"command":"touch two"}""")), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room);
        editor.OnRequest = static request => AcpEditor.Choose(request, "allow_always");

        await editor.PromptAsync("go");

        var asked = editor.Requests.ShouldHaveSingleItem().GetProperty("params");
        asked.GetProperty("options").EnumerateArray().Select(static option => option.GetProperty("optionId").GetString())
            .ShouldBe(["proceed_always_project", "proceed_always_user", "proceed_once", "cancel"]);
        asked.GetProperty("options")[0].GetProperty("name").GetString()!.ShouldContain("touch");
        (File.Exists(Path.Combine(room.Workspace, "one")), File.Exists(Path.Combine(room.Workspace, "two"))).ShouldBe((true, true));
        File.ReadAllText(Path.Combine(room.Workspace, ".qwen", "settings.json")).ShouldContain("touch");
    }

    [Theory]
    [InlineData("""{"outcome":{"outcome":"selected","optionId":"made_up"}}""", "made_up")]
    [InlineData("""{"outcome":{"outcome":"cancelled"}}""", "canceled by the user")]
    [InlineData("""{}""", "canceled by the user")]
    [InlineData("\"error\":{\"code\":-32603,\"message\":\"The window is closed\"}", "The window is closed")]
    public async Task An_answer_that_allows_nothing_runs_nothing(string answer, string reason)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch one"}""")), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room);
        editor.OnRequest = _ => answer;

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        File.Exists(Path.Combine(room.Workspace, "one")).ShouldBeFalse();
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain(reason);
    }

    [Fact]
    public async Task A_cancel_withdraws_the_open_question()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch one"}""")), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room);
        editor.OnRequest = static _ => null;
        var prompt = editor.PromptAsync("go");
        await editor.WaitForAsync(static message => AcpEditor.Method(message) == "session/request_permission");

        editor.Cancel();

        (await prompt).ShouldBe("cancelled");
        (await editor.Process.WaitForLineAsync(static line => line.Contains("$/cancel_request", StringComparison.Ordinal))).ShouldContain("\"requestId\":1");
        File.Exists(Path.Combine(room.Workspace, "one")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_plan_is_approved_and_the_editor_learns_of_the_new_mode()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "exit_plan_mode", """{"plan":"1. Do it."}""")), ModelReply.Text("Going."));
        await using var editor = await AcpEditor.OpenAsync(room);
        await editor.AskAsync("session/set_mode", $$"""{"sessionId":"{{editor.SessionId}}","modeId":"plan"}""");

        await editor.PromptAsync("plan it");

        var asked = editor.Requests.ShouldHaveSingleItem().GetProperty("params");
        asked.GetProperty("toolCall").GetProperty("kind").GetString().ShouldBe("switch_mode");
        asked.GetProperty("options")[0].GetProperty("optionId").GetString().ShouldBe("restore_previous");
        asked.GetProperty("toolCall").GetProperty("content")[0].GetRawText().ShouldContain("1. Do it.");
        editor.UpdatesOf("current_mode_update").ShouldHaveSingleItem().GetProperty("currentModeId").GetString().ShouldBe("default");
    }

    [Fact]
    public async Task Answers_to_questions_of_the_model_reach_it()
    {
        await using var room = new Room();
        room.Model.Then(
            ModelReply.Calls(("c1", "ask_user_question",
                """{"questions":[{"question":"Which?","header":"Pick","options":[{"label":"A","description":"a"},{"label":"B","description":"b"}],"multiSelect":false}]}""")),
            ModelReply.Text("Thanks."));
        await using var editor = await AcpEditor.OpenAsync(room);
        editor.OnRequest = static _ => """{"outcome":{"outcome":"selected","optionId":"proceed_once"},"answers":{"0":"B"}}""";

        await editor.PromptAsync("ask me");

        editor.Requests.ShouldHaveSingleItem().GetProperty("params").GetProperty("toolCall").GetProperty("rawInput").GetRawText().ShouldContain("Which?");
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("B");
    }

    [Fact]
    public async Task A_session_is_shown_again_as_the_user_saw_it_and_goes_on()
    {
        await using var room = new Room();
        room.Write(".qwen/agents/helper.md", "---\nname: helper\ndescription: Helps.\n---\nYou help.\n");
        var note = room.Write("note.txt", "alpha");
        room.Model.Then(
            ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{ModelReply.Quote(note)}}}""")), ModelReply.Text("It says alpha."), ModelReply.Text("Again."));
        string session;
        await using (var first = await AcpEditor.OpenAsync(room))
        {
            session = first.SessionId;
            await first.PromptAsync("what is in @note.txt");
            (await first.CloseAsync()).ExitCode.ShouldBe(0);
        }

        await using var second = await AcpEditor.StartAsync(room);
        await second.AskAsync("session/load", $$"""{"sessionId":"{{session}}","cwd":{{ModelReply.Quote(room.Workspace)}},"mcpServers":[]}""");

        second.TextOf("user_message_chunk").ShouldBe("what is in @note.txt");
        second.TextOf().ShouldBe("It says alpha.");
        var call = second.UpdatesOf("tool_call").ShouldHaveSingleItem();
        (call.GetProperty("title").GetString(), call.GetProperty("kind").GetString()).ShouldBe(($"ReadFile: {note}", "read"));
        call.GetProperty("locations")[0].GetProperty("path").GetString().ShouldBe(note);
        (await second.PromptAsync("again", session)).ShouldBe("end_turn");
        room.Model.Requests[^1].UserTexts.ShouldContain(static text => text.Contains("@note.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_is_resumed_without_being_shown_and_can_be_closed()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hello."));
        await using var editor = await AcpEditor.OpenAsync(room);
        var session = editor.SessionId;
        await editor.PromptAsync("hi");

        await editor.AskAsync("session/close", $$"""{"sessionId":"{{session}}"}""");
        (await Should.ThrowAsync<AcpError>(() => editor.PromptAsync("gone"))).Details.ShouldContain("not found");
        var shown = editor.Updates.Count;
        await editor.AskAsync("session/resume", $$"""{"sessionId":"{{session}}","cwd":{{ModelReply.Quote(room.Workspace)}}}""");

        (await editor.PromptAsync("and on", session)).ShouldBe("end_turn");
        editor.Updates.Skip(shown).ShouldNotContain(static update => update.GetRawText().Contains("user_message_chunk", StringComparison.Ordinal));
        room.Model.Requests[^1].UserTexts.ShouldContain(static text => text == "hi");
        var list = await editor.AskAsync("session/list", $$"""{"cwd":{{ModelReply.Quote(room.Workspace)}}}""");
        list.GetProperty("sessions").EnumerateArray().ShouldHaveSingleItem().GetProperty("title").GetString().ShouldBe("hi");
    }

    [Fact]
    public async Task The_model_can_be_changed_and_an_unknown_one_is_refused()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json",
            $$$"""{"$version":3,"modelProviders":{"openai":[{"id":"second-model","name":"Second","baseUrl":{{{ModelReply.Quote(room.Model.BaseUrl)}}},"envKey":"OPENAI_API_KEY"}]}}""");
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var editor = await AcpEditor.OpenAsync(room);

        var options = await editor.AskAsync("session/set_config_option", $$"""{"sessionId":"{{editor.SessionId}}","configId":"model","value":"second-model(openai)"}""");
        await editor.PromptAsync("hi");

        options.GetProperty("configOptions")[1].GetProperty("currentValue").GetString().ShouldBe("second-model(openai)");
        room.Model.Requests.ShouldHaveSingleItem().Body.GetProperty("model").GetString().ShouldBe("second-model");
        (await Should.ThrowAsync<AcpError>(() => editor.AskAsync("session/set_model", $$"""{"sessionId":"{{editor.SessionId}}","modelId":" "}"""))).Code.ShouldBe(-32602);
    }

    [Fact]
    public async Task A_folder_that_is_not_trusted_cannot_be_put_into_a_mode_that_asks_less()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        room.WriteHome(".qwen/trustedFolders.json", $$"""{ {{ModelReply.Quote(room.Workspace)}}: "DO_NOT_TRUST" }""");
        await using var editor = await AcpEditor.OpenAsync(room);

        var error = await Should.ThrowAsync<AcpError>(() => editor.AskAsync("session/set_mode", $$"""{"sessionId":"{{editor.SessionId}}","modeId":"yolo"}"""));

        (error.Code, error.Details).ShouldSatisfyAllConditions(one => one.Code.ShouldBe(-32602), one => one.Details.ShouldContain("not trusted"));
    }

    [Fact]
    public async Task A_hook_that_refuses_a_prompt_is_shown_and_the_model_never_sees_it()
    {
        await using var room = new Room();
        room.Write(".qwen/settings.json",
            """{"$version":3,"hooks":{"UserPromptSubmit":[{"hooks":[{"type":"command","command":"echo no secrets >&2; exit 2"}]}]}}""");
        await using var editor = await AcpEditor.OpenAsync(room);

        (await editor.PromptAsync("the secret is 42")).ShouldBe("end_turn");

        editor.TextOf().ShouldContain("no secrets");
        room.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Notices_go_to_a_client_that_shows_them_and_to_standard_error()
    {
        await using var room = new Room();
        room.Write(".qwen/settings.json", """{"$version":3,"agents":{"nobody":{"permissions":{"deny":["Bash"]}}}}""");
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var editor = await AcpEditor.OpenAsync(room, """{"session":{"notices":{}}}""");

        await editor.PromptAsync("hi");

        editor.UpdatesOf("notice").ShouldContain(static notice => notice.GetProperty("title").GetString()!.Contains("nobody", StringComparison.Ordinal));
        (await editor.CloseAsync()).Error.ShouldContain("nobody");
    }

    [UnixFact]
    public async Task A_server_that_the_editor_brings_has_tools_prompts_and_resources_in_its_session_alone()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("ok"));
        await using var editor = await AcpEditor.StartAsync(room);
        var server = Path.Combine(AppContext.BaseDirectory, "mcp-server.sh");
        var session = (await editor.AskAsync("session/new",
            $$$"""{"cwd":{{{ModelReply.Quote(room.Workspace)}}},"mcpServers":[{"name":"srv","command":"bash","args":[{{{ModelReply.Quote(server)}}}],"env":[]}]}"""))
            .GetProperty("sessionId").GetString()!;
        var other = await editor.OpenSessionAsync(room.Workspace);

        (await editor.PromptAsync("/greet you", session)).ShouldBe("end_turn");
        (await editor.PromptAsync("read @srv:note:1", session)).ShouldBe("end_turn");
        (await editor.PromptAsync("hi", other)).ShouldBe("end_turn");
        var error = await Should.ThrowAsync<AcpError>(() => editor.PromptAsync("/greet", session));

        room.Model.Requests[0].LastUserText.ShouldBe("Say hello to you.");
        room.Model.Requests[1].LastUserText.ShouldContain("the text of the note");
        room.Model.Requests[1].ToolNames.ShouldContain("read_mcp_resource");
        room.Model.Requests[2].ToolNames.ShouldNotContain("read_mcp_resource");
        error.Details.ShouldContain("It needs 'who'");
        editor.UpdatesOf("available_commands_update").ShouldContain(static update =>
            update.GetProperty("availableCommands").EnumerateArray().Any(static command => command.GetProperty("name").GetString() == "greet"));
    }

    [Fact]
    public async Task A_cancel_takes_prompts_that_wait_in_line_with_it()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(static _ => ModelReply.Text("Fine."))
            .On(request => request.LastText == "slow" ? ModelReply.Held("Well", never.Task) : null);
        await using var editor = await AcpEditor.OpenAsync(room);
        var slow = editor.PromptAsync("slow");
        await editor.WaitForAsync(static update => update.GetRawText().Contains("Well", StringComparison.Ordinal));

        var (second, third) = (editor.PromptAsync("second"), editor.PromptAsync("third"));
        editor.Cancel();

        (await Task.WhenAll(slow, second, third)).ShouldBe(["cancelled", "cancelled", "cancelled"]);
        (await editor.PromptAsync("last")).ShouldBe("end_turn");
        never.SetResult();
        room.Model.Requests[^1].UserTexts.ShouldNotContain(static text => text == "second");
    }

    [Fact]
    public async Task A_plan_that_is_always_accepted_widens_nothing_in_a_folder_that_is_not_trusted()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        room.WriteHome(".qwen/trustedFolders.json", $$"""{ {{ModelReply.Quote(room.Workspace)}}: "DO_NOT_TRUST" }""");
        room.Model.Then(ModelReply.Calls(("c1", "exit_plan_mode", """{"plan":"1."}""")),
            ModelReply.Calls(("c2", "write_file", $$"""{"file_path":{{ModelReply.Quote(Path.Combine(room.Workspace, "out.txt"))}},"content":"x"}""")), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room);
        editor.OnRequest = static request => request.GetRawText().Contains("switch_mode", StringComparison.Ordinal)
            ? """{"outcome":{"outcome":"selected","optionId":"proceed_always"}}""" : AcpEditor.Choose(request, "reject_once");
        await editor.AskAsync("session/set_mode", $$"""{"sessionId":"{{editor.SessionId}}","modeId":"plan"}""");

        await editor.PromptAsync("go");

        File.Exists(Path.Combine(room.Workspace, "out.txt")).ShouldBeFalse();
        editor.UpdatesOf("current_mode_update").ShouldNotContain(static update => update.GetProperty("currentModeId").GetString() == "auto-edit");
    }

    [Theory]
    [InlineData("session/load", "not/absolute")]
    [InlineData("session/load", "/")]
    [InlineData("session/resume", "/")]
    public async Task A_load_that_cannot_be_leaves_the_open_session_as_it_is(string method, string directory)
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Here."));
        await using var editor = await AcpEditor.OpenAsync(room);
        await editor.PromptAsync("hi");

        var error = await Should.ThrowAsync<AcpError>(() => editor.AskAsync(method, $$"""{"sessionId":"{{editor.SessionId}}","cwd":"{{directory}}","mcpServers":[]}"""));

        error.Code.ShouldBe(-32602);
        (await editor.PromptAsync("still")).ShouldBe("end_turn");
        room.Model.Requests[^1].UserTexts.ShouldContain(static text => text == "hi");
    }

    [Fact]
    public async Task An_open_session_without_a_record_is_not_lost_by_a_load()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Here."));
        await using var editor = await AcpEditor.OpenAsync(room, "{}", "--chat-recording=false");
        await editor.PromptAsync("hi");

        await editor.AskAsync("session/load", $$"""{"sessionId":"{{editor.SessionId}}","cwd":{{ModelReply.Quote(room.Workspace)}},"mcpServers":[]}""");
        await editor.PromptAsync("again");

        room.Model.Requests[^1].UserTexts.ShouldContain(static text => text == "hi");
    }

    [UnixFact]
    public async Task A_session_that_is_being_closed_is_loaded_when_all_of_it_is_recorded()
    {
        await using var room = new Room();
        room.Write(".qwen/settings.json", """{"$version":3,"hooks":{"SessionEnd":[{"hooks":[{"type":"command","command":"sleep 1; touch ended"}]}]}}""");
        room.Model.On(static _ => ModelReply.Text("Here."));
        await using var editor = await AcpEditor.OpenAsync(room);
        await editor.PromptAsync("hi");

        var close = editor.AskAsync("session/close", $$"""{"sessionId":"{{editor.SessionId}}"}""");
        await editor.AskAsync("session/load", $$"""{"sessionId":"{{editor.SessionId}}","cwd":{{ModelReply.Quote(room.Workspace)}},"mcpServers":[]}""");

        File.Exists(Path.Combine(room.Workspace, "ended")).ShouldBeTrue();
        await close;
        (await editor.PromptAsync("again")).ShouldBe("end_turn");
    }

    [Theory]
    [InlineData("app/[id]/page.tsx")]
    [InlineData("a(1), b.txt")]
    [InlineData("what? no! {yes}; ok.txt")]
    public async Task A_linked_file_is_read_whatever_its_name_is(string name)
    {
        await using var room = new Room();
        var file = room.Write(name, "the linked text");
        room.Model.On(static _ => ModelReply.Text("Seen."));
        await using var editor = await AcpEditor.OpenAsync(room);

        await editor.AskAsync("session/prompt", $$$"""{"sessionId":"{{{editor.SessionId}}}","prompt":[{"type":"resource_link","name":"x","uri":{{{ModelReply.Quote(new Uri(file).AbsoluteUri)}}}}]}""");

        room.Model.Requests.ShouldHaveSingleItem().LastText.ShouldContain("the linked text");
    }

    [Fact]
    public async Task What_is_embedded_is_sent_as_the_editor_has_it_and_not_once_more_from_disk()
    {
        await using var room = new Room();
        var file = room.Write("a.txt", "stale text");
        room.Model.On(static _ => ModelReply.Text("Seen."));
        await using var editor = await AcpEditor.OpenAsync(room);

        await editor.AskAsync("session/prompt", $$$$"""{"sessionId":"{{{{editor.SessionId}}}}","prompt":[{"type":"resource","resource":{"uri":{{{{ModelReply.Quote(new Uri(file).AbsoluteUri)}}}},"text":"unsaved text"}}]}""");

        room.Model.Requests.ShouldHaveSingleItem().LastText.ShouldSatisfyAllConditions(
            static text => text.ShouldContain("unsaved text"), static text => text.ShouldNotContain("stale text"));
    }

    [Fact]
    public async Task A_turn_of_its_own_that_fails_is_shown()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Fine."))
            .On(request => request.LastText == "begin"
                ? ModelReply.Calls(("c1", "agent", """{"description":"Look","prompt":"look around","subagent_type":"Explore","run_in_background":true}""")) : null)
            .On(request => request.LastText.Contains("<task-notification>", StringComparison.Ordinal) ? ModelReply.Error(400, "too much of it") : null);
        await using var editor = await AcpEditor.OpenAsync(room);

        await editor.PromptAsync("begin");

        (await editor.WaitForAsync(static update => update.GetRawText().Contains("too much of it", StringComparison.Ordinal)))
            .GetProperty("update").GetProperty("sessionUpdate").GetString().ShouldBe("agent_message_chunk");
    }

    [Fact]
    public async Task A_recorded_path_that_is_none_does_not_keep_a_session_from_being_loaded()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "read_file", "{\"file_path\":\"/tmp/a\\u0000b\"}")), ModelReply.Text("No."), ModelReply.Text("Yes."));
        await using var editor = await AcpEditor.OpenAsync(room);
        await editor.PromptAsync("go");

        await editor.AskAsync("session/load", $$"""{"sessionId":"{{editor.SessionId}}","cwd":{{ModelReply.Quote(room.Workspace)}},"mcpServers":[]}""");

        (await editor.PromptAsync("again")).ShouldBe("end_turn");
    }

    [Fact]
    public async Task A_request_that_was_replaced_cannot_cancel_what_replaced_it()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(static _ => ModelReply.Text("Quick."))
            .On(request => request.LastText == "slow" ? ModelReply.Held("Well", never.Task) : null);
        await using var editor = await AcpEditor.OpenAsync(room);
        var slow = editor.PromptAsync("slow");
        await editor.WaitForAsync(static update => update.GetRawText().Contains("Well", StringComparison.Ordinal));

        var quick = editor.PromptAsync("quick");
        editor.Notify("$/cancel_request", """{"requestId":3}""");

        (await slow).ShouldBe("cancelled");
        (await quick).ShouldBe("end_turn");
        never.SetResult();
    }

    [Fact]
    public async Task Sessions_of_a_directory_that_is_gone_are_an_empty_list()
    {
        await using var room = new Room();
        await using var editor = await AcpEditor.StartAsync(room);

        (await editor.AskAsync("session/list", """{"cwd":"/no/such/place"}""")).GetProperty("sessions").GetArrayLength().ShouldBe(0);
        (await Should.ThrowAsync<AcpError>(() => editor.AskAsync("session/list", """{"cwd":"~/x"}"""))).Code.ShouldBe(-32602);
    }

    [Fact]
    public async Task A_session_that_is_loaded_does_nothing_before_its_first_prompt()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Fine."))
            .On(request => request.LastText == "begin"
                ? ModelReply.Calls(("c1", "agent", """{"description":"Look","prompt":"look around","subagent_type":"Explore","run_in_background":true}""")) : null)
            .On(request => request.LastText.EndsWith("look around", StringComparison.Ordinal) ? ModelReply.Held("Well", new TaskCompletionSource().Task) : null);
        string session;
        await using (var first = await AcpEditor.OpenAsync(room))
        {
            session = first.SessionId;
            await first.PromptAsync("begin");
            await room.Model.WaitForAsync(static request => request.LastText.EndsWith("look around", StringComparison.Ordinal));
            first.Process.Kill();
            await first.Process.EndAsync();
        }

        var asked = room.Model.Requests.Count;
        await using var second = await AcpEditor.StartAsync(room);
        await second.AskAsync("session/load", $$"""{"sessionId":"{{session}}","cwd":{{ModelReply.Quote(room.Workspace)}},"mcpServers":[]}""");
        await second.AskAsync("session/set_mode", $$"""{"sessionId":"{{session}}","modeId":"plan"}""");
        (await second.PromptAsync("and now?", session)).ShouldBe("end_turn");

        room.Model.Requests[asked].LastUserText.ShouldContain("and now?");
        room.Model.Requests[asked].UserTexts.ShouldContain(static text => text.Contains("<task-notification>", StringComparison.Ordinal));
    }
}

using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What a host that drives a session by lines of JSON may ask of it, and what of its prompts is expanded.</summary>
public sealed class HostRequestTests
{
    private static readonly string[] StreamJson = ["--input-format", "stream-json", "-o", "stream-json"];

    [Theory]
    [InlineData("""{"subtype":"initialize","effort":"low"}""", "low")]
    [InlineData("""{"subtype":"set_effort","effort":"max"}""", "high")]
    [InlineData("""{"subtype":"set_effort","effort":"Medium"}""", "medium")]
    public async Task An_effort_of_the_handshake_or_a_later_one_is_sent_to_the_model(string request, string effort)
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunWithAsync(Lines(request, "one"), StreamJson);

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[0].Body.GetProperty("reasoning").GetProperty("effort").GetString().ShouldBe(effort);
        Responses(result.Output).ShouldHaveSingleItem().GetProperty("subtype").GetString().ShouldBe("success");
    }

    [Theory]
    [InlineData("""{"subtype":"initialize","effort":"very much"}""", "none, low, medium, high, max")]
    [InlineData("""{"subtype":"set_effort"}""", "none, low, medium, high, max")]
    [InlineData("""{"subtype":"get_usage_info","range":"decade"}""", "today, week, month, all")]
    [InlineData("""{"subtype":"make_coffee"}""", "Unknown control request subtype: make_coffee")]
    [InlineData("""{"subtype":"initialize","agents":[{"name":"a","description":"d","systemPrompt":"s","disallowedTools":[1]}]}""", "agents[0].disallowedTools must be a list of strings")]
    public async Task What_cannot_be_done_is_answered_with_an_error_and_the_id_of_the_request(string request, string error)
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunWithAsync(Lines(request), StreamJson);

        result.ExitCode.ShouldBe(0, result.Error);
        var response = Responses(result.Output).ShouldHaveSingleItem();
        (response.GetProperty("subtype").GetString(), response.GetProperty("request_id").GetString()).ShouldBe(("error", "r0"));
        response.GetProperty("error").GetString()!.ShouldContain(error);
        room.Model.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"agents\":[]")]
    [InlineData(",\"agents\":null")]
    public async Task After_a_handshake_only_the_hosts_agents_exist_and_the_model_reads_that_there_are_none(string agents)
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("a", "agent", """{"description":"d","prompt":"p","subagent_type":"Explore"}""")) : ModelReply.Text("Hi."));

        var result = await room.RunWithAsync(Lines($$"""{"subtype":"initialize"{{agents}}}""", "one"), StreamJson);

        result.ExitCode.ShouldBe(0, result.Error);
        Room.Json(result.Output).First(static message => message.GetProperty("type").GetString() == "system").GetProperty("agents").GetArrayLength().ShouldBe(0);
        var tool = room.Model.Requests[0].Body.GetProperty("tools").EnumerateArray().Select(static tool => tool.GetProperty("function"))
            .Single(static function => function.GetProperty("name").GetString() == "agent");
        tool.GetProperty("description").GetString()!.ShouldEndWith("No agents of a type are configured.");
        tool.GetProperty("parameters").GetProperty("properties").GetProperty("subagent_type").TryGetProperty("enum", out _).ShouldBeFalse();
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text
            .ShouldContain("Subagent \"Explore\" not found. Available subagents: none. Leave out 'subagent_type' to launch a fork.");
    }

    [Fact]
    public async Task The_models_of_the_settings_are_listed_with_the_one_in_use()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"modelProviders":{"openai":[{"id":"second-model","name":"Second","baseUrl":"http://127.0.0.1:9/v1","envKey":"OPENAI_API_KEY"}]}}""");
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunWithAsync(Lines("""{"subtype":"get_available_models"}"""), StreamJson);

        var answer = Responses(result.Output).ShouldHaveSingleItem().GetProperty("response");
        answer.GetProperty("currentModel").GetString().ShouldBe("test-model");
        answer.GetProperty("models").EnumerateArray().Select(static model => model.GetProperty("id").GetString()).ShouldContain("second-model");
    }

    [Fact]
    public async Task The_usage_of_the_context_is_split_by_what_it_is_for()
    {
        await using var room = new Room();
        room.Write("QWEN.md", string.Concat(Enumerable.Repeat("Remember the pot. ", 200)));
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var process = room.StartOpen(StreamJson);
        process.Type(Lines("""{"subtype":"initialize"}""", "one"));
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        process.Type("""{"type":"control_request","request_id":"usage","request":{"subtype":"get_context_usage","show_details":true}}""");
        process.CloseInput();
        var result = await process.EndAsync();

        var usage = Responses(result.Output).Single(static response => response.GetProperty("request_id").GetString() == "usage").GetProperty("response");
        var parts = usage.GetProperty("breakdown");
        parts.GetProperty("systemPrompt").GetInt64().ShouldBePositive();
        parts.GetProperty("builtinTools").GetInt64().ShouldBePositive();
        parts.GetProperty("memoryFiles").GetInt64().ShouldBePositive();
        parts.GetProperty("mcpTools").GetInt64().ShouldBe(0);
        ((string[])["systemPrompt", "builtinTools", "mcpTools", "memoryFiles", "skills", "messages"]).Sum(part => parts.GetProperty(part).GetInt64())
            .ShouldBe(usage.GetProperty("totalTokens").GetInt64());
        usage.GetProperty("builtinTools").EnumerateArray().Select(static tool => tool.GetProperty("name").GetString()).ShouldContain("read_file");
    }

    [Fact]
    public async Task What_earlier_sessions_have_used_is_counted_by_day_and_model()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")) : ModelReply.Text("Hi."));
        await room.RunAsync("-p", "hi");

        var result = await room.RunWithAsync(Lines("""{"subtype":"get_usage_info","range":"week"}"""), StreamJson);

        var usage = Responses(result.Output).ShouldHaveSingleItem().GetProperty("response");
        usage.GetProperty("range").GetString().ShouldBe("week");
        var summary = usage.GetProperty("summary");
        (summary.GetProperty("requests").GetInt32(), summary.GetProperty("sessions").GetInt32(), summary.GetProperty("toolCalls").GetInt32()).ShouldBe((2, 1, 1));
        var total = summary.GetProperty("totalTokens").GetInt64();
        total.ShouldBePositive();
        usage.GetProperty("models").EnumerateArray().ShouldHaveSingleItem().GetProperty("model").GetString().ShouldBe("test-model");
        usage.GetProperty("daily").GetArrayLength().ShouldBe(7);
        usage.GetProperty("daily").EnumerateArray().Sum(static day => day.GetProperty("tokens").GetInt64()).ShouldBe(total);
        usage.GetProperty("heatmap").EnumerateObject().Sum(static day => day.Value.GetProperty("tokens").GetInt64()).ShouldBe(total);
    }

    [Fact]
    public async Task Files_that_a_hosts_prompt_names_are_sent_behind_it()
    {
        await using var room = new Room();
        room.Environment["OPENAI_MODEL"] = "gpt-4o";
        room.Write("a.txt", "first file");
        room.Write("secret.txt", "the secret");
        room.Write(".qwen/settings.json", """{ "$version": 3, "permissions": { "deny": ["Read(secret.txt)"] } }""");
        File.WriteAllBytes(Path.Combine(room.Workspace, "p.png"), [1, 2, 3]);
        room.Model.On(static _ => ModelReply.Text("seen"));

        var result = await room.RunWithAsync(Lines("""{"subtype":"initialize"}""", "look at @a.txt, @p.png and @secret.txt"), StreamJson);

        result.ExitCode.ShouldBe(0, result.Error);
        var sent = room.Model.Requests[0].Last.GetProperty("content").GetRawText();
        sent.ShouldContain("first file");
        sent.ShouldContain("data:image/png;base64,AQID");
        sent.ShouldNotContain("the secret");
        result.Error.ShouldContain("@secret.txt may not be read by the permission rules");
    }

    [Fact]
    public async Task The_commands_that_can_be_used_are_advertised_and_no_others()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "hi", "-o", "stream-json");

        Room.Json(result.Output)[0].GetProperty("slash_commands").EnumerateArray().Select(static command => command.GetString()).ShouldBe(["compress", "compress-fast", "context", "init", "restore", "rewind", "summary"]);
    }

    [UnixFact]
    public async Task An_mcp_server_that_a_host_brings_is_started_and_its_tools_are_offered()
    {
        await using var room = new Room();
        var server = ModelReply.Quote(Path.Combine(AppContext.BaseDirectory, "mcp-server.sh"));
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "mcp__mine__echo", """{"text":"you"}""")) : ModelReply.Text("done"));
        var initialize = $$$"""{"subtype":"initialize","mcpServers":{"mine":{"command":"bash","args":[{{{server}}}],"env":{"GREETING":"hello"},"trust":true},"broken":{} } }""";

        var result = await room.RunWithAsync(Lines(initialize, "one", """{"subtype":"mcp_server_status"}"""), StreamJson);

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[0].ToolNames.ShouldContain("mcp__mine__echo");
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldBe("hello you");
        Responses(result.Output)[^1].GetProperty("response").GetProperty("status").TryGetProperty("mine", out _).ShouldBeTrue();
        result.Error.ShouldContain("MCP server 'broken' of the client is left out");
        File.Exists(Path.Combine(room.Workspace, "ended")).ShouldBeTrue("it ends with the session");
    }

    // A control request for each object, numbered from r0, and a prompt for each text.
    private static string Lines(params string[] items) => string.Join('\n', items.Select(static (item, index) => item.StartsWith('{')
        ? $$$"""{"type":"control_request","request_id":"r{{{index}}}","request":{{{item}}}}"""
        : $$$"""{"type":"user","message":{"role":"user","content":{{{ModelReply.Quote(item)}}}}}""")) + "\n";

    private static IReadOnlyList<JsonElement> Responses(string output) => [.. Room.Json(output)
        .Where(static message => message.GetProperty("type").GetString() == "control_response").Select(static message => message.GetProperty("response"))];
}

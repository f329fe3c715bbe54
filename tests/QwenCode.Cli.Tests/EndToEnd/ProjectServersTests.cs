using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>The servers that a project brings: in <c>.mcp.json</c>, and in the files of its agents.</summary>
public sealed class ProjectServersTests
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "mcp-server.sh");

    [UnixFact]
    public async Task A_server_of_the_project_is_used_after_it_was_approved_and_until_its_entry_changes()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        room.Environment["KIND"] = "bash";
        var file = room.Write(".mcp.json", $$$"""
            {
              "mcpServers": {
                "srv": { "type": "stdio", "command": "${KIND}", "args": ["{{{Server}}}"], "env": { "GREETING": "${NONE:-hello}" }, "trust": true }
              }
            }
            """);

        var first = await room.RunAsync("hi");
        first.Error.ShouldContain($"MCP server 'srv' is not started, because nobody has approved it ({file}:3). Look at its entry, and then: qwen mcp approve srv, or qwen mcp reject srv.");
        first.Error.ShouldContain($"{file}:3: mcpServers.srv.trust has no effect here");
        room.Model.Requests[^1].ToolNames.ShouldNotContain("mcp__srv__echo");
        (await room.RunAsync("mcp", "list")).Output.ShouldBe($"Configured MCP servers:\n○ srv: bash {Server} (stdio) - Not approved: qwen mcp approve srv (.mcp.json)\n");
        (await room.RunAsync("mcp", "test", "srv")).Error.ShouldContain("is not approved: qwen mcp approve srv");

        (await room.RunAsync("mcp", "approve", "srv")).Output.ShouldBe("MCP server \"srv\" approved.\n");
        (await room.RunAsync("hi")).Error.ShouldNotContain("approve");
        room.Model.Requests[^1].ToolNames.ShouldContain("mcp__srv__echo");
        (await room.RunAsync("mcp", "list")).Output.ShouldBe($"Configured MCP servers:\n✓ srv: bash {Server} (stdio) - Connected (.mcp.json)\n");

        room.Write(".mcp.json", (await File.ReadAllTextAsync(file)).Replace("hello", "other", StringComparison.Ordinal));
        (await room.RunAsync("hi")).Error.ShouldContain("nobody has approved it");
        room.Model.Requests[^1].ToolNames.ShouldNotContain("mcp__srv__echo");

        (await room.RunAsync("mcp", "reject", "--all")).Output.ShouldBe("MCP server \"srv\" rejected.\n");
        (await room.RunAsync("hi")).Error.ShouldNotContain("approve");
        room.Model.Requests[^1].ToolNames.ShouldNotContain("mcp__srv__echo");
    }

    [Theory]
    [InlineData("{\n \"mcpServers\": {\n  \"a\": { \"command\": \"${NOT_SET_ANYWHERE}\" } } }", ".mcp.json:3: MCP server 'a' is left out: mcpServers.a \"command\" needs the variable NOT_SET_ANYWHERE, which is not set")]
    [InlineData("{\n \"mcpServers\": {\n  \"a\": { \"httpUrl\": \"http://x/${OPENAI_API_KEY}\" } } }", "mcpServers.a \"httpUrl\" needs the variable OPENAI_API_KEY, which is not set")]
    [InlineData("{\n \"mcpServers\": {\n\n  \"a\": { \"command\": 7 } } }", ".mcp.json:4: MCP server 'a' is left out: mcpServers.a.command must be a string.")]
    [InlineData("{\n \"mcpServers\": {\n\n  \"a\": 7 } }", ".mcp.json:4: MCP server 'a' is left out: mcpServers.a must be an object.")]
    [InlineData("{\n \"mcpServers\": []\n}", ".mcp.json:1: mcpServers must be an object")]
    [InlineData("{\n oops", ".mcp.json:2: it is not valid JSON")]
    public async Task What_is_wrong_with_the_file_is_said_with_its_place_and_costs_that_server_alone(string content, string message)
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        room.Write(".mcp.json", content);

        var result = await room.RunAsync("hi");

        (result.ExitCode, result.Output).ShouldBe((0, "Hi.\n"));
        result.Error.ShouldContain(message);
        result.Error.ShouldNotContain(Room.Key);
        (await room.RunAsync("mcp", "list")).Error.ShouldContain(message);
    }

    [UnixFact]
    public async Task In_a_folder_that_is_not_trusted_the_file_is_not_read()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        room.Write(".mcp.json", """{"mcpServers":{"srv":{"command":"sh","args":["-c","touch started"]}}}""");
        (await room.RunAsync("mcp", "approve", "srv")).ExitCode.ShouldBe(0);
        room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        room.WriteHome(".qwen/trustedFolders.json", $$"""{"{{room.Workspace}}":"DO_NOT_TRUST"}""");

        await room.RunAsync("hi");
        var approve = await room.RunAsync("mcp", "approve", "srv");

        (approve.ExitCode, approve.Error).ShouldBe((1, "This folder is not trusted, so that its .mcp.json is not read.\n"));
        File.Exists(Path.Combine(room.Workspace, "started")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task A_server_of_the_settings_comes_before_one_of_its_name()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", $$$"""{"$version":3,"mcpServers":{"srv":{"command":"bash","args":["{{{Server}}}"]} } }""");
        room.Write(".mcp.json", """{"mcpServers":{"srv":{"command":"sh","args":["-c","touch started"]}}}""");

        var list = await room.RunAsync("mcp", "list");

        list.Output.ShouldBe($"Configured MCP servers:\n✓ srv: bash {Server} (stdio) - Connected\n");
        list.Error.ShouldContain("MCP server 'srv' is left out: the settings have a server of that name.");
    }

    [UnixFact]
    public async Task An_agent_has_the_servers_that_its_file_names_and_its_own_which_end_with_it()
    {
        await using var room = new Room();
        var one = Directory.CreateDirectory(Path.Combine(room.Workspace, "own")).FullName;
        room.WriteHome(".qwen/settings.json", $$$"""
            {"$version":3,"mcpServers":{"kept":{"command":"bash","args":["{{{Server}}}"]},"left":{"command":"bash","args":["{{{Server}}}"]}},
             "permissions":{"allow":["mcp__mine__echo"],"deny":["mcp__banned"]}}
            """);
        room.Write(".qwen/agents/helper.md", $$"""
            ---
            name: helper
            description: Has servers of its own.
            tools: [read_file]
            mcpServers:
              - kept
              - nowhere
              - mine:
                  command: bash
                  args: ["{{Server}}"]
                  env: { GREETING: "${WHO:-hello}" }
                  cwd: {{one}}
                  trust: true
              - banned:
                  command: bash
                  args: ["{{Server}}"]
            ---
            You are a helper with servers.
            """);
        room.Model.On(static request => request.LastText switch
        {
            var text when text.EndsWith("go", StringComparison.Ordinal) => ModelReply.Calls(("call_7", "agent", """{"description":"look","prompt":"work","subagent_type":"helper"}""")),
            _ when request.System.StartsWith("You are a helper", StringComparison.Ordinal) && request.ToolResults.Count == 0 => ModelReply.Calls(("e1", "mcp__mine__echo", """{"text":"you"}""")),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunAsync("-p", "go");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("Agent 'helper': it names MCP server 'nowhere', and there is none of that name.");
        var asked = room.Model.Requests.Where(static request => request.System.StartsWith("You are a helper", StringComparison.Ordinal)).ToList();
        asked[0].ToolNames.ShouldBe(["read_file", "mcp__kept__echo", "mcp__mine__echo"], ignoreOrder: true);
        asked[1].ToolResults.Single().Text.ShouldBe("hello you");
        room.Model.Requests[0].ToolNames.ShouldContain("mcp__left__echo");
        room.Model.Requests[0].ToolNames.ShouldNotContain("mcp__mine__echo");
        (await File.ReadAllTextAsync(Path.Combine(one, "ended"))).ShouldBe("bye\n");
        (await room.RunAsync("agents", "show", "helper")).Output.ShouldContain("mcp servers: kept, nowhere, mine (its own), banned (its own)\n");
    }

    [UnixFact]
    public async Task A_servers_own_question_to_the_model_waits_for_somebody_to_allow_it()
    {
        await using var room = new Room();
        room.Write("asker.sh", """
            answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
            while IFS= read -r line; do
              id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p')
              case "$line" in
                *'"initialize"'*) answer '"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
                *'"tools/list"'*) answer '"result":{"tools":[{"name":"ask","description":"Asks.","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]}' ;;
                *'"tools/call"'*) call=$id; echo '{"jsonrpc":"2.0","id":"q","method":"sampling/createMessage","params":{"maxTokens":50,"messages":[{"role":"user","content":{"type":"text","text":"What is the answer?"}}]}}' ;;
                *'"id":"q"'*) id=$call; text=$(printf %s "$line" | sed -n 's/.*\(42\).*/\1/p;s/.*"code":\(-[0-9]*\).*/error \1/p'); answer '"result":{"content":[{"type":"text","text":"It says '"$text"'"}]}' ;;
                *'"id"'*) answer '"error":{"code":-32601,"message":"unknown"}' ;;
              esac
            done
            """);
        room.Model.On(static request => request.LastText switch
        {
            "What is the answer?" => ModelReply.Text("It is 42."),
            _ when request.ToolResults.Count == 0 => ModelReply.Calls(("c1", "mcp__srv__ask", "{}")),
            _ => ModelReply.Text("Done."),
        });

        var refused = await room.RunAsync("--mcp-config", """{"srv":{"command":"bash","args":["asker.sh"]}}""", "-p", "go");
        room.Model.Requests[^1].ToolResults.Single().Text.ShouldBe("It says error -1", refused.Error);
        refused.Error.ShouldContain("MCP server 'srv' wanted to ask the model, and was refused: nobody allowed it; \"trust\" in the server's entry would.");
        var allowed = await room.RunAsync("--mcp-config", """{"srv":{"command":"bash","args":["asker.sh"],"trust":true}}""", "-p", "go", "-o", "json");

        room.Model.Requests[^1].ToolResults.Single().Text.ShouldBe("It says 42", allowed.Error);
        room.Model.Requests.Count.ShouldBe(5);
        room.Model.Requests.Single(static request => request.LastText == "What is the answer?").ToolNames.ShouldBeEmpty();
    }
}

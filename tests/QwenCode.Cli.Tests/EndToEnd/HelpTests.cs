using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Each line of the help is true: a run with the option differs from one without it in what the line says.</summary>
public sealed class HelpTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";
    private static readonly string[] StreamJson = ["-o", "stream-json"];

    private static readonly Dictionary<string, Func<Room, Task>> Proofs = new()
    {
        ["prompt"] = async room => (await AskAsync(room, "-p", "from the option")).LastText.ShouldBe("from the option"),
        ["prompt-interactive"] = StaysAsync,
        ["model"] = async room => (await AskAsync(room, "hi", "--model", "another")).Body.GetProperty("model").GetString().ShouldBe("another"),
        ["fallback-model"] = async room =>
        {
            room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"generationConfig":{"maxRetries":0}}}""");
            room.Model.On(static request => request.Body.GetProperty("model").GetString() == "other" ? ModelReply.Text("From the other.") : ModelReply.Error(503, "full"));
            var result = await room.RunAsync("-p", "hi", "--fallback-model", "other");
            result.Output.ShouldBe("From the other.\n");
            result.Error.ShouldContain("'other' takes over");
        },
        ["unattended"] = async room =>
        {
            room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"generationConfig":{"maxRetries":0}}}""");
            room.Model.Then(ModelReply.Error(429, "slow down, retry in 1 seconds"), ModelReply.Text("At last."));
            (await room.RunAsync("-p", "hi", "--unattended")).Output.ShouldBe("At last.\n");
        },
        ["json-schema"] = async room =>
        {
            room.Model.On(static request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "structured_output", """{"n":7}""")) : ModelReply.Text("not asked"));
            (await room.RunAsync("-p", "count", "--json-schema", """{"type":"object","properties":{"n":{"type":"integer"}}}""")).Output.ShouldBe("{\"n\":7}\n");
        },
        ["auth-type"] = async room => await FailsAsync(room, "discontinued", "hi", "--auth-type", "qwen-oauth"),
        ["openai-api-key"] = async room => (await AskAsync(room, "hi", "--openai-api-key", "sk-other")).Headers["Authorization"].ShouldBe("Bearer sk-other"),
        ["openai-base-url"] = async room => (await AskAsync(room, "hi", "--openai-base-url", room.Model.BaseUrl.Replace("/v1", "/v7", StringComparison.Ordinal))).Line.ShouldContain("/v7/"),
        ["openai-logging"] = async room => await LogsAsync(room, "logs/openai", "--openai-logging"),
        ["openai-logging-dir"] = async room => await LogsAsync(room, "kept", "--openai-logging", "--openai-logging-dir", "kept"),
        ["model-cassette"] = async room =>
        {
            (await AskAsync(room, "hi", "--model-cassette", "record:tape")).LastText.ShouldBe("hi");
            (await room.RunAsync("hi", "--model-cassette", "replay:tape")).Output.ShouldBe("Hi.\n");
            (await room.RunAsync("hi", "--model-cassette", "strict:tape")).Output.ShouldBe("Hi.\n");
            room.Model.Requests.ShouldHaveSingleItem();
            (await room.RunAsync("hi", "--model-cassette", "tape")).Error.ShouldContain("Write record:FILE, replay:FILE or strict:FILE.");
        },
        ["proxy"] = async room => (await AskAsync(room, "hi", "--openai-base-url", "http://model.invalid/v1", "--proxy", $"127.0.0.1:{room.Model.Port}")).Line.ShouldStartWith("POST http://model.invalid/v1/"),
        ["rules"] = ReplaysAsync,
        ["json-fd"] = async room =>
        {
            await using var qwen = room.StartInTerminal("-i", "begin", "--json-fd", "4711");
            await qwen.WaitForLineAsync(static line => line.Contains("no such file is open", StringComparison.Ordinal));
            qwen.Type("/quit");
        },
        ["json-file"] = async room =>
        {
            await StaysAsync(room, "--json-file", "events");
            (await File.ReadAllTextAsync(Path.Combine(room.Workspace, "events"))).ShouldContain("session_start");
        },
        ["input-file"] = async room =>
        {
            await using var qwen = room.StartInTerminal("-i", "begin", "--input-file", "input");
            await qwen.WaitForLineAsync(static line => line.Contains("Hi.", StringComparison.Ordinal));
            room.Write("input", """{"type":"submit","text":"from the file"}""" + "\n");
            (await room.Model.WaitForAsync(static request => request.LastText == "from the file")).LastText.ShouldBe("from the file");
            qwen.Type("/quit");
        },
        ["acp"] = async room =>
        {
            await using var editor = await AcpEditor.OpenAsync(room);
            (await editor.PromptAsync("from an editor")).ShouldBe("end_turn");
        },
        ["input-format"] = async room => (await RunAsync(room, """{"type":"user","message":{"role":"user","content":"from a line"}}""" + "\n", "--input-format", "stream-json", "-o", "stream-json"))
            .LastText.ShouldBe("from a line"),
        ["output-format"] = async room => (await room.RunAsync("hi", "--output-format", "json")).Output.ShouldStartWith("[{"),
        ["include-partial-messages"] = async room => (await room.RunAsync(["hi", "--include-partial-messages", .. StreamJson])).Output.ShouldContain("content_block_delta"),
        ["continue"] = async room => await ContinuesAsync(room, "--continue"),
        ["resume"] = async room => await ContinuesAsync(room, "--resume", Id),
        ["fork-session"] = async room =>
        {
            await ContinuesAsync(room, "--continue", "--fork-session");
            room.Transcripts.Count.ShouldBe(2);
        },
        ["session-id"] = async room => (await room.RunAsync(["hi", "--session-id", Id, .. StreamJson])).Output.ShouldContain(Id),
        ["max-session-turns"] = async room => (await room.RunAsync("hi", "--max-session-turns", "0")).ExitCode.ShouldBe(53),
        ["max-tool-calls"] = async room => (await CallsAsync(room, "--max-tool-calls", "0")).ExitCode.ShouldBe(55),
        ["max-wall-time"] = async room =>
        {
            var never = new TaskCompletionSource();
            room.Model.On(_ => ModelReply.Held("I think", never.Task));
            (await room.RunAsync("hi", "--max-wall-time", "2s")).ExitCode.ShouldBe(55);
        },
        ["max-subagent-depth"] = async room =>
        {
            await NestsAsync(room, "--max-subagent-depth", "1");
            (await room.RunAsync("hi", "--max-subagent-depth", "0")).Error.ShouldContain("from 1 to 100");
        },
        ["safe-mode"] = async room =>
        {
            room.Write("QWEN.md", "Always whistle.");
            (await AskAsync(room, "hi")).System.ShouldContain("Always whistle.");
            (await AskAsync(room, "hi", "--safe-mode")).System.ShouldNotContain("Always whistle.");
        },
        ["bare"] = async room => (await AskAsync(room, "hi", "--bare", "-y")).ToolNames.ShouldSatisfyAllConditions(
            static tools => tools.ShouldContain("run_shell_command"),
            static tools => tools.ShouldNotContain("glob"),
            static tools => tools.ShouldNotContain("agent")),
        ["insecure"] = async room =>
        {
            await using var secure = new TlsFront(room.Model.Port);
            room.Environment["OPENAI_BASE_URL"] = secure.BaseUrl;
            (await room.RunAsync("hi")).ExitCode.ShouldNotBe(0);
            room.Model.Requests.ShouldBeEmpty();
            var result = await room.RunAsync("hi", "--insecure");
            result.ExitCode.ShouldBe(0, result.Error);
            result.Error.ShouldContain("certificates of model servers are not checked");
            room.Model.Requests.ShouldHaveSingleItem();
        },
        ["disabled-slash-commands"] = async room =>
        {
            (await room.RunAsync("/init", "--disabled-slash-commands", "INIT")).Error.ShouldContain("disabled");
            room.Model.Requests.ShouldBeEmpty();
        },
        ["system-prompt"] = async room => (await AskAsync(room, "hi", "--system-prompt", "You are a parrot.")).System.ShouldStartWith("You are a parrot."),
        ["append-system-prompt"] = async room => (await AskAsync(room, "hi", "--append-system-prompt", "Never whistle.")).System.ShouldEndWith("Never whistle."),
        ["yolo"] = async room => (await AskAsync(room, "hi", "--yolo")).ToolNames.ShouldContain("run_shell_command"),
        ["approval-mode"] = async room => (await AskAsync(room, "hi", "--approval-mode", "auto-edit")).ToolNames.ShouldContain("edit"),
        ["allowed-tools"] = async room => (await AskAsync(room, "hi", "--allowed-tools", "run_shell_command(ls)")).ToolNames.ShouldContain("run_shell_command"),
        ["exclude-tools"] = async room => (await AskAsync(room, "hi", "--exclude-tools", "glob")).ToolNames.ShouldNotContain("glob"),
        ["core-tools"] = async room => (await AskAsync(room, "hi", "--core-tools", "read_file")).ToolNames.ShouldNotContain("glob"),
        ["mcp-config"] = async room =>
        {
            room.Write("servers.json", """{"mcpServers":{"one":{"command":"sh","args":["-c","touch one"]}}}""");
            await AskAsync(room, "hi", "--mcp-config", "servers.json");
            File.Exists(Path.Combine(room.Workspace, "one")).ShouldBeTrue();
            (await room.RunAsync("hi", "--mcp-config", "{")).ExitCode.ShouldBe(52);
        },
        ["allowed-mcp-server-names"] = ConnectsAsync,
        ["http"] = async room =>
        {
            await using var served = await McpHttpProgram.StartAsync(room);
            await using var client = await served.ConnectAsync();
            (await client.ListToolsAsync()).ShouldContain(static tool => tool.Name == "prompt");
        },
        ["http-token-file"] = async room =>
        {
            var file = room.Write("token", "the-token-of-the-file\n");
            await using var served = await McpHttpProgram.StartAsync(room, "--http-token-file", file);
            (await served.SendAsync(HttpMethod.Post, McpHttpProgram.Initialize)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
            await using var client = await served.ConnectAsync("the-token-of-the-file");
            (await client.ListToolsAsync()).ShouldContain(static tool => tool.Name == "prompt");
        },
        ["include-directories"] = async room => (await room.RunAsync("permissions", "explain", "--include-directories", room.Home, "read_file {\"file_path\":\"" + room.Home + "/x\"}"))
            .Output.ShouldNotBe((await room.RunAsync("permissions", "explain", "read_file {\"file_path\":\"" + room.Home + "/x\"}")).Output),
        ["plugin-dir"] = async room => (await AskAsync(room, "hi", "-y", "--plugin-dir", Path.Combine(AppContext.BaseDirectory, "fixtures", "SmallestPlugin"))).ToolNames.ShouldContain("count_lines"),
        ["chat-recording"] = async room =>
        {
            await AskAsync(room, "hi", "--no-chat-recording");
            room.Transcripts.ShouldBeEmpty();
            await AskAsync(room, "hi", "--chat-recording");
            room.Transcripts.ShouldHaveSingleItem();
        },
        ["checkpointing"] = async room =>
        {
            room.WriteHome(".qwen/settings.json", """{"$version":3,"general":{"checkpointing":{"enabled":false}}}""");
            await UndoTests.WriteAsync(room, "a.txt");
            (await room.RunAsync("undo")).Error.ShouldContain("nothing to undo");
            await UndoTests.WriteAsync(room, "b.txt", "--checkpointing");
            (await room.RunAsync("undo")).ExitCode.ShouldBe(0);
            File.Exists(Path.Combine(room.Workspace, "b.txt")).ShouldBeFalse();
        },
        ["dry-run"] = async room =>
        {
            await UndoTests.WriteAsync(room, "a.txt");
            (await room.RunAsync("undo", "--dry-run")).Output.ShouldContain("deleted    a.txt");
            File.Exists(Path.Combine(room.Workspace, "a.txt")).ShouldBeTrue();
        },
        ["force"] = async room =>
        {
            await UndoTests.WriteAsync(room, "a.txt");
            room.Write("a.txt", "mine");
            (await room.RunAsync("undo")).Error.ShouldContain("a.txt");
            (await room.RunAsync("undo", "--force")).ExitCode.ShouldBe(0);
            File.Exists(Path.Combine(room.Workspace, "a.txt")).ShouldBeFalse();
        },
        ["redo"] = async room =>
        {
            await UndoTests.WriteAsync(room, "a.txt");
            await room.RunAsync("undo");
            (await room.RunAsync("undo", "--redo")).ExitCode.ShouldBe(0);
            File.Exists(Path.Combine(room.Workspace, "a.txt")).ShouldBeTrue();
        },
        ["experimental-lsp"] = OffersLanguageServersAsync,
        ["sandbox"] = SandboxesAsync,
        ["json"] = async room =>
        {
            await AskAsync(room, "hi");
            (await room.RunAsync("tasks", "audit", "--json")).Output.ShouldStartWith("{\"lost\":0");
            (await room.RunAsync("hi", "--json")).Error.ShouldContain("--output-format json");
        },
        ["debug"] = async room => (await room.RunAsync("hi", "--resume", Id, "--debug")).Error.ShouldSatisfyAllConditions(
            static error => error.ShouldContain("[ERROR]"),
            static error => error.ShouldContain("   at QwenCode.")),
        ["version"] = async room => (await room.RunAsync("--version")).Output.ShouldBe("0.14.5\n"),
        ["help"] = async room => (await room.RunAsync("--help")).Output.ShouldStartWith("Usage: qwen"),
    };

    public static TheoryData<string> Options => [.. OptionTable.Working.Where(static option => !option.IsHidden).Select(static option => option.Name)];

    [Theory]
    [MemberData(nameof(Options))]
    public async Task A_line_of_the_help_is_true(string option)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        Proofs.ShouldContainKey(option, "an option of the help needs a run that shows what it does");
        if (!OperatingSystem.IsWindows() || option is not ("prompt-interactive" or "json-fd" or "json-file" or "input-file" or "mcp-config" or "allowed-mcp-server-names" or "sandbox"))
        {
            await Proofs[option](room);
        }
    }

    private static Task<ModelRequest> AskAsync(Room room, params string[] args) => RunAsync(room, null, args);

    private static async Task<ModelRequest> RunAsync(Room room, string? input, params string[] args)
    {
        var result = await room.RunWithAsync(input, args);
        result.ExitCode.ShouldBe(0, result.Error);
        return room.Model.Requests[^1];
    }

    private static async Task FailsAsync(Room room, string message, params string[] args)
    {
        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(message);
        room.Model.Requests.ShouldBeEmpty();
    }

    private static Task StaysAsync(Room room) => StaysAsync(room, []);

    private static async Task StaysAsync(Room room, params string[] options)
    {
        await using var qwen = room.StartInTerminal(["--prompt-interactive", "begin", .. options]);
        await qwen.WaitForLineAsync(static line => line.Contains("Hi.", StringComparison.Ordinal));
        qwen.Type("go on");
        (await room.Model.WaitForAsync(static request => request.LastText == "go on")).LastText.ShouldBe("go on");
        qwen.Type("/quit");
        (await qwen.EndAsync()).ExitCode.ShouldBe(0);
    }

    private static async Task LogsAsync(Room room, string directory, params string[] options)
    {
        var echo = ModelReply.Text($"the key is {Room.Key}");
        room.Model.Then(echo);

        var result = await room.RunAsync(["a prompt to log", .. options]);

        result.ExitCode.ShouldBe(0, result.Error);
        var log = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(room.Workspace, directory)).ShouldHaveSingleItem());
        log.ShouldContain("a prompt to log");
        log.ShouldContain("the key is ***");
        log.ShouldContain("\"status\": 200");
        log.ShouldNotContain(Room.Key);
    }

    private static async Task ReplaysAsync(Room room)
    {
        room.Write("rules.json", """{"deny":["Bash(make *)"]}""");
        var call = """{"functionCall":{"name":"run_shell_command","args":{"command":"make all"}}}""";
        room.Write("t.jsonl", $$$"""{"uuid":"1","type":"assistant","message":{"role":"model","parts":[{{{call}}}]}}""");

        var result = await room.RunAsync("permissions", "replay", "t.jsonl", "--rules", "rules.json");

        result.Output.ShouldContain("denied by Bash(make *)");
        (await room.RunAsync("hi", "--rules", "rules.json")).Error.ShouldContain("--rules goes with qwen permissions replay");
    }

    private static async Task ContinuesAsync(Room room, params string[] options)
    {
        await AskAsync(room, "first", "--session-id", Id);

        var request = await AskAsync(room, ["second", .. options]);

        request.UserTexts.TakeLast(2).ShouldBe(["first", "second"]);
    }

    private static async Task ConnectsAsync(Room room)
    {
        room.WriteHome(".qwen/settings.json", """{"$version":3,"mcpServers":{"one":{"command":"sh","args":["-c","touch one"]},"two":{"command":"sh","args":["-c","touch two"]}}}""");

        await AskAsync(room, "hi", "--allowed-mcp-server-names", "two");

        File.Exists(Path.Combine(room.Workspace, "one")).ShouldBeFalse();
        File.Exists(Path.Combine(room.Workspace, "two")).ShouldBeTrue();
    }

    private static async Task OffersLanguageServersAsync(Room room)
    {
        room.Write(".lsp.json", """{"typescript":{"command":"some-language-server","extensionToLanguage":{".ts":"typescript"}}}""");

        (await AskAsync(room, "hi", "--experimental-lsp")).ToolNames.ShouldContain("lsp");
        (await AskAsync(room, "hi")).ToolNames.ShouldNotContain("lsp");
    }

    // With bubblewrap the model learns of the sandbox; without it there is no run at all.
    private static async Task SandboxesAsync(Room room)
    {
        var plain = await AskAsync(room, "hi");

        var result = await room.RunAsync("hi", "--sandbox");

        if (result.ExitCode == 0)
        {
            room.Model.Requests[^1].System.ShouldNotBe(plain.System);
        }
        else
        {
            result.Error.ShouldContain("bwrap");
        }
    }

    // The fork asks for an agent of its own.
    private static async Task NestsAsync(Room room, params string[] options)
    {
        room.Model.On(static request => request.LastText switch
        {
            "hi" => ModelReply.Calls(("c1", "agent", """{"description":"d","prompt":"sub"}""")),
            "Begin." => ModelReply.Calls(("c2", "agent", """{"description":"d","prompt":"sub","subagent_type":"Explore"}""")),
            _ => ModelReply.Text("Done."),
        });
        await AskAsync(room, ["hi", .. options]);
        room.Model.Requests.SelectMany(static request => request.ToolResults).ShouldContain(static result => result.Text.Contains("1 deep", StringComparison.Ordinal));
    }

    private static async Task<QwenResult> CallsAsync(Room room, params string[] args)
    {
        room.Model.On(static request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")) : ModelReply.Text("Done."));
        return await room.RunAsync(["hi", .. args]);
    }
}

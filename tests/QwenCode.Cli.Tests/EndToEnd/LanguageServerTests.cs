using System.Diagnostics;
using System.Globalization;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>The lsp tool in the whole program, with a server that is a process of its own.</summary>
public sealed class LanguageServerTests
{
    private const string Hover = """{"operation":"hover","filePath":"a.ts","line":1}""";
    private const string Answers = """ "capabilities":{"hoverProvider":true},"answers":{"textDocument/hover":{"contents":"a number"}} """;

    [Fact]
    public async Task With_the_flag_the_tool_is_offered_and_its_server_answers_and_ends_with_the_run()
    {
        await using var room = Room(Answers);
        room.Model.Then(ModelReply.Calls(("c1", "lsp", Hover)), ModelReply.Text("Done."));

        var result = await room.RunAsync("-p", "look", "--experimental-lsp", "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        room.Model.Requests[0].ToolNames.ShouldContain("lsp");
        Support.Room.Json(result.Output)[0].GetProperty("tools").EnumerateArray().Select(static name => name.GetString()).ShouldContain("lsp");
        room.Model.Requests[1].ToolResults.Single().Text.ShouldBe("Hover for a.ts:1:1:\na number");
        var log = Log(room);
        log[1..].ShouldBe(["initialized", "textDocument/didOpen", "textDocument/hover", "shutdown", "exit"]);
        IsAlive(Id(log)).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_the_flag_there_is_no_such_tool_and_nothing_is_started()
    {
        await using var room = Room(Answers);
        room.Model.Then(ModelReply.Calls(("c1", "lsp", Hover)), ModelReply.Text("Done."));

        var result = await room.RunAsync("-p", "look");

        result.Error.ShouldBeEmpty();
        room.Model.Requests[0].ToolNames.ShouldNotContain("lsp");
        room.Model.Requests[1].ToolResults.Single().Text.ShouldStartWith("Tool \"lsp\" not found in registry.");
        Log(room).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_missing_or_broken_is_told_and_the_run_goes_on_without_the_tool()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."), ModelReply.Text("Hi."));
        var file = Path.Combine(room.Workspace, ".lsp.json");

        var missing = await room.RunAsync("-p", "hello", "--experimental-lsp");
        room.Write(".lsp.json", "{\n \"go\": {,\n}");
        var broken = await room.RunAsync("-p", "hello", "--experimental-lsp");

        missing.ExitCode.ShouldBe(0);
        missing.Output.ShouldBe("Hi.\n");
        missing.Error.ShouldContain($"there is no {file}: the lsp tool is not offered. Create the file, such as {{");
        broken.ExitCode.ShouldBe(0);
        broken.Error.ShouldContain($"{file}:2: this is no valid JSON, and the lsp tool is not offered. Mend the file.");
        room.Model.Requests.ShouldAllBe(static request => !request.ToolNames.Contains("lsp"));
    }

    [Fact]
    public async Task A_project_that_is_not_trusted_starts_no_server()
    {
        await using var room = Room(Answers);
        room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        room.WriteHome(".qwen/trustedFolders.json", $$"""{ {{ModelReply.Quote(room.Workspace)}}: "DO_NOT_TRUST" }""");
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "hello", "--experimental-lsp");

        result.Error.ShouldContain("is not a trusted folder");
        room.Model.Requests.Single().ToolNames.ShouldNotContain("lsp");
        Log(room).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_a_file_outside_the_workspace_is_not_looked_at()
    {
        await using var room = Room(Answers);
        room.WriteHome("other.ts", "secret");
        room.Model.Then(ModelReply.Calls(("c1", "lsp", Hover.Replace("a.ts", "../home/other.ts"))), ModelReply.Text("Done."));

        await room.RunAsync("-p", "look", "--experimental-lsp");

        room.Model.Requests[1].ToolResults.Single().Text.ShouldStartWith("Qwen Code requires permission to use \"lsp\"");
        Log(room).ShouldBeEmpty();
    }

    [UnixFact]
    public async Task A_signal_while_a_server_keeps_silent_leaves_no_process_behind()
    {
        await using var room = Room(""" "capabilities":{"hoverProvider":true},"deaf":true,"answers":{"textDocument/hover":null} """);
        room.Model.Then(ModelReply.Calls(("c1", "lsp", Hover)), ModelReply.Text("Done."));
        await using var process = room.Start("-p", "look", "--experimental-lsp", "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("tool_use", StringComparison.Ordinal));
        await WaitForLogAsync(room, "textDocument/hover");

        process.Signal(QwenProcess.Terminate);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        IsAlive(Id(Log(room))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_over_standard_input_ends_its_servers_as_well()
    {
        await using var room = Room(Answers);
        room.Model.Then(ModelReply.Calls(("c1", "lsp", Hover)), ModelReply.Text("Done."));

        var result = await room.RunWithAsync(
            """{"type":"user","message":{"role":"user","content":"look"}}""" + "\n", "--input-format", "stream-json", "-o", "stream-json", "--experimental-lsp");

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[1].ToolResults.Single().Text.ShouldBe("Hover for a.ts:1:1:\na number");
        Log(room)[^1].ShouldBe("exit");
        IsAlive(Id(Log(room))).ShouldBeFalse();
    }

    private static Room Room(string script)
    {
        var room = new Room();
        room.Write("a.ts", "const a = 1;\n");
        var file = room.Write("server.json", $"{{\"log\":{ModelReply.Quote(Path.Combine(room.Workspace, "server.log"))},{script}}}");
        var dotnet = Path.Combine(room.Environment["DOTNET_ROOT"]!, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var program = Path.Combine(AppContext.BaseDirectory, "fixtures", "Fixtures.LanguageServer", "Fixtures.LanguageServer.dll");
        room.Write(".lsp.json", $"{{\"typescript\":{{\"command\":{ModelReply.Quote(dotnet)},\"args\":[\"exec\",{ModelReply.Quote(program)},{ModelReply.Quote(file)}],\"startupTimeout\":60000}}}}");
        return room;
    }

    private static string[] Log(Room room)
    {
        var file = Path.Combine(room.Workspace, "server.log");
        if (!File.Exists(file))
        {
            return [];
        }

        // Open for others to write: the server may be about to.
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static int Id(string[] log) => int.Parse(log[0]["started ".Length..], CultureInfo.InvariantCulture);

    private static async Task WaitForLogAsync(Room room, string line)
    {
        var seen = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(room.Workspace);
        watcher.Changed += Look;
        watcher.Created += Look;
        watcher.EnableRaisingEvents = true;
        Look(null, null);
        await seen.Task.WaitAsync(QwenProcess.Patience);

        void Look(object? sender, FileSystemEventArgs? arguments)
        {
            if (Log(room).Contains(line))
            {
                seen.TrySetResult();
            }
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && !(OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false;
        }
    }
}

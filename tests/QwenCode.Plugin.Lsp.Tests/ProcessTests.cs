using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using QwenCode.Plugin.Lsp.Tests.Support;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>Servers as processes: how they start, die, come back and end.</summary>
public sealed class ProcessTests : IAsyncDisposable
{
    private const string Hover = """{"operation":"hover","filePath":"src/a.ts","line":1}""";
    private const string Answers = """ "capabilities":{"hoverProvider":true},"answers":{"textDocument/hover":{"contents":"from a process"}} """;

    private readonly LspRoom _room = new();

    private string Log => Path.Combine(_room.Root, "server.log");

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task A_server_starts_at_the_first_question_and_ends_politely_with_the_tool()
    {
        Configure(Answers);
        var tool = _room.Shipped();
        (await tool.CheckAsync(_room.Workspace, default)).IsReady.ShouldBeTrue();
        File.Exists(Log).ShouldBeFalse("looking whether it is configured starts nothing");

        var text = await _room.CallAsync(Hover, tool);
        await _room.CallAsync(Hover, tool);
        var id = Started().ShouldHaveSingleItem();
        IsAlive(id).ShouldBeTrue();
        await tool.DisposeAsync();

        text.ShouldBe($"Hover for src/a.ts:1:1:\nfrom a process");
        Lines().ShouldBe([$"started {id}", "initialized", "textDocument/didOpen", "textDocument/hover", "textDocument/hover", "shutdown", "exit"]);
        IsAlive(id).ShouldBeFalse();
        (await _room.CallAsync(Hover, tool)).ShouldStartWith("LSP hover failed: the language servers were ended with the session.");
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_ended_with_all_it_started()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var child = Path.Combine(_room.Root, "child");
        Configure($""" {Answers},"deaf":true,"child":{JsonSerializer.Serialize(child)} """, """ "shutdownTimeout":50 """);
        var tool = _room.Shipped();
        await _room.CallAsync(Hover, tool);
        var ids = new[] { Started().Single(), int.Parse(File.ReadAllText(child), CultureInfo.InvariantCulture) };
        ids.ShouldAllBe(static id => IsAlive(id));

        await tool.DisposeAsync();

        ids.ShouldAllBe(static id => !IsAlive(id));
    }

    [Fact]
    public async Task A_server_that_crashes_is_not_started_again_unless_that_is_wanted()
    {
        Configure($""" {Answers},"crashOn":"textDocument/hover" """);
        var tool = _room.Shipped();

        var first = await _room.CallAsync(Hover, tool);
        var second = await _room.CallAsync(Hover, tool);

        first.ShouldStartWith("LSP hover failed: server ");
        first.ShouldContain("was lost: it ended. Its program has ended with code 9, and last wrote to its error output: the fixture dies now.");
        first.ShouldContain("It is not started again in this session; set \"typescript.restartOnCrash\" in ");
        second.ShouldBe(first);
        Started().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_crashes_is_started_again_and_asked_again()
    {
        var mark = Path.Combine(_room.Root, "crashed");
        Configure($""" {Answers},"crashOn":"textDocument/hover","crashMark":{JsonSerializer.Serialize(mark)} """, """ "restartOnCrash":true """);

        var text = await _room.CallAsync(Hover, _room.Shipped());

        text.ShouldBe("Hover for src/a.ts:1:1:\nfrom a process");
        Started().Count.ShouldBe(2);
        Lines().Count(static line => line == "textDocument/didOpen").ShouldBe(2, "its successor has seen no document yet");
    }

    [Fact]
    public async Task A_server_that_keeps_crashing_is_given_up()
    {
        Configure($""" {Answers},"crashOn":"textDocument/hover" """, """ "restartOnCrash":true,"maxRestarts":2 """);
        var tool = _room.Shipped();

        var first = await _room.CallAsync(Hover, tool);
        var second = await _room.CallAsync(Hover, tool);

        first.ShouldContain("It was started again 2 times already (\"typescript.maxRestarts\" in ");
        second.ShouldContain("It was started again 2 times already");
        Started().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_that_dies_between_two_questions_is_missed_at_the_next()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Configure(Answers, """ "restartOnCrash":true """);
        var tool = _room.Shipped();
        await _room.CallAsync(Hover, tool);
        using (var process = System.Diagnostics.Process.GetProcessById(Started().Single()))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        (await _room.CallAsync(Hover, tool)).ShouldBe("Hover for src/a.ts:1:1:\nfrom a process");
        Started().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_program_that_ends_at_once_is_quoted()
    {
        Configure(""" "exit":3,"complaint":"no project file found" """);

        var text = await _room.CallAsync(Hover, _room.Shipped());

        text.ShouldContain("was lost: it ended. Its program has ended with code 3, and last wrote to its error output: no project file found.");
        text.ShouldContain("Check \"typescript.command\" in ");
    }

    [Fact]
    public async Task A_program_that_never_greets_is_given_up_when_its_time_is_over()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _room.Write(".lsp.json", """{"typescript":{"command":"sleep","args":["600"],"startupTimeout":50}}""");

        var text = await _room.CallAsync(Hover, _room.Shipped());

        text.ShouldStartWith("LSP hover failed: server sleep did not finish starting within 0.05 s. Raise \"typescript.startupTimeout\" in ");
        text.ShouldEndWith("Its program is still running.");
    }

    [Theory]
    [InlineData("no-such-language-server-0451")]
    [InlineData("./bin/none")]
    public async Task A_program_that_is_not_there_is_named_with_the_key_to_mend(string command)
    {
        _room.Write(".lsp.json", $$"""{"typescript":{"command":"{{command}}"} }""");

        (await _room.CallAsync(Hover, _room.Shipped()))
            .ShouldBe($"LSP hover failed: the program \"{command}\" of server {command} was not found. Install it, or mend \"typescript.command\" in {Path.Combine(_room.Root, ".lsp.json")}.");
    }

    [Fact]
    public async Task A_program_of_the_project_is_found_by_its_path_and_never_by_its_name()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var script = _room.Write("tsls", $"#!/bin/sh\nexec {Dotnet} exec {Fixture} {Script(Answers)}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await _room.CallAsync(Hover, _room.Shipped())).ShouldContain("\"tsls\" of server tsls was not found");

        _room.Write(".lsp.json", """{"typescript":{"command":"./tsls"}}""");
        (await _room.CallAsync(Hover, _room.Shipped())).ShouldBe("Hover for src/a.ts:1:1:\nfrom a process");
    }

    [Fact]
    public async Task A_server_can_be_reached_over_tcp()
    {
        int port;
        using (var probe = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        Configure($""" {Answers},"port":{port} """, $""" "transport":"tcp","socket":{"{"}"port":{port}{"}"} """);

        (await _room.CallAsync(Hover, _room.Shipped())).ShouldBe("Hover for src/a.ts:1:1:\nfrom a process");
    }

    [Fact]
    public async Task A_server_can_be_reached_over_a_socket_of_the_file_system()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Configure($""" {Answers},"path":{JsonSerializer.Serialize(Path.Combine(_room.Root, "s"))} """, """ "transport":"socket","socket":"s" """);
        var tool = _room.Shipped();

        (await _room.CallAsync(Hover, tool)).ShouldBe("Hover for src/a.ts:1:1:\nfrom a process");
        await tool.DisposeAsync();
        Started().ShouldAllBe(static id => !IsAlive(id));
    }

    [Fact]
    public async Task Where_no_server_listens_the_address_is_named()
    {
        _room.Write(".lsp.json", """{"typescript":{"transport":"socket","socket":"nobody.sock"}}""");

        (await _room.CallAsync(Hover, _room.Shipped())).ShouldStartWith($"LSP hover failed: no server answers at {Path.Combine(_room.Root, "nobody.sock")}: ");
    }

    [Fact]
    public async Task A_server_gets_the_environment_that_was_set_for_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _room.Write(".lsp.json", """{"typescript":{"command":"sh","args":["-c","printf '%s in %s' \"$LSP_TEST\" \"$PWD\" >&2"],"env":{"LSP_TEST":"seen"}}}""");

        (await _room.CallAsync(Hover, _room.Shipped())).ShouldContain($"error output: seen in {_room.Root}.");
    }

    private static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static string Fixture => Path.Combine(AppContext.BaseDirectory, "Fixtures.LanguageServer.dll");

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return !process.HasExited && !(OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false;
        }
    }

    private string Script(string members) => _room.Write($"script-{Guid.NewGuid():N}.json", $"{{\"log\":{JsonSerializer.Serialize(Log)},{members}}}");

    private void Configure(string script, string? entry = null) => _room.Write(
        ".lsp.json",
        $"{{\"typescript\":{{\"command\":{JsonSerializer.Serialize(Dotnet)},\"args\":[\"exec\",{JsonSerializer.Serialize(Fixture)},{JsonSerializer.Serialize(Script(script))}],\"startupTimeout\":60000{(entry is null ? string.Empty : "," + entry)}}}}}");

    private string[] Lines()
    {
        if (!File.Exists(Log))
        {
            return [];
        }

        // Open for others to write: the server may be about to.
        using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private List<int> Started() => [.. Lines().Where(static line => line.StartsWith("started ", StringComparison.Ordinal)).Select(static line => int.Parse(line["started ".Length..], CultureInfo.InvariantCulture))];
}

using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Tests.Support;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>What <c>.lsp.json</c> may say, and what is said of what it may not.</summary>
public sealed class ConfigurationTests : IAsyncDisposable
{
    private readonly LspRoom _room = new();

    private string FilePath => Path.Combine(_room.Root, ".lsp.json");

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public void Everything_can_be_set()
    {
        Directory.CreateDirectory(Path.Combine(_room.Root, "packages", "web"));
        var server = Read("""
            { // comments are fine
              "ts": {"command":"srv","args":["--a","b"],"env":{"K":"v"},"initializationOptions":{"o":1},"settings":{"s":2},"extensionToLanguage":{"TS":"typescript",".tsx":"tsx"},
                "workspaceFolder":"packages/web","startupTimeout":1,"shutdownTimeout":2,"restartOnCrash":true,"maxRestarts":0,"trustRequired":false},
            }
            """).Servers.Single();

        server.Name.ShouldBe("srv");
        server.Language.ShouldBe("ts");
        server.Arguments.ShouldBe(["--a", "b"]);
        server.Environment.ShouldBe(new Dictionary<string, string> { ["K"] = "v" });
        server.InitializationOptions!.Value.GetRawText().ShouldBe("""{"o":1}""");
        server.Settings!.Value.GetRawText().ShouldBe("""{"s":2}""");
        server.Extensions.ShouldBe(new Dictionary<string, string> { [".ts"] = "typescript", [".tsx"] = "tsx" });
        server.Folder.ShouldBe(Path.Combine(_room.Root, "packages", "web"));
        server.StartupTimeout.ShouldBe(TimeSpan.FromMilliseconds(1));
        server.ShutdownTimeout.ShouldBe(TimeSpan.FromMilliseconds(2));
        server.RestartOnCrash.ShouldBeTrue();
        server.MaxRestarts.ShouldBe(0);
    }

    [Fact]
    public void What_is_left_out_is_the_usual()
    {
        var server = Read("""{"python":{"command":"pyright-langserver"}}""").Servers.Single();

        server.Transport.ShouldBe(ServerTransport.Stdio);
        server.Extensions.ShouldBe(new Dictionary<string, string> { [".py"] = "python", [".pyi"] = "python" });
        server.Folder.ShouldBe(_room.Root);
        server.StartupTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        server.ShutdownTimeout.ShouldBe(TimeSpan.FromSeconds(5));
        server.RestartOnCrash.ShouldBeFalse();
        server.MaxRestarts.ShouldBe(3);
    }

    [Theory]
    [InlineData("""{"go":{"transport":"tcp","socket":{"host":"h","port":7}}}""", "h", 7, null)]
    [InlineData("""{"go":{"transport":"tcp","host":"h","port":7}}""", "h", 7, null)]
    [InlineData("""{"go":{"transport":"tcp","port":7}}""", "127.0.0.1", 7, null)]
    [InlineData("""{"go":{"transport":"socket","socket":"/s"}}""", "127.0.0.1", 0, "/s")]
    [InlineData("""{"go":{"transport":"socket","socket":{"path":"/s"}}}""", "127.0.0.1", 0, "/s")]
    [InlineData("""{"go":{"transport":"socket","socketPath":"/s"}}""", "127.0.0.1", 0, "/s")]
    public void An_address_may_stand_where_the_reference_has_it(string json, string host, int port, string? path)
    {
        var server = Read(json).Servers.Single();

        (server.Name, server.Host, server.Port, server.SocketPath).ShouldBe(("go", host, port, path));
    }

    [Fact]
    public void Two_entries_with_one_command_keep_apart()
    {
        Read("""{"typescript":{"command":"tsls"},"javascript":{"command":"tsls"}}""").Servers.Select(static server => server.Name).ShouldBe(["tsls", "javascript"]);
    }

    [Theory]
    [InlineData("""{"go":1}""", "\"go\" must be an object.")]
    [InlineData("""{"go":{}}""", "\"go.command\" is missing: the program to start.")]
    [InlineData("""{"go":{"command":""}}""", "\"go.command\" must be a string that is not empty.")]
    [InlineData("""{"go":{"command":["gopls"]}}""", "\"go.command\" must be a string that is not empty.")]
    [InlineData("""{"go":{"command":"x","args":"-v"}}""", "\"go.args\" must be an array of strings.")]
    [InlineData("""{"go":{"command":"x","env":{"A":1}}}""", "\"go.env\" must be an object that maps names to strings.")]
    [InlineData("""{"go":{"command":"x","transport":"pipe"}}""", "\"go.transport\" is \"pipe\"; it can be stdio, tcp or socket.")]
    [InlineData("""{"go":{"transport":"tcp"}}""", "\"go.socket.port\" must be a port: a whole number from 1 to 65535.")]
    [InlineData("""{"go":{"transport":"tcp","socket":{"port":70000}}}""", "\"go.socket.port\" must be a port: a whole number from 1 to 65535.")]
    [InlineData("""{"go":{"transport":"socket"}}""", "\"go.socket\" is missing: the path of the socket.")]
    [InlineData("""{"go":{"command":"x","startupTimeout":"10s"}}""", "\"go.startupTimeout\" must be a whole number from 0 to 3600000.")]
    [InlineData("""{"go":{"command":"x","restartOnCrash":"yes"}}""", "\"go.restartOnCrash\" must be true or false.")]
    [InlineData("""{"go":{"command":"x","maxRestarts":-1}}""", "\"go.maxRestarts\" must be a whole number from 0 to 1000.")]
    [InlineData("""{"go":{"command":"x","workspaceFolder":"../up"}}""", "\"go.workspaceFolder\" is ../up, which lies outside the workspace.")]
    [InlineData("""{"go":{"command":"x","workspaceFolder":"none"}}""", "\"go.workspaceFolder\" is none, which does not exist.")]
    [InlineData("""{"klingon":{"command":"x"}}""", "\"klingon.extensionToLanguage\" is missing, and \"klingon\" is no language whose files are known.")]
    public void An_entry_that_is_wrong_is_named_with_file_and_key_and_the_others_stay(string json, string expected)
    {
        var read = Read(json[..^1] + ""","ok":{"command":"y","extensionToLanguage":{"o":"ok"}}}""");

        read.Servers.Single().Name.ShouldBe("y");
        read.Problems.ShouldHaveSingleItem().ShouldStartWith($"{FilePath}: {expected}");
    }

    [Fact]
    public void A_key_that_nobody_knows_is_named_and_ignored()
    {
        var read = Read("""{"go":{"command":"x","comand":"y"}}""");

        read.Servers.Count.ShouldBe(1);
        read.Problems.Single().ShouldStartWith($"{FilePath}: \"go.comand\" is no known key and is ignored. Known are: command, args,");
    }

    [Theory]
    [InlineData("{\n\"go\": {\n oops", ":3: this is no valid JSON, and the lsp tool is not offered. Mend the file.")]
    [InlineData("[]", " must be an object that maps languages to servers")]
    [InlineData("{}", " names no language server that can be used: the lsp tool is not offered. Add one, such as {\"typescript\"")]
    public async Task Where_the_file_is_of_no_use_the_tool_is_not_offered_and_people_are_told_once(string json, string expected)
    {
        _room.Write(".lsp.json", json);

        var readiness = await _room.Tool.CheckAsync(_room.Workspace, default);

        readiness.IsReady.ShouldBeFalse();
        readiness.Notices.ShouldHaveSingleItem().ShouldStartWith(FilePath + expected);
    }

    [Fact]
    public async Task Without_the_file_people_are_told_how_to_write_it()
    {
        File.Delete(FilePath);

        var readiness = await _room.Tool.CheckAsync(_room.Workspace, default);

        readiness.IsReady.ShouldBeFalse();
        readiness.Notices.Single().ShouldStartWith($"--experimental-lsp was given, but there is no {FilePath}: the lsp tool is not offered. Create the file, such as {{\"typescript\"");
    }

    [Fact]
    public async Task A_file_that_comes_later_counts_from_then_on()
    {
        File.Delete(FilePath);
        (await _room.Tool.CheckAsync(_room.Workspace, default)).IsReady.ShouldBeFalse();
        _room.Write(".lsp.json", """{"go":{"command":"gopls"}}""");

        (await _room.Tool.CheckAsync(_room.Workspace, default)).ShouldSatisfyAllConditions(
            readiness => readiness.IsReady.ShouldBeTrue(),
            readiness => readiness.Notices.ShouldBeEmpty());
    }

    [Fact]
    public async Task A_project_that_is_not_trusted_starts_nothing_whatever_its_file_says_of_trust()
    {
        await using var room = new LspRoom(isTrusted: false);
        room.Write(".lsp.json", """{"typescript":{"command":"tsls","trustRequired":false}}""");

        var readiness = await room.Tool.CheckAsync(room.Workspace, default);

        readiness.IsReady.ShouldBeFalse();
        readiness.Notices.Single().ShouldStartWith($"{room.Root} is not a trusted folder");
        (await room.CallAsync("""{"operation":"hover","filePath":"src/a.ts","line":1}""")).ShouldStartWith($"LSP hover failed: {room.Root} is not a trusted folder");
        Should.Throw<InvalidOperationException>(() => room.Server);
    }

    private LspConfiguration Read(string json)
    {
        _room.Write(".lsp.json", json);
        return LspFile.Read(_room.Workspace);
    }
}

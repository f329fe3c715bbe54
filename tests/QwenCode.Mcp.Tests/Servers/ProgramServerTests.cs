using QwenCode.Mcp.Configuration;
using QwenCode.Platform.Processes.Custody;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>Servers that are programs: started, watched and ended like every other process.</summary>
public sealed class ProgramServerTests : IDisposable
{
    // Answers what a server is asked, in the shell: its tool says whose process it is and which child it has.
    private const string Server =
        """
        sleep 1000 & child=$!
        while IFS= read -r line; do
          id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p')
          case "$line" in
            *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
            *'"tools/list"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"whose","inputSchema":{"type":"object"}}]}}' ;;
            *'"tools/call"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"'$QWEN_CODE_OWNER' '$child' '$MINE'"}]}}' ;;
            *'"id"'*) echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"unknown"}}' ;;
          esac
        done
        echo bye > ended
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("qwen-mcp-").FullName;
    private readonly Workspace _workspace;

    public ProgramServerTests() =>
        _workspace = new Workspace(Directory.CreateDirectory(Path.Combine(_root, "work")).FullName, runtimeDirectory: Path.Combine(_root, "run"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [LinuxFact]
    public async Task A_program_is_noted_as_a_process_of_the_project_and_ends_with_all_it_started()
    {
        var servers = Connect(Server);
        var tool = await servers.ToolAsync();

        var said = await tool.Prepare().ExecuteAsync(CancellationToken.None);

        var words = said.Content.ToText().Split(' ');
        (words[0], words[2]).ShouldBe(("mcp//", "value"));
        var record = ProcessCustody.List(_workspace.ProjectDirectory).ShouldHaveSingleItem();
        (record.Kind, record.Name).ShouldBe(("mcp", "srv"));
        IsAlive(words[1]).ShouldBeTrue();

        await servers.DisposeAsync();

        IsAlive(words[1]).ShouldBeFalse();
        ProcessCustody.List(_workspace.ProjectDirectory).ShouldBeEmpty();
        File.Exists(Path.Combine(_workspace.Root, "ended")).ShouldBeTrue("a server ends by itself when its input does");
    }

    [LinuxTheory]
    [InlineData("echo one >&2; echo 'no licence' >&2; exit 3", "the program ended with exit code 3 and said last: no licence")]
    [InlineData("printf 'no line end' >&2; exit 4", "the program ended with exit code 4 and said last: no line end")]
    [InlineData("kill -9 $$", "the program ended with exit code 137")]
    public async Task A_program_that_ends_at_once_is_reported_with_its_code_and_its_last_words(string script, string expected)
    {
        await using var servers = Connect(script);

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain(expected);
    }

    [LinuxFact]
    public async Task A_program_that_does_not_exist_is_reported_with_what_to_do()
    {
        await using var servers = Connect(new McpServerConfiguration { Name = "srv", Transport = McpTransport.Stdio, Command = "no-such-program" });

        var notice = (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem();

        notice.ShouldContain("'no-such-program' could not be started");
        notice.ShouldContain("correct \"command\"");
    }

    [LinuxFact]
    public async Task A_program_that_closes_its_output_and_goes_on_is_ended()
    {
        await using var servers = Connect("echo $$ > pid; exec >&-; trap '' TERM; while :; do sleep 1000; done");

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("could not be connected");

        IsAlive(await File.ReadAllTextAsync(Path.Combine(_workspace.Root, "pid"))).ShouldBeFalse();
    }

    private static bool IsAlive(string id) => Directory.Exists($"/proc/{id.Trim()}")
        && !File.ReadAllText($"/proc/{id.Trim()}/stat").Contains(") Z ", StringComparison.Ordinal);

    private McpServers Connect(string script) => Connect(new McpServerConfiguration
    {
        Name = "srv",
        Transport = McpTransport.Stdio,
        Command = "bash",
        Arguments = ["-c", script],
        Environment = new Dictionary<string, string> { ["MINE"] = "value" },
    });

    private McpServers Connect(McpServerConfiguration server) => new(new McpServersOptions { Servers = [server], Workspace = _workspace });

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Reads /proc.";
    }

    private sealed class LinuxTheoryAttribute : TheoryAttribute
    {
        public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Reads /proc.";
    }
}

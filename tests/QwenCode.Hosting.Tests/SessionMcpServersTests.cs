using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.Hosting.Tests;

/// <summary>MCP servers that a client brings for one session.</summary>
public sealed class SessionMcpServersTests : IDisposable
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "mcp-server.sh");

    private readonly HostRoom _room = new();

    public SessionMcpServersTests() => _room.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH")!;

    public void Dispose() => _room.Dispose();

    [UnixFact]
    public async Task A_server_of_an_editor_is_offered_called_and_ended_with_its_session()
    {
        _room.Script.Calls("mcp__mine__echo", """{"text":"you"}""").Says("done");
        await using var services = _room.Build();

        var (info, events) = await RunAsync(services, List("mine"), ApprovalMode.Yolo);

        info.Tools.ShouldContain("mcp__mine__echo");
        events.Events.OfType<RunStarted>().Single().Session.McpServers.ShouldBe([new McpServerStatus("mine", "connected")]);
        events.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().ModelText.ShouldBe("hello you");
        _room.Script.Requests[0].Tools.ShouldContain("mcp__mine__echo");
        File.Exists(Path.Combine(_room.Project, "ended")).ShouldBeTrue();
    }

    [UnixFact]
    public async Task Its_tools_are_asked_about_although_it_says_that_it_is_trusted()
    {
        _room.Script.Calls("mcp__mine__echo", """{"text":"you"}""").Says("done");
        await using var services = _room.Build();

        var (_, events) = await RunAsync(services, List("mine", ""","trust":true"""), ApprovalMode.Default);

        events.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().ErrorType.ShouldBe("execution_denied");
    }

    [UnixFact]
    public async Task A_server_that_the_settings_have_or_do_not_allow_is_left_out_and_told_of()
    {
        _room.WriteHome(".qwen/settings.json", $$$"""{"$version":3,"mcp":{"allowed":["known","mine"]},"mcpServers":{"known":{{{Entry("settings")}}}}}""");
        _room.Script.Calls("mcp__known__echo", """{"text":"you"}""").Says("done");
        await using var services = _room.Build();

        var (info, events) = await RunAsync(services, $$"""{"known":{{Entry("client")}},"foreign":{{Entry("client")}},"mine":{{Entry("client")}}}""", ApprovalMode.Yolo);

        info.McpServers.Select(static server => server.Name).ShouldBe(["known", "mine"]);
        events.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().ModelText.ShouldBe("settings you");
        events.Events.OfType<NoticeRaised>().Select(static notice => notice.Text).ShouldBe([
            "MCP server 'known' of the client is left out: the settings have a server of that name.",
            "MCP server 'foreign' of the client is left out: mcp.allowed or --allowed-mcp-server-names does not name it."]);
    }

    [UnixFact]
    public async Task Each_session_has_its_own()
    {
        _room.Script.Says("one").Says("two");
        await using var services = _room.Build();

        var (first, _) = await RunAsync(services, List("a"), ApprovalMode.Default);
        var (second, _) = await RunAsync(services, List("b"), ApprovalMode.Default);

        first.Tools.Where(IsServers).ShouldBe(["mcp__a__echo"]);
        second.Tools.Where(IsServers).ShouldBe(["mcp__b__echo"]);
    }

    private static bool IsServers(string tool) => tool.StartsWith("mcp__", StringComparison.Ordinal);

    private static string List(string name, string more = "") =>
        $$"""[{"name":"{{name}}","command":"bash","args":[{{JsonSerializer.Serialize(Server)}}],"env":[{"name":"GREETING","value":"hello"}]{{more}}}]""";

    private static string Entry(string greeting) =>
        $$$"""{"command":"bash","args":[{{{JsonSerializer.Serialize(Server)}}}],"env":{"GREETING":"{{{greeting}}}"}}""";

    private static Task<(SessionInfo Info, RecordingFrontEnd Events)> RunAsync(IServiceProvider services, string servers, ApprovalMode mode)
    {
        var own = services.GetRequiredService<SessionFactory>().CreateServers();
        own.Add(JsonElement.Parse(servers));
        return HostRoom.RunAsync(services, "hi", new SessionRequest { Servers = own, Mode = mode, Id = SessionId.New() });
    }

    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The server is a shell script." : null;
    }
}

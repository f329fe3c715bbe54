using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Servers;

public sealed class McpServersTests
{
    [Fact]
    public void Options_that_make_no_sense_are_all_named() => Should.Throw<InvalidOptionsException>(() => new McpServers(new McpServersOptions
    {
        Servers = [],
        Workspace = null!,
        ConnectTimeout = TimeSpan.Zero,
        StartTimeout = TimeSpan.FromSeconds(-1),
    })).Problems.ShouldBe([
        "Workspace is null; it must have a value.",
        "StartTimeout is -00:00:01; it must not be negative.",
        "ConnectTimeout is 00:00:00; it must be longer than zero."]);

    [Fact]
    public async Task Tools_of_all_servers_are_offered_in_the_order_of_the_settings()
    {
        await using var servers = Fakes.Connect(new Dictionary<string, FakeServer>
        {
            ["one"] = new() { Tools = $"[{Fakes.Tool("b")},{Fakes.Tool("a it")}]" },
            ["two"] = new() { Tools = $"[{Fakes.Tool("c", """{"readOnlyHint":true}""")}]" },
        });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        servers.Snapshot().Select(static tool => tool.Name).ShouldBe(["mcp__one__b", "mcp__one__a_it", "mcp__two__c"]);
        servers.Status.ShouldBe([new McpServerStatus("one", "connected"), new McpServerStatus("two", "connected")]);
        var declarations = servers.Snapshot().Select(static tool => tool.Declaration).ToList();
        declarations[1].DisplayName.ShouldBe("a it (one MCP Server)");
        declarations[1].Source.ShouldBe("mcp:one");
        declarations[1].Kind.ShouldBe(ToolKind.Other);
        declarations[1].Traits.ShouldBe(ToolTraits.LiveOutput);
        declarations[2].Kind.ShouldBe(ToolKind.Read);
        declarations[2].Traits.ShouldBe(ToolTraits.LiveOutput | ToolTraits.ReadOnly | ToolTraits.Parallel);
    }

    [Fact]
    public async Task Only_wanted_tools_are_offered()
    {
        var server = new FakeServer { Tools = $"[{Fakes.Tool("a")},{Fakes.Tool("b")},{Fakes.Tool("c")}]" };
        await using var servers = Fakes.Connect(server, static entry => entry with { IncludeTools = ["a", "b"], ExcludeTools = ["b"] });

        (await servers.ToolAsync()).Name.ShouldBe("mcp__srv__a");
    }

    [Fact]
    public async Task A_server_that_fails_is_told_of_once_and_the_rest_goes_on()
    {
        var good = new FakeServer();
        await using var servers = new McpServers(new McpServersOptions
        {
            Servers = [Fakes.Configuration("bad") with { Origin = "settings.json:7", Environment = new Dictionary<string, string> { ["KEY"] = "hush-hush" } }, Fakes.Configuration("good")],
            Workspace = new Workspace(Path.GetTempPath()),
            TransportFactory = server => server.Name == "good" ? good.Connect() : throw new IOException("no way with hush-hush"),
        });

        var news = await servers.PrepareAsync(CancellationToken.None);

        var notice = news.ShouldHaveSingleItem();
        notice.ShouldContain("MCP server 'bad' could not be connected: no way with ***.");
        notice.ShouldContain("mcpServers.bad in settings.json:7");
        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();
        servers.Status.ShouldBe([new McpServerStatus("bad", "disconnected"), new McpServerStatus("good", "connected")]);
        servers.Snapshot().ShouldHaveSingleItem().Name.ShouldBe("mcp__good__echo");
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        await using var servers = new McpServers(new McpServersOptions
        {
            Servers = [Fakes.Configuration("ghost") with { Command = "/no/such/program" }],
            Workspace = new Workspace(Path.GetTempPath()),
        });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("/no/such/program");
    }

    [Fact]
    public async Task A_directory_that_does_not_exist_is_named()
    {
        await using var servers = new McpServers(new McpServersOptions
        {
            Servers = [Fakes.Configuration("lost") with { WorkingDirectory = "/no/such/directory" }],
            Workspace = new Workspace(Path.GetTempPath()),
        });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("mcpServers.lost.cwd names a directory that does not exist: /no/such/directory");
    }

    [Fact]
    public async Task A_server_without_anything_to_offer_counts_as_failed()
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = "[]" });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("neither tools nor prompts");
        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("disconnected");
    }

    [Fact]
    public async Task A_server_that_is_late_is_waited_for_no_longer_than_the_limit_and_offered_when_it_comes()
    {
        var time = new ManualTime();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var servers = Fakes.Connect(new FakeServer { Ready = ready.Task }, time: time);
        servers.Start();
        await time.TimerCreated;
        var preparing = servers.PrepareAsync(CancellationToken.None).AsTask();
        preparing.IsCompleted.ShouldBeFalse();

        time.Advance(TimeSpan.FromSeconds(10));

        (await preparing).ShouldHaveSingleItem().ShouldBe("MCP server 'srv' is still connecting; its tools are offered as soon as it is ready. If it needs longer, set mcpServers.srv.timeout, in milliseconds.");
        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("connecting");
        servers.Snapshot().ShouldBeEmpty();
        ready.SetResult();
        await ShouldComeTrueAsync(() => servers.Status[0].Status == "connected");
        servers.Snapshot().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Waiting_for_servers_can_be_given_up()
    {
        await using var servers = Fakes.Connect(new FakeServer { Ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task });
        using var giveUp = new CancellationTokenSource();
        var preparing = servers.PrepareAsync(giveUp.Token).AsTask();

        await giveUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(preparing);
    }

    [Fact]
    public async Task In_a_folder_that_is_not_trusted_nobody_is_contacted()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server, isTrusted: false);

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("not trusted: srv");

        server.Connections.ShouldBeEmpty();
        servers.Status.ShouldBeEmpty();
        servers.Snapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_disabled_server_is_shown_but_not_contacted()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(new Dictionary<string, FakeServer> { ["srv"] = server }, disabled: ["srv"]);

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        server.Connections.ShouldBeEmpty();
        servers.Status.ShouldBe([new McpServerStatus("srv", "disconnected")]);
    }

    [Fact]
    public async Task Of_two_tools_with_one_name_the_first_is_offered_and_the_other_told_of()
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = $"[{Fakes.Tool("a b")},{Fakes.Tool("a/b")}]" });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldStartWith("The tool 'a/b' of MCP server 'srv' is not offered: 'a b' of 'srv' has the same name mcp__srv__a_b.");
        servers.Snapshot().ShouldHaveSingleItem().Declaration.DisplayName.ShouldBe("a b (srv MCP Server)");
    }

    [Fact]
    public async Task Tools_that_change_make_a_new_list_and_those_that_do_not_stay_the_same_objects()
    {
        var server = new FakeServer { Tools = $"[{Fakes.Tool("a")}]" };
        await using var servers = Fakes.Connect(server);
        var first = await servers.ToolAsync();
        server.Tools = $"[{Fakes.Tool("a")},{Fakes.Tool("b")}]";

        await server.Connections[0].WriteAsync("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");

        await ShouldComeTrueAsync(() => servers.Snapshot().Count == 2);
        servers.Snapshot()[0].ShouldBeSameAs(first);
    }

    [Fact]
    public async Task Disposing_ends_the_connection()
    {
        var server = new FakeServer();
        var servers = Fakes.Connect(server);
        await servers.PrepareAsync(CancellationToken.None);

        await servers.DisposeAsync();
        await servers.DisposeAsync();

        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("disconnected");
    }

    [Fact]
    public async Task Disposing_does_not_wait_for_a_server_that_never_answers()
    {
        var servers = Fakes.Connect(new FakeServer { Ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task });
        servers.Start();

        await servers.DisposeAsync();

        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("disconnected");
    }

    private static async Task ShouldComeTrueAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Servers_that_are_added_later_connect_at_once_and_are_waited_for()
    {
        var (first, second) = (new FakeServer(), new FakeServer());
        await using var servers = new McpServers(new McpServersOptions
        {
            Servers = [Fakes.Configuration("one")],
            Workspace = new Workspace(Path.GetTempPath(), isTrusted: true),
            TransportFactory = server => (server.Name == "one" ? first : second).Connect(),
        });
        await servers.PrepareAsync(CancellationToken.None);

        servers.Add([Fakes.Configuration("one"), Fakes.Configuration("two")]);
        await second.HeardAsync("tools/list");
        await servers.PrepareAsync(CancellationToken.None);

        servers.Snapshot().Select(static tool => tool.Name).ShouldBe(["mcp__one__echo", "mcp__two__echo"]);
        servers.Status.ShouldBe([new McpServerStatus("one", "connected"), new McpServerStatus("two", "connected")]);
        first.Connections.Count.ShouldBe(1, "a server of a known name is left out");
    }

    [Fact]
    public async Task Servers_that_are_added_to_a_folder_that_is_not_trusted_are_not_started()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(new Dictionary<string, FakeServer>(), isTrusted: false);

        servers.Add([Fakes.Configuration("one")]);

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("this folder is not trusted: one");
        server.Connections.ShouldBeEmpty();
    }
}

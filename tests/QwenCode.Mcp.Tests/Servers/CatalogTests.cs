using Microsoft.Extensions.AI;
using QwenCode.Mcp.Prompts;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>Prompts and resources of servers.</summary>
public sealed class CatalogTests
{
    private const string Able = """{"tools":{},"prompts":{"listChanged":true},"resources":{}}""";

    private readonly FakeServer _server = new() { Capabilities = Able };

    public CatalogTests()
    {
        _server.Results["prompts/list"] = static _ => """{"prompts":[{"name":"greet","arguments":[{"name":"who","required":true}]},{"title":"nameless"},7]}""";
        _server.Results["prompts/get"] = static request =>
            $$$"""{"messages":[{"role":"user","content":{"type":"text","text":"Hello {{{request.GetProperty("params").GetProperty("arguments").GetProperty("who").GetString()}}}."}}]}""";
        _server.Results["resources/read"] = static _ => """{"contents":[{"uri":"n:1","text":"the note"},{"uri":"n:2","mimeType":"application/zip","blob":"UEsDBA=="},{"uri":"n:3","mimeType":"image/png","blob":"iVBO"},{"uri":"n:4","mimeType":"text/plain","blob":"aGk="},{"uri":"n:5","blob":"!"}]}""";
    }

    [Fact]
    public async Task Prompts_are_commands_and_a_name_that_is_taken_gets_its_server_before_it()
    {
        var other = new FakeServer { Capabilities = Able };
        other.Results["prompts/list"] = static _ => """{"prompts":[{"name":"greet"},{"name":"help me"},{"name":"init"}]}""";
        await using var servers = Fakes.Connect(new Dictionary<string, FakeServer> { ["srv"] = _server, ["other"] = other });

        var commands = (await CatalogAsync(servers)).Commands(static name => name == "init");

        commands.Select(static prompt => (prompt.Command, prompt.Server, prompt.Name))
            .ShouldBe([("greet", "srv", "greet"), ("other_greet", "other", "greet"), ("help_me", "other", "help me"), ("other_init", "other", "init")]);
    }

    [Fact]
    public async Task A_prompt_says_what_its_server_answers()
    {
        await using var servers = Fakes.Connect(_server);
        var catalog = await CatalogAsync(servers);

        var said = await catalog.GetPromptAsync(Greet(catalog), "dear reader", CancellationToken.None);

        said.ShouldHaveSingleItem().ShouldBeOfType<TextContent>().Text.ShouldBe("Hello dear reader.");
    }

    [Fact]
    public async Task A_prompt_of_several_roles_says_who_says_what()
    {
        _server.Results["prompts/get"] = static _ => """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","data":"iVBO","mimeType":"image/png"}]},{"role":"assistant","content":{"type":"text","text":"b"}}]}""";
        await using var servers = Fakes.Connect(_server);
        var catalog = await CatalogAsync(servers);

        var said = await catalog.GetPromptAsync(Greet(catalog), "x", CancellationToken.None);

        said.OfType<TextContent>().Select(static part => part.Text).ShouldBe(["[User]", "a", "[The prompt 'greet' returned image data of type image/png, which follows.]", "[Assistant]", "b"]);
        said.OfType<DataContent>().ShouldHaveSingleItem().MediaType.ShouldBe("image/png");
    }

    [Theory]
    [InlineData("help", "/greet is a prompt of MCP server 'srv'. Usage: /greet --who=\"…\"")]
    [InlineData("", "/greet cannot be used so. It needs 'who'.")]
    public async Task How_a_prompt_is_used_is_said_without_asking_the_server(string arguments, string expected)
    {
        await using var servers = Fakes.Connect(_server);
        var catalog = await CatalogAsync(servers);

        (await Should.ThrowAsync<McpRequestException>(async () => await catalog.GetPromptAsync(Greet(catalog), arguments, CancellationToken.None)))
            .Message.ShouldStartWith(expected);
    }

    [Fact]
    public async Task Prompts_that_change_are_listed_anew()
    {
        await using var servers = Fakes.Connect(_server);
        var catalog = await CatalogAsync(servers);
        _server.Results["prompts/list"] = static _ => """{"prompts":[{"name":"leave"}]}""";

        await _server.Connections[0].WriteAsync("""{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}""");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (catalog.Commands(static _ => false)[0].Name != "leave" && !patience.IsCancellationRequested)
        {
            await Task.Yield();
        }

        catalog.Commands(static _ => false).ShouldHaveSingleItem().Name.ShouldBe("leave");
    }

    [Fact]
    public async Task Prompts_that_cannot_be_listed_cost_the_tools_nothing()
    {
        _server.Results["prompts/list"] = static _ => "null";
        await using var servers = Fakes.Connect(_server);

        (await CatalogAsync(servers)).Commands(static _ => false).ShouldBeEmpty();

        servers.Snapshot().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_resource_is_read_as_text_images_and_the_size_of_the_rest()
    {
        await using var servers = Fakes.Connect(_server);
        var catalog = await CatalogAsync(servers);

        var parts = await catalog.ReadAsync("srv", "n:1", static text => $"<{text}>", TimeSpan.FromSeconds(30), CancellationToken.None);

        parts.Select(static part => part is TextContent text ? text.Text : ((DataContent)part).MediaType).ShouldBe([
            "<the note>", "[Binary content of type application/zip, 4 bytes, which was left out.]", "image/png", "<hi>",
            "[Binary content of type application/octet-stream, which is damaged and was left out.]"]);
    }

    [Fact]
    public async Task The_tools_for_resources_list_and_read_and_name_what_cannot_be_had()
    {
        _server.Results["resources/list"] = static request => request.GetProperty("params").TryGetProperty("cursor", out _)
            ? """{"resources":[{"uri":"n:2"}]}""" : """{"resources":[{"uri":"n:1","name":"One","mimeType":"text/plain","description":"First\nnote"}],"nextCursor":"2"}""";
        _server.Results["resources/templates/list"] = static _ => """{"resourceTemplates":[{"uriTemplate":"n:{id}","title":"Any"}]}""";
        await using var servers = Fakes.Connect(_server);
        var tools = (await CatalogAsync(servers)).Tools;

        tools.Select(static tool => tool.Name).ShouldBe(["list_mcp_resources", "read_mcp_resource"]);
        (await RunAsync(tools[0], "{}")).ShouldBe("MCP server 'srv':\n  n:1 — One (text/plain): First note\n  n:2\n  n:{id} — Any\n");
        (await RunAsync(tools[1], """{"server_name":"srv","uri":"n:1"}""")).ShouldStartWith("the note");
        (await RunAsync(tools[1], """{"server_name":"other","uri":"n:1"}""")).ShouldBe("There is no MCP server 'other'. Those that there are: srv.");
    }

    [Fact]
    public async Task Without_resources_there_are_no_tools_for_them()
    {
        _server.Capabilities = """{"tools":{}}""";
        await using var servers = Fakes.Connect(_server);

        (await CatalogAsync(servers)).Tools.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_read_is_repeated_over_a_new_connection_if_its_own_is_lost()
    {
        await using var servers = Fakes.Connect(_server);
        var catalog = await CatalogAsync(servers);
        _server.Results["resources/read"] = request =>
        {
            _server.Results["resources/read"] = static _ => """{"contents":[{"uri":"n:1","text":"again"}]}""";
            _server.Connections[0].DropAsync();
            return "null";
        };

        var parts = await catalog.ReadAsync("srv", "n:1", static text => text, TimeSpan.FromSeconds(30), CancellationToken.None);

        parts.ShouldHaveSingleItem().ShouldBeOfType<TextContent>().Text.ShouldBe("again");
        _server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_waited_for_no_longer_than_the_limit()
    {
        var time = new ManualTime();
        await using var servers = Fakes.Connect(_server, time: time);
        var catalog = await CatalogAsync(servers);
        _server.Results.Remove("resources/read");
        var reading = catalog.ReadAsync("srv", "n:1", static text => text, TimeSpan.FromSeconds(30), CancellationToken.None).AsTask();
        await _server.HeardAsync("resources/read");

        time.Advance(TimeSpan.FromSeconds(30));

        (await Should.ThrowAsync<McpRequestException>(reading)).Message.ShouldBe("MCP server 'srv' gave no answer within 30 s.");
    }

    private static McpPrompt Greet(McpCatalog catalog) => catalog.Commands(static _ => false).Single(static prompt => prompt.Command == "greet");

    private static async Task<McpCatalog> CatalogAsync(McpServers servers)
    {
        var catalog = new McpCatalog(() => [servers]);
        await catalog.ReadyAsync(CancellationToken.None);
        return catalog;
    }

    private static async Task<string> RunAsync(QwenCode.Tools.Tool tool, string arguments)
    {
        var result = await tool.Prepare(arguments).ExecuteAsync(CancellationToken.None);
        return result.Error?.Message ?? result.Content.ToText();
    }
}

using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests;

/// <summary>Shipped tools that are compiled into the program.</summary>
public sealed class LinkedToolTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new() { Grace = TimeSpan.FromMinutes(1) };
    private readonly List<LinkedEcho> _made = [];

    public Task InitializeAsync()
    {
        _room.Install("Fixtures.Good");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task A_linked_tool_of_a_shipped_plugin_is_created_once_and_disposed_with_the_host()
    {
        var host = Host(PluginOrigin.Shipped, out var name);

        host.HasLoaded.ShouldBeFalse();
        (await host.TextAsync(name)).ShouldBe("linked");
        (await host.TextAsync(name)).ShouldBe("linked");
        await host.DisposeAsync();

        _made.ShouldHaveSingleItem().IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_linked_tool_loads_no_assembly()
    {
        var host = Host(PluginOrigin.Shipped, out var name);

        await host.TextAsync(name);

        var plugin = host.Plugins.ShouldHaveSingleItem();
        plugin.Generation!.Context.ShouldBeNull();
        plugin.Generation.State.ShouldBe(PluginState.Loaded);
    }

    [Fact]
    public async Task A_plugin_of_the_user_never_takes_its_tools_from_the_program()
    {
        var host = Host(PluginOrigin.User, out var name);

        // Whatever it makes of these arguments, it is the user's own code that sees them.
        await Record.ExceptionAsync(() => host.CallAsync(name));

        _made.ShouldBeEmpty();
        host.Plugins.ShouldHaveSingleItem().Generation!.Context.ShouldNotBeNull();
    }

    private PluginHost Host(PluginOrigin origin, out string tool)
    {
        var folder = new PluginFolder(_room.User, origin);
        var type = FindClassTool(folder, out tool);
        return _room.Host(
            new Dictionary<string, LinkedTool>
            {
                [type] = new(typeof(LinkedEcho), () =>
                {
                    var made = new LinkedEcho();
                    _made.Add(made);
                    return made;
                }),
            },
            folder);
    }

    // A tool that is a class of its own; tools that are methods are not linked.
    private string FindClassTool(PluginFolder folder, out string tool)
    {
        var host = _room.Host(null, true, folder);
        host.Snapshot();
        var entry = host.Plugins.Single().Generation!.Manifest.Tools.First(static entry => entry.Method is null && entry.Declaration.Feature is null);
        tool = entry.Declaration.Name;
        return entry.Type;
    }

    private sealed class LinkedEcho() : Tool(new ToolDeclaration
    {
        Name = "linked",
        Description = "Says that it is linked.",
        Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{}}"""u8),
    }), IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;

        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation();

        private sealed class Invocation : ToolInvocation
        {
            public override string Description => "linked";

            public override ToolConsent Consent => ToolConsent.Allow;

            public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) =>
                ValueTask.FromResult(ToolResult.Success("linked"));
        }
    }
}

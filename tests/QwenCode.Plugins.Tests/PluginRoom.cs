using System.Runtime.CompilerServices;
using QwenCode.Agents;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugins.Tests;

/// <summary>Plugin folders of its own, and hosts over them.</summary>
internal sealed class PluginRoom
{
    private readonly List<PluginHost> _hosts = [];

    public PluginRoom() => Directory.CreateDirectory(User);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "qwen-plugins-" + Guid.NewGuid().ToString("N"));

    public string User => Path.Combine(Root, "user");

    /// <summary>Gets the loaders of the hosts that are made from now on.</summary>
    public PluginLoaders Loaders { get; init; } = new();

    /// <summary>Gets or sets the loader of plugins that select none.</summary>
    public string Loader { get; set; } = PluginLoaders.Own;

    /// <summary>Gets or sets how long a host waits for plugins. Short, for tools that never end; a test of what ends by itself sets a long one.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMilliseconds(50);

    public string Cache => Path.Combine(Root, "cache");

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    /// <summary>Copies a fixture into a folder of plugins.</summary>
    public string Install(string fixture, string? name = null, string? into = null)
    {
        var target = Path.Combine(into ?? User, name ?? fixture);
        CopyFolder(Fixture(fixture), target);
        return target;
    }

    public PluginHost Host(TimeSpan? timeout = null, bool reload = true, params PluginFolder[] folders) => Host(timeout, reload, folders, [], null, Grace);

    /// <summary>Gives a host with experimental features switched on.</summary>
    public PluginHost Host(IReadOnlyList<string> features, Workspace workspace, TimeSpan grace) => Host(null, true, [], features, workspace, grace);

    /// <summary>Gives a host of a program with tools compiled in.</summary>
    public PluginHost Host(IReadOnlyDictionary<string, LinkedTool> linked, PluginFolder folder) =>
        Host(null, true, [folder], [], null, Grace, linked);

    private PluginHost Host(
        TimeSpan? timeout, bool reload, PluginFolder[] folders, IReadOnlyList<string> features, Workspace? workspace, TimeSpan grace,
        IReadOnlyDictionary<string, LinkedTool>? linked = null)
    {
        var host = new PluginHost(new PluginHostOptions
        {
            Folders = folders.Length > 0 ? folders : [new PluginFolder(User, PluginOrigin.User)],
            CacheDirectory = Cache,
            Services = static type => type == typeof(Func<string, string>) ? static (string text) => $"<{text}>" : null,
            CallTimeout = timeout ?? TimeSpan.FromMinutes(5),
            CancelGrace = grace,
            MaxResultCharacters = 100_000,
            EnableReload = reload,
            Loaders = Loaders,
            Loader = Loader,
            Features = features,
            Workspace = workspace,
            LinkedTools = linked ?? new Dictionary<string, LinkedTool>(),
        });
        _hosts.Add(host);
        return host;
    }

    public async Task CloseAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        Directory.Delete(Root, recursive: true);
    }

    public static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}

internal static class HostExtensions
{
    public static Tool Tool(this PluginHost host, string name) => host.Snapshot().Single(tool => tool.Name == name);

    public static async Task<ToolResult> CallAsync(this PluginHost host, string name, string json = "{}", CancellationToken cancellationToken = default) =>
        await host.Tool(name).Prepare(new ToolArguments(ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(json))), ToolContext.Detached).ExecuteAsync(cancellationToken);

    /// <summary>Calls a tool and returns the load context of its plugin.</summary>
    /// <remarks>Apart, so that nothing of the call stays on the test's own stack.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task<WeakReference> UseAsync(this PluginHost host, string tool, string expected, string json = "{}")
    {
        (await host.TextAsync(tool, json)).ShouldBe(expected);
        return host.Plugins.Single(plugin => plugin.Tools.Any(found => found.Name == tool)).Generation!.Context!;
    }

    public static async Task<string> TextAsync(this PluginHost host, string name, string json = "{}")
    {
        var result = await host.CallAsync(name, json);
        result.Error.ShouldBeNull();
        return result.Content.ToText();
    }

    /// <summary>Prepares a call of an agent that has a model and services, as in a session.</summary>
    public static ToolInvocation Prepare(
        this PluginHost host, string name, string json = "{}", Func<string, string, CancellationToken, ValueTask<string>>? model = null, IServiceProvider? services = null) =>
        host.Tool(name).Prepare(new ToolArguments(ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(json))), new ToolContext
        {
            Agent = AgentId.Main,
            Session = new SessionId("00000000-0000-0000-0000-000000000000"),
            Workspace = new Workspace(Environment.CurrentDirectory),
            AskModelAsync = model,
            Services = services,
        });

    public static PluginFault Fault(this PluginHost host, PluginFaultReason reason) =>
        host.Report().AllFaults.Where(fault => fault.Reason == reason).ShouldHaveSingleItem();

    /// <summary>Collects until a context is gone; how long that takes is the collector's affair, that it ends is ours.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task ShouldBeCollectedAsync(this WeakReference context)
    {
        for (var i = 0; i < 200 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(5);
        }

        context.IsAlive.ShouldBeFalse("the load context is still held by something");
    }
}

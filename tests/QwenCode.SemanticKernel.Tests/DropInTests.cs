using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using QwenCode.Plugins;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>The sample plugin with the real library, in a host that has another copy of it or none.</summary>
public sealed class DropInTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("qwen-drop-in-").FullName;
    private PluginHost _host = null!;

    public Task InitializeAsync()
    {
        _host = new PluginHost(new PluginHostOptions
        {
            Folders = [new PluginFolder(Path.Combine(AppContext.BaseDirectory, "fixtures"), PluginOrigin.User)],
            CacheDirectory = _root,
        });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task It_loads_without_a_fault()
    {
        var report = await _host.VerifyAsync();

        report.AllFaults.ShouldBeEmpty();
        report.Plugins.ShouldHaveSingleItem().Tools.Select(static tool => tool.Name).ShouldBe(["OrdersPlugin_place_order", "OrdersPlugin_get_line", "WeatherPlugin_GetForecast", "Prompts_Summarize"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_complex_argument_is_matched_without_regard_to_case_and_the_filter_runs() =>
        (await CallAsync("OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":[{"sku":"tea","count":2,"size":"large"}]}}""")).ShouldBe("Ada ordered 2 x tea (Large) [audited]");

    [Fact]
    public async Task A_constructor_gets_the_hosts_services() =>
        (await CallAsync("WeatherPlugin_GetForecast", """{"City":"Oslo"}""")).ShouldStartWith("Oslo: sunny on ");

    [Fact]
    public async Task A_prompt_calls_a_function_and_asks_the_sessions_model() =>
        (await CallAsync("Prompts_Summarize", """{"input":"a long text"}""")).ShouldContain("asked: Summarize in five words: a long text");

    [Fact]
    public async Task Once_its_folder_is_gone_nothing_of_it_is_left()
    {
        var folder = Path.Combine(_root, "plugins", "sample");
        Copy(Path.Combine(AppContext.BaseDirectory, "fixtures", "SemanticKernelPlugin"), folder);
        await using var host = new PluginHost(new PluginHostOptions { Folders = [new PluginFolder(Path.GetDirectoryName(folder)!, PluginOrigin.User)], CacheDirectory = Path.Combine(_root, "cache") });
        var context = await UseAsync(host, "OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":[{"sku":"tea","count":2,"size":"large"}]}}""");

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();

        for (var i = 0; i < 200 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(5);
        }

        context.IsAlive.ShouldBeFalse("the load context, and with it the plugin's Semantic Kernel, is still held by something");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(PluginHost host, string tool, string json)
    {
        var before = AssemblyLoadContext.All.ToHashSet();
        (await CallAsync(host, tool, json)).ShouldNotBeEmpty();
        return new WeakReference(AssemblyLoadContext.All.Single(context => context.IsCollectible && context.Name == "SemanticKernelPlugin" && !before.Contains(context)));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private Task<string> CallAsync(string tool, string json) => CallAsync(_host, tool, json);

    private static async Task<string> CallAsync(PluginHost host, string tool, string json)
    {
        var result = await host.Snapshot().Single(other => other.Name == tool).Prepare(
            new ToolArguments(ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(json))),
            new ToolContext
            {
                Agent = Agents.AgentId.Main,
                Session = SessionId.New(),
                Workspace = new Workspaces.Workspace(AppContext.BaseDirectory),
                AskModelAsync = static (_, question, _) => ValueTask.FromResult($"asked: {question}"),
            }).ExecuteAsync(default);
        result.Error.ShouldBeNull();
        return result.Content.ToText();
    }
}

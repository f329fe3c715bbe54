using System.Runtime.CompilerServices;

namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>An unloaded plugin leaves nothing behind, whether it shares the library or brings its own.</summary>
public sealed class KernelUnloadTests : IAsyncLifetime
{

    // What leaves traces: types of the plugin as arguments, results, services and text, a prompt, a failure, and what is left in a kernel.
    private static readonly (string Tool, string Json)[] ShopCalls =
    [
        ("OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":[{"sku":"x","count":2,"size":"large"}]}}"""),
        ("OrdersPlugin_Line", """{"sku":"x"}"""),
        ("OrdersPlugin_Fail", "{}"),
        ("Prompts_Greet", "{}"),
        ("Prompts_Describe", "{}"),
        ("Asker_Ask", """{"question":"what?"}"""),
        ("Counter_AskHost", "{}"),
        ("Counter_Plugins", "{}"),
        ("Counter_Price", """{"count":2,"owner":{"name":"Bo"}}"""),
        ("Counter_Forgetful", "{}"),
        ("Values_Weight", """{"value":"5g"}"""),
        ("Values_Length", """{"value":"5m"}"""),
        ("Values_Days", """{"value":"Saturday"}"""),
    ];

    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    public static TheoryData<string, (string Tool, string Json)[]> Plugins => new()
    {
        { "Fixtures.SemanticKernel.Plugin", ShopCalls },
        { "Fixtures.SemanticKernel.Older", ShopCalls },
        { "Fixtures.SemanticKernel.Own", [("which_kernel", """{"greeting":"hi"}"""), ("ask_host", "{}"), ("price", """{"count":1}""")] },
        { "SemanticKernelPlugin", [("OrdersPlugin_get_line", """{"sku":"x"}""")] },
    };

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task After_its_calls_nothing_holds_it(string fixture, (string Tool, string Json)[] calls)
    {
        var folder = _room.Install(fixture);
        var host = _room.Host();
        var agent = new AgentKernel("host").With<Func<int, string>>(static _ => "plain").With<Func<int, string>>(static _ => "keyed", "tax");
        var context = await CallAsync(host, calls, agent);

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();

        await context.ShouldBeCollectedAsync();
        GC.KeepAlive(agent);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> CallAsync(PluginHost host, (string Tool, string Json)[] calls, AgentKernel agent)
    {
        foreach (var (tool, json) in calls)
        {
            await host.Prepare(tool, json, static (_, _, _) => ValueTask.FromResult("yes"), agent).ExecuteAsync(default);
        }

        return host.Plugins.ShouldHaveSingleItem().Generation!.Context.ShouldNotBeNull();
    }
}

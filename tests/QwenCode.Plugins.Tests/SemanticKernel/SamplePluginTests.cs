namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>The plugin of <c>samples/SemanticKernelPlugin</c>, as anybody would write it.</summary>
public sealed class SamplePluginTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();
    private PluginHost _host = null!;

    public Task InitializeAsync()
    {
        _room.Install("SemanticKernelPlugin");
        _host = _room.Host();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task It_loads_without_a_fault()
    {
        var report = await _host.VerifyAsync();

        report.AllFaults.ShouldBeEmpty();
        report.Plugins.ShouldHaveSingleItem().Tools.Select(tool => tool.Name).ShouldBe(
            ["OrdersPlugin_place_order", "OrdersPlugin_get_line", "WeatherPlugin_GetForecast", "Prompts_Summarize"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_complex_argument_is_matched_without_regard_to_case_and_the_filter_runs() =>
        (await _host.TextAsync("OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":[{"sku":"tea","count":2,"size":"large"}]}}"""))
            .ShouldBe("Ada ordered 2 x tea (Large) [audited]");

    [Fact]
    public async Task A_constructor_gets_the_hosts_services() =>
        (await _host.TextAsync("WeatherPlugin_GetForecast", """{"City":"Oslo"}""")).ShouldStartWith("Oslo: sunny on ");

    [Fact]
    public async Task A_prompt_calls_a_function_and_asks_the_sessions_model()
    {
        var result = await _host.Prepare("Prompts_Summarize", """{"input":"a long text"}""", model: (_, question, _) => ValueTask.FromResult($"asked: {question}")).ExecuteAsync(default);

        result.Content.ToText().ShouldContain("asked: Summarize in five words: a long text");
    }
}

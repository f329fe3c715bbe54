using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Hosting;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>The framework and a kernel in one container, in any order and number.</summary>
public sealed class ComposingTests : IDisposable
{
    private readonly SessionRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData("kernel first")]
    [InlineData("kernel last")]
    [InlineData("filter alone")]
    [InlineData("a kernel of the user's own")]
    [InlineData("filter of a kernel of the user's own")]
    public async Task A_filter_runs_however_it_got_there(string how)
    {
        _room.Model.Calls("note", """{"text":"tea"}""", "c1").Says("done");
        var calls = 0;
        var filter = new InlineFilter((context, next) =>
        {
            calls++;
            return next(context);
        });
        var services = new ServiceCollection();
        if (how is "kernel first")
        {
            services.AddKernel().Services.AddSingleton<IFunctionInvocationFilter>(filter);
        }

        _room.Register(services);
        switch (how)
        {
            case "kernel last":
                services.AddKernel().Services.AddSingleton<IFunctionInvocationFilter>(filter);
                break;
            case "filter alone":
                services.AddSingleton<IFunctionInvocationFilter>(filter);
                break;
            case "a kernel of the user's own":
                services.AddSingleton(provider => new Microsoft.SemanticKernel.Kernel(provider)).AddSingleton<IFunctionInvocationFilter>(filter);
                break;
            case "filter of a kernel of the user's own":
                var kernel = new Microsoft.SemanticKernel.Kernel();
                kernel.FunctionInvocationFilters.Add(filter);
                services.AddSingleton(kernel);
                break;
        }

        await using var provider = services.BuildServiceProvider();

        await _room.RunAsync(provider);

        calls.ShouldBe(1);
        _room.SentResults()["c1"].ShouldBe("kept tea");
    }

    [Fact]
    public async Task A_second_AddQwenCode_adds_nothing_and_configures_further()
    {
        _room.Model.Says("hi");
        var services = new ServiceCollection();
        _room.Register(services);
        var sources = services.Count(static service => service.ServiceType == typeof(IToolSource));
        services.AddQwenCode(static options => options.AppendSystemPrompt = "Mind the gap.");

        await using var provider = services.BuildServiceProvider();
        await _room.RunAsync(provider);

        services.Count(static service => service.ServiceType == typeof(IToolSource)).ShouldBe(sources);
        provider.GetRequiredService<QwenCodeOptions>().WorkingDirectory.ShouldBe(_room.Project);
        _room.Model.Requests[0].System.ShouldContain("Mind the gap.");
    }

    [Fact]
    public void A_second_AddQwenCode_on_a_kernel_builder_adds_nothing()
    {
        using var room = new KernelRoom();

        var kernel = room.Build(static builder => builder.AddQwenCode());

        kernel.Plugins.Count(static plugin => plugin.Name == QwenCodeKernelBuilder.AgentPluginName).ShouldBe(1);
    }

    [Fact]
    public async Task A_plugin_of_the_users_keeps_its_name_beside_a_source_of_tools_that_has_it_too()
    {
        _room.Model.Calls("note", """{"text":"a"}""", "c1").Says("done");
        string[] found = [];
        await using var services = _room.Build(registered =>
        {
            registered.AddKernel().Plugins.AddFromFunctions("Notes", [KernelFunctionFactory.CreateFromMethod(static () => "mine", "own")]);
            registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
            {
                found = [.. context.Kernel.Plugins.Where(static plugin => plugin.Name.EndsWith("Notes", StringComparison.Ordinal))
                    .SelectMany(static plugin => plugin.Select(function => $"{plugin.Name}.{function.Name}"))];
                return next(context);
            }));
        });

        await _room.RunAsync(services);

        found.ShouldBe(["Notes.own", "qwen_Notes.note"]);
        _room.SentResults()["c1"].ShouldBe("kept a");
    }

    [Fact]
    public async Task Each_agent_has_a_kernel_of_its_own_that_keeps_its_data_between_calls()
    {
        _room.Model.Calls("note", """{"text":"a"}""", "c1").Calls("note", """{"text":"b"}""", "c2").Says("done");
        var counts = new List<int>();
        await using var services = _room.Build(registered => registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
        {
            context.Kernel.Data["count"] = (int)(context.Kernel.Data.TryGetValue("count", out var known) ? known! : 0) + 1;
            counts.Add((int)context.Kernel.Data["count"]!);
            return next(context);
        })));

        await _room.RunAsync(services);

        counts.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_registered_chat_service_of_the_users_stays_what_functions_get_and_the_sessions_model_has_a_key()
    {
        _room.Model.Calls("note", """{"text":"a"}""", "c1").Says("done");
        var own = new FakeChatService();
        object?[] found = [];
        await using var services = _room.Build(registered => registered
            .AddSingleton<Microsoft.SemanticKernel.ChatCompletion.IChatCompletionService>(own)
            .AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
            {
                var kernel = context.Kernel;
                found =
                [
                    kernel.GetRequiredService<Microsoft.SemanticKernel.ChatCompletion.IChatCompletionService>(),
                    kernel.GetRequiredService<Microsoft.Extensions.AI.IChatClient>(SemanticKernelServices.SessionModel).GetService(typeof(QwenCode.Models.Scripting.ScriptedModel), null),
                ];
                return next(context);
            })));

        await _room.RunAsync(services);

        found.ShouldBe([own, _room.Model]);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>The hooks of the settings around the functions of a kernel.</summary>
public sealed class HookTests : IDisposable
{
    private readonly KernelRoom _room = new();
    private readonly List<string> _heard = [];

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_hook_that_refuses_keeps_function_and_filters_from_running()
    {
        _room.WriteSettings("""{"$version":3,"hooks":{"PreToolUse":[{"matcher":"Shop_Sell","hooks":[{"type":"command","command":"echo 'not today' >&2; exit 2"}]}]}}""");
        var kernel = Kernel();

        (await kernel.InvokeAsync<string>("Shop", "Sell", new() { ["what"] = "tea" })).ShouldNotBeNull().ShouldContain("not today");
        _heard.ShouldBeEmpty();
        (await kernel.InvokeAsync<string>("Shop", "Show", new() { ["what"] = "tea" })).ShouldBe("showing tea");
        _heard.ShouldBe(["filter before", "Show tea", "filter after"]);
    }

    [Fact]
    public async Task Hooks_are_told_what_is_called_with_what_and_what_came_of_it()
    {
        var file = Path.Combine(_room.Project, "heard.jsonl");
        _room.WriteSettings($$$"""{"$version":3,"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"cat >> '{{{file}}}'; echo >> '{{{file}}}'"}]}],"PostToolUse":[{"hooks":[{"type":"command","command":"cat >> '{{{file}}}'; echo >> '{{{file}}}'"}]}]}}""");

        await Kernel().InvokeAsync<string>("Shop", "Sell", new() { ["what"] = "tea" });

        var heard = File.ReadAllLines(file).Where(static line => line.Length > 0).ToArray();
        heard.Length.ShouldBe(2);
        heard[0].ShouldContain("\"tool_name\":\"Shop_Sell\"");
        heard[0].ShouldContain("\"tool_input\":{\"what\":\"tea\"}");
        heard[1].ShouldContain("sold tea");
    }

    private Microsoft.SemanticKernel.Kernel Kernel() => _room.Build(builder =>
    {
        builder.Plugins.AddFromFunctions("Shop",
        [
            KernelFunctionFactory.CreateFromMethod((string what) => Say("Sell", what, "sold"), "Sell"),
            KernelFunctionFactory.CreateFromMethod((string what) => Say("Show", what, "showing"), "Show"),
        ]);
        builder.Services.AddSingleton<IFunctionInvocationFilter>(new Listener(_heard));
    });

    private string Say(string function, string what, string done)
    {
        _heard.Add($"{function} {what}");
        return $"{done} {what}";
    }

    private sealed class Listener(List<string> heard) : IFunctionInvocationFilter
    {
        public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
        {
            heard.Add("filter before");
            await next(context);
            heard.Add("filter after");
        }
    }
}

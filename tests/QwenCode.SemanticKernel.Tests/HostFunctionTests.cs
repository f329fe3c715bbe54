using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Permissions;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>Functions of the user's own kernel as tools.</summary>
public sealed class HostFunctionTests : IDisposable
{
    private readonly SessionRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task They_are_offered_under_the_names_of_plugin_and_function_with_a_schema_that_says_what_they_take()
    {
        _room.Model.Says("hi");
        await using var services = _room.Build(static registered => registered.AddKernel().Plugins.AddFromType<Shop>("Shop"));

        await _room.RunAsync(services);

        var tool = _room.Model.Requests[0].Options!.Tools!.OfType<Microsoft.Extensions.AI.AIFunctionDeclaration>().Single(static tool => tool.Name == "Shop_Order");
        tool.Description.ShouldBe("Orders something.");
        var schema = tool.JsonSchema.GetRawText();
        schema.ShouldContain("\"item\"");
        schema.ShouldNotContain("kernel", Case.Insensitive);
        schema.ShouldNotContain("condition");
    }

    [Fact]
    public async Task They_need_permission_like_any_tool()
    {
        _room.Model.Calls("Shop_Order", """{"item":{"Name":"tea","Size":{"Width":2}}}""", "c1").Says("done");
        await using var services = _room.Build(static registered => registered.AddKernel().Plugins.AddFromType<Shop>("Shop"));

        await _room.RunAsync(services);

        _room.SentResults()["c1"].ShouldContain("requires permission");
    }

    [Fact]
    public async Task A_rule_lets_one_run_in_the_agents_kernel_with_its_arguments_converted_and_filters_around_it()
    {
        _room.Write("../home/.qwen/settings.json", """{"$version":3,"permissions":{"allow":["Shop_Order"]}}""");
        _room.Model.Calls("Shop_Order", """{"item":{"Name":"tea","Size":{"Width":2}},"day":"2026-11-29","version":"1.2.3"}""", "c1").Says("done");
        var seen = new List<string>();
        await using var services = _room.Build(registered =>
        {
            registered.AddKernel().Plugins.AddFromType<Shop>("Shop");
            registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
            {
                seen.Add($"{context.Function.PluginName}.{context.Function.Name}");
                return next(context);
            }));
        });

        await _room.RunAsync(services);

        _room.SentResults()["c1"].ShouldBe("""{"id":7,"what":"tea 2 on 11/29/2026 with 1.2.3"}""");
        seen.ShouldBe(["Shop.Order"]);
    }

    [Fact]
    public async Task One_that_throws_is_a_failed_call()
    {
        _room.Model.Calls("Shop_Fail", "{}", "c1").Says("done");
        await using var services = _room.Build(static registered => registered.AddKernel().Plugins.AddFromType<Shop>("Shop"));

        var outcome = await _room.RunAsync(services, mode: ApprovalMode.Yolo);

        outcome.Text.ShouldBe("done");
        _room.SentResults()["c1"].ShouldContain("sold out");
    }

    [Fact]
    public async Task Code_inside_one_calls_our_tools_through_its_kernel_under_the_sessions_rules()
    {
        _room.Write("../home/.qwen/settings.json", """{"$version":3,"permissions":{"allow":["Shop_Note","run_shell_command(echo *)"],"deny":["run_shell_command(rm *)"]}}""");
        var shell = new ShellDouble();
        _room.Model.Calls("Shop_Note", """{"plugin":"host","function":"run_shell_command","argument":"command","value":"echo hi"}""", "c1")
            .Calls("Shop_Note", """{"plugin":"host","function":"run_shell_command","argument":"command","value":"rm -rf /"}""", "c2")
            .Calls("Shop_Note", """{"plugin":"Notes","function":"note","argument":"text","value":"tea"}""", "c3").Says("done");
        await using var services = _room.Build(registered => registered.AddSingleton<Tools.IToolSource>(shell).AddKernel().Plugins.AddFromType<Shop>("Shop"));

        await _room.RunAsync(services);

        var sent = _room.SentResults();
        (sent["c1"], sent["c3"]).ShouldBe(("ran echo hi", "kept tea"));
        sent["c2"].ShouldContain("denied by permission rules");
        shell.Ran.ShouldBe(["echo hi"]);
    }

    [Fact]
    public async Task A_kernel_that_code_inside_a_call_makes_of_the_agents_services_is_no_way_around_the_rules()
    {
        _room.Write("../home/.qwen/settings.json", """{"$version":3,"permissions":{"allow":["Shop_OwnKernel","run_shell_command(echo *)"],"deny":["run_shell_command(rm *)"]}}""");
        var shell = new ShellDouble();
        _room.Model.Calls("Shop_OwnKernel", """{"command":"echo hi"}""", "c1").Calls("Shop_OwnKernel", """{"command":"rm -rf /"}""", "c2").Says("done");
        await using var services = _room.Build(registered => registered.AddSingleton<Tools.IToolSource>(shell).AddKernel().Plugins.AddFromType<Shop>("Shop"));

        await _room.RunAsync(services);

        var sent = _room.SentResults();
        sent["c1"].ShouldBe("ran echo hi");
        sent["c2"].ShouldContain("denied by permission rules");
        shell.Ran.ShouldBe(["echo hi"]);
    }

    [Fact]
    public async Task A_function_taken_out_of_the_sessions_kernel_runs_in_no_other()
    {
        _room.Write("../home/.qwen/settings.json", """{"$version":3,"permissions":{"allow":["Shop_Smuggle"]}}""");
        var shell = new ShellDouble();
        _room.Model.Calls("Shop_Smuggle", """{"command":"echo hi"}""", "c1").Says("done");
        await using var services = _room.Build(registered => registered.AddSingleton<Tools.IToolSource>(shell).AddKernel().Plugins.AddFromType<Shop>("Shop"));

        await _room.RunAsync(services);

        _room.SentResults()["c1"].ShouldContain("runs through the Kernel of a QwenCode session only");
        shell.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_is_a_function_of_the_sessions_kernel()
    {
        _room.Write(".qwen/agents/finder.md", "---\nname: code-finder\ndescription: Finds code.\n---\nYou find what is asked for.\n");
        _room.Model.When(system: "You find what is asked for").Says("It is in a.cs.");
        _room.Model.When(lastRole: "tool").Says("done");
        _room.Model.When(lastUser: "go").Calls("Shop_Note", """{"plugin":"agents","function":"code_finder","argument":"prompt","value":"Where is it?"}""", "c1");
        await using var services = _room.Build(static registered => registered.AddKernel().Plugins.AddFromType<Shop>("Shop"));

        await _room.RunAsync(services, mode: ApprovalMode.Yolo);

        _room.SentResults()["c1"].ShouldBe("It is in a.cs.");
    }

    [Fact]
    public async Task A_prompt_function_asks_the_sessions_model_and_prompt_filters_run()
    {
        _room.Model.When(lastUser: "Summarize this: tea and more tea").Says("about tea");
        _room.Model.When(lastRole: "tool").Says("done");
        _room.Model.When(lastUser: "go").Calls("Words_Summarize", """{"input":"tea"}""", "c1");
        await using var services = _room.Build(static registered =>
        {
            registered.AddKernel().Plugins.AddFromFunctions("Words", [KernelFunctionFactory.CreateFromPrompt("Summarize this: {{$input}}", functionName: "Summarize")]);
            registered.AddSingleton<IPromptRenderFilter>(new More());
        });

        await _room.RunAsync(services, mode: ApprovalMode.Yolo);

        _room.SentResults()["c1"].ShouldBe("about tea");
    }

    private sealed class More : IPromptRenderFilter
    {
        public async Task OnPromptRenderAsync(PromptRenderContext context, Func<PromptRenderContext, Task> next)
        {
            await next(context);
            context.RenderedPrompt += " and more tea";
        }
    }

    public sealed record Size(int Width);

    public sealed record Item(string Name, Size Size);

    public sealed record Receipt(int Id, string What);

    public sealed class Shop
    {
        [KernelFunction, Description("Orders something.")]
        public static Receipt Order(
            Microsoft.SemanticKernel.Kernel kernel, [Description("What.")] Item item, DateOnly day = default, Version? version = null, CancellationToken cancellationToken = default) =>
            new(7, $"{item.Name} {item.Size.Width} on {day.ToString(System.Globalization.CultureInfo.InvariantCulture)} with {version}{(kernel.Plugins.Contains("Notes") ? string.Empty : " without notes")}");

        [KernelFunction]
        public static string Fail() => throw new InvalidOperationException("sold out");

        [KernelFunction]
        public static async Task<string?> NoteAsync(Microsoft.SemanticKernel.Kernel kernel, string plugin, string function, string argument, string value, CancellationToken cancellationToken) =>
            await kernel.InvokeAsync<string>(plugin, function, new KernelArguments { [argument] = value }, cancellationToken);

        [KernelFunction]
        public static async Task<string?> OwnKernelAsync(Microsoft.SemanticKernel.Kernel kernel, string command, CancellationToken cancellationToken) =>
            await new Microsoft.SemanticKernel.Kernel(kernel.Services).InvokeAsync<string>("host", "run_shell_command", new() { ["command"] = command }, cancellationToken);

        [KernelFunction]
        public static async Task<string?> SmuggleAsync(Microsoft.SemanticKernel.Kernel kernel, string command, CancellationToken cancellationToken) =>
            await new Microsoft.SemanticKernel.Kernel().InvokeAsync<string>(kernel.Plugins["host"]["run_shell_command"], new() { ["command"] = command }, cancellationToken);
    }
}

using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>Plugins written for Semantic Kernel, which know nothing of us. The fixture is built with the version of the library that the host has.</summary>
public sealed class KernelPluginTests : IAsyncLifetime
{
    private const string Plugin = "Fixtures.SemanticKernel.Plugin";

    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public void Its_functions_are_listed_without_a_fault_and_without_loading_it_again()
    {
        _room.Install(Plugin);
        _room.Host().Snapshot();
        var host = _room.Host();

        var tools = host.Snapshot();

        host.Report().AllFaults.ShouldBeEmpty();
        tools.Select(tool => tool.Name).Where(name => !name.StartsWith("Values_", StringComparison.Ordinal)).ShouldBe(
            ["Asker_Ask", "Counter_AskHost", "Counter_Plugins", "Counter_Price", "Counter_Forgetful", "OrdersPlugin_place_order", "OrdersPlugin_Whereabouts", "OrdersPlugin_Line", "OrdersPlugin_Paint", "OrdersPlugin_Wait", "OrdersPlugin_Fail",
                "OrdersPlugin_Picture", "OrdersPlugin_Edition", "Prompts_Describe", "Prompts_Greet", "Prompts_Shorten"],
            ignoreOrder: true);
        host.Plugins.ShouldHaveSingleItem().Generation!.Context.ShouldBeNull();
    }

    [Fact]
    public void A_function_says_what_it_is_and_takes_and_nothing_of_the_kernel()
    {
        _room.Install(Plugin);

        var declaration = _room.Host().Tool("OrdersPlugin_place_order").Declaration;

        declaration.Description.ShouldBe("Places an order.");
        declaration.Kind.ShouldBe(ToolKind.Other);
        declaration.Source.ShouldBe(Plugin);
        var schema = declaration.Parameters;
        schema.GetProperty("type").GetString().ShouldBe("object");
        schema.TryGetProperty("condition", out _).ShouldBeFalse();
        schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(["order", "priority"]);
        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["order"]);
        schema.GetRawText().ShouldNotContain("kernel", Case.Insensitive);
    }

    [Fact]
    public void References_in_a_schema_point_to_where_the_parameter_lies()
    {
        _room.Install(Plugin);

        var order = _room.Host().Tool("OrdersPlugin_place_order").Declaration.Parameters.GetProperty("properties").GetProperty("order").GetRawText();

        order.ShouldContain("#/properties/order");
    }

    [Fact]
    public async Task A_complex_argument_is_matched_without_regard_to_case_at_every_level_and_filters_run()
    {
        _room.Install(Plugin);

        var text = await _room.Host().TextAsync("OrdersPlugin_place_order",
            """{"Order":{"customer":"Ada","LINES":[{"sku":"x","count":2,"size":"large"}],"notes":{"KeepCase":"yes"},"replaces":{"CUSTOMER":"Bo","lines":[]}},"Priority":4}""");

        text.ShouldBe("Ada 2xx/Large notes 1 priority 4 replaces Bo kernel of its own with 5 plugins [audited]");
    }

    [Theory]
    [InlineData("OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":[{"sku":"x","quantity":2}]}}""", "'order.Lines[0].quantity' is unknown; it takes 'Sku', 'Count', 'Size'. 'order.Lines[0].Count' is missing.")]
    [InlineData("OrdersPlugin_place_order", "{}", "'order' is missing.")]
    [InlineData("OrdersPlugin_place_order", """{"order":5}""", "'order' must be of type object, and is 5.")]
    [InlineData("OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":"none"}}""", "'order.Lines' must be of type array, and is \"none\".")]
    [InlineData("OrdersPlugin_place_order", """{"order":{"customer":"Ada","Customer":"Bo","lines":[]}}""", "'order.Customer' is given twice.")]
    [InlineData("OrdersPlugin_place_order", """{"order":{"customer":"Ada","lines":[]},"priority":"high"}""", "'priority' must be of type integer, and is \"high\".")]
    [InlineData("OrdersPlugin_Paint", """{"size":"Huge"}""", "'size' is \"Huge\"; it can be Small, Large.")]
    [InlineData("OrdersPlugin_Edition", """{"a":1}""", "'a' is unknown; it takes no arguments.")]
    [InlineData("OrdersPlugin_Edition", "[]", "The arguments must be a JSON object.")]
    public void What_would_be_dropped_silently_is_told_to_the_model(string tool, string json, string expected)
    {
        _room.Install(Plugin);

        var exception = Should.Throw<ToolArgumentException>(() => _room.Host().Prepare(tool, json));

        exception.Message.ShouldEndWith(expected);
    }

    [Theory]
    [InlineData("""{"size":"small"}""", "Small unset 1")]
    [InlineData("""{"SIZE":"LARGE","bright":"true","factor":"2.5"}""", "Large True 2.5")]
    [InlineData("""{"size":"Small","bright":null,"factor":null}""", "Small unset 1")]
    public async Task Values_are_taken_as_they_are_meant(string json, string expected)
    {
        _room.Install(Plugin);

        (await _room.Host().TextAsync("OrdersPlugin_Paint", json)).ShouldBe(expected + " [audited]");
    }

    [Fact]
    public async Task An_object_that_was_written_as_text_is_read()
    {
        _room.Install(Plugin);

        (await _room.Host().TextAsync("OrdersPlugin_place_order", """{"order":"{\"customer\":\"Ada\",\"lines\":[]}"}""")).ShouldStartWith("Ada ");
    }

    [Fact]
    public async Task Constructors_get_what_the_host_has_the_kernel_and_the_plugins_own()
    {
        _room.Install(Plugin);

        (await _room.Host().TextAsync("OrdersPlugin_Whereabouts")).ShouldBe("True False 7 <q> [audited]");
    }

    [Fact]
    public async Task Results_are_text_json_or_media()
    {
        _room.Install(Plugin);
        var host = _room.Host();

        (await host.TextAsync("OrdersPlugin_Line", """{"sku":"x"}""")).ShouldBe("""{"Sku":"x","Count":3,"Size":"Large"}""");
        (await host.CallAsync("OrdersPlugin_Picture")).Content.Parts.ShouldHaveSingleItem().ShouldBeOfType<DataContent>().MediaType.ShouldBe("image/png");
    }

    [Fact]
    public async Task A_function_that_throws_is_a_failed_call()
    {
        _room.Install(Plugin);
        var host = _room.Host();

        var result = await host.CallAsync("OrdersPlugin_Fail");

        result.Error.ShouldNotBeNull().Message.ShouldContain("InvalidOperationException: sold out");
        (await host.TextAsync("OrdersPlugin_Paint", """{"size":"Small"}""")).ShouldStartWith("Small");
    }

    [Fact]
    public async Task Cancelling_reaches_the_function()
    {
        _room.Install(Plugin);
        using var cancel = new CancellationTokenSource();

        var call = _room.Host().CallAsync("OrdersPlugin_Wait", "{}", cancel.Token);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_does_not_reach_the_plugin()
    {
        _room.Install(Plugin);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var asked = false;

        var call = _room.Host().Prepare("Prompts_Greet", "{}", (_, _, _) =>
        {
            asked = true;
            return ValueTask.FromResult("hello");
        }).ExecuteAsync(cancelled.Token).AsTask();

        await Should.ThrowAsync<OperationCanceledException>(call);
        asked.ShouldBeFalse();
    }

    [Fact]
    public void It_is_asked_about_unless_its_manifest_says_otherwise()
    {
        var folder = _room.Install(Plugin);
        _room.Host().Prepare("OrdersPlugin_Edition").Consent.ShouldBe(ToolConsent.Ask);
        File.WriteAllText(Path.Combine(folder, "plugin.json"), """{"name":"shop","toolSettings":{"OrdersPlugin_Edition":{"kind":"Read","traits":"ReadOnly, Parallel"}}}""");
        var host = _room.Host();

        var tool = host.Tool("OrdersPlugin_Edition");

        tool.Declaration.Kind.ShouldBe(ToolKind.Read);
        tool.Declaration.Traits.ShouldBe(ToolTraits.ReadOnly | ToolTraits.Parallel | ToolTraits.ChecksOwnArguments);
        tool.Declaration.Source.ShouldBe("shop");
        host.Prepare("OrdersPlugin_Edition").Consent.ShouldBe(ToolConsent.Allow);
        host.Prepare("OrdersPlugin_Fail").Consent.ShouldBe(ToolConsent.Ask);
        host.Report().AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_prompt_in_a_folder_asks_the_sessions_model()
    {
        _room.Install(Plugin);
        var host = _room.Host();
        (string System, string User)? asked = null;

        var result = await host.Prepare("Prompts_Shorten", """{"INPUT":"a long text"}""", (system, user, _) =>
        {
            asked = (system, user);
            return ValueTask.FromResult("short");
        }).ExecuteAsync(default);

        host.Tool("Prompts_Shorten").Declaration.Description.ShouldBe("Shortens a text.");
        asked.ShouldBe((string.Empty, "Shorten: a long text"));
        result.Content.ToText().ShouldBe("short");
    }

    [Fact]
    public async Task A_prompt_where_there_is_no_model_is_a_failed_call()
    {
        _room.Install(Plugin);

        (await _room.Host().CallAsync("Prompts_Greet")).Error.ShouldNotBeNull().Message.ShouldContain("There is no model to ask");
    }

    [Fact]
    public async Task A_changed_prompt_is_another_tool()
    {
        var folder = _room.Install(Plugin);
        var host = _room.Host();
        host.Tool("Prompts_Greet").Declaration.Parameters.GetRawText().ShouldNotContain("name");

        await File.WriteAllTextAsync(Path.Combine(folder, "Prompts", "Greet", "skprompt.txt"), "Say hello to {{$name}}.");

        host.Tool("Prompts_Greet").Declaration.Parameters.GetRawText().ShouldContain("name");
        _room.Host().Tool("Prompts_Greet").Declaration.Parameters.GetRawText().ShouldContain("name");
    }

    [Fact]
    public async Task A_folder_of_prompts_needs_no_assembly_of_its_own()
    {
        var folder = _room.Install(Plugin, "prompts only");
        foreach (var file in Directory.GetFiles(folder, "Fixtures.*"))
        {
            File.Delete(file);
        }

        var host = _room.Host();

        host.Report().Plugins.ShouldHaveSingleItem().Name.ShouldBe("prompts-only");
        (await host.Prepare("Prompts_Greet", "{}", static (_, user, _) => ValueTask.FromResult($"<{user}>")).ExecuteAsync(default)).Content.ToText().ShouldBe("<Say hello.>");
        host.Report().AllFaults.ShouldBeEmpty();
    }
}

using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Tests.Tools;

public sealed class ToolTests
{
    private readonly EchoTool _tool = new();

    [Fact]
    public void A_tool_is_a_function_any_chat_client_can_offer()
    {
        AIFunction function = _tool;

        function.Name.ShouldBe("echo");
        function.Description.ShouldBe("Echoes.");
        function.JsonSchema.GetProperty("properties").GetProperty("text").GetProperty("type").GetString().ShouldBe("string");
    }

    [Fact]
    public async Task A_foreign_caller_gets_the_text_of_the_result()
    {
        var result = await _tool.InvokeAsync(new AIFunctionArguments { ["text"] = "hi" });

        result.ShouldBe($"hi in {ToolContext.Detached.Workspace.Root}");
    }

    [Fact]
    public async Task A_foreign_caller_may_bring_a_context()
    {
        var context = new ToolContext { Agent = AgentId.Main, Session = new SessionId("s"), Workspace = new Workspace(Path.GetTempPath()) };

        var result = await _tool.InvokeAsync(new AIFunctionArguments { ["text"] = "hi", Context = new Dictionary<object, object?> { [typeof(ToolContext)] = context } });

        result.ShouldBe($"hi in {context.Workspace.Root}");
    }

    [Fact]
    public async Task A_failure_is_text_for_a_foreign_caller_and_refused_arguments_are_an_exception()
    {
        (await _tool.InvokeAsync(new AIFunctionArguments { ["text"] = "fail" })).ShouldBe("Error: it broke");
        await Should.ThrowAsync<ToolArgumentException>(async () => await _tool.InvokeAsync(new AIFunctionArguments()));
    }

    [Fact]
    public async Task A_cancelled_call_of_a_foreign_caller_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await _tool.InvokeAsync(new AIFunctionArguments { ["text"] = "hi" }, cancellation.Token));
    }

    [Fact]
    public async Task A_call_that_says_no_more_asks_with_its_description_and_touches_no_files()
    {
        var call = _tool.Prepare(new ToolArguments(ToolDeclaration.Schema("""{"text":"hi"}"""u8)), ToolContext.Detached);

        (await call.ConfirmAsync(CancellationToken.None)).ShouldBeOfType<InfoConfirmation>().ShouldSatisfyAllConditions(
            static confirmation => confirmation.Prompt.ShouldBe("Echo hi"),
            static confirmation => confirmation.Urls.ShouldBeEmpty());
        call.Locations.ShouldBeEmpty();
        call.Abandon();
    }

    [Fact]
    public void A_tool_is_shown_under_its_name_unless_it_has_another_for_people()
    {
        _tool.Declaration.DisplayName.ShouldBe("echo");
        (_tool.Declaration with { DisplayName = "Echo" }).DisplayName.ShouldBe("Echo");
        (_tool.Declaration with { Name = "other" }).DisplayName.ShouldBe("other");
        _tool.Declaration.Traits.ShouldBe(ToolTraits.None);
        _tool.Declaration.Source.ShouldBe("host");
    }

    [Fact]
    public void A_schema_that_is_no_json_is_an_error() =>
        Should.Throw<System.Text.Json.JsonException>(() => ToolDeclaration.Schema("{"u8));
}

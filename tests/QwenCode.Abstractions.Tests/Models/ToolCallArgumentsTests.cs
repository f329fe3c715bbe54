using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Tests.Models;

public sealed class ToolCallArgumentsTests
{
    [Fact]
    public void What_our_clients_note_is_taken_as_it_is()
    {
        var own = new ToolCallArguments("{\"a\":", null, IsTruncated: true);

        ToolCallArguments.Of(new FunctionCallContent("1", "echo") { RawRepresentation = own, Arguments = new Dictionary<string, object?> { ["a"] = 1 } }).ShouldBeSameAs(own);
    }

    [Fact]
    public void Arguments_of_a_foreign_client_become_json()
    {
        var arguments =
            ToolCallArguments.Of(new FunctionCallContent("1", "echo", new Dictionary<string, object?> { ["a"] = "x", ["n"] = 2 }));

        arguments.Raw.ShouldBe("""{"a":"x","n":2}""");
        arguments.Value!.Value.GetProperty("n").GetInt32().ShouldBe(2);
        arguments.IsTruncated.ShouldBeFalse();
    }

    [Fact]
    public void No_arguments_are_an_empty_object_unless_they_could_not_be_read()
    {
        ToolCallArguments.Of(new FunctionCallContent("1", "echo")).Raw.ShouldBe("{}");
        ToolCallArguments.Of(new FunctionCallContent("1", "echo") { Exception = new FormatException() })
            .ShouldBe(new ToolCallArguments(string.Empty, null, false));
    }

    [Fact]
    public void Values_without_a_json_form_are_refused() => Should.Throw<ToolArgumentException>(
        () => ToolCallArguments.Of(new FunctionCallContent("1", "echo", new Dictionary<string, object?> { ["a"] = new Version(1, 2) })));
}

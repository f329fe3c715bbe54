using Microsoft.Extensions.AI;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests;

public sealed class ToolCallTests : OpenAIClientTest
{
    [Fact]
    public async Task Parallel_calls_whose_pieces_are_mixed_come_out_whole_and_in_order()
    {
        var calls = await CallsAsync(
            Call(0, "a", "f", "") + Call(1, "b", "g", "{\"y\"") + Call(0, null, null, "{\"x\":") + Call(1, null, null, ":2}") + Call(0, null, null, "1}"));

        calls.ShouldBe(["a f {\"x\":1}", "b g {\"y\":2}"]);
    }

    [Fact]
    public async Task Another_id_on_the_same_index_is_another_call()
    {
        (await CallsAsync(Call(0, "a", "f", "{}") + Call(0, "b", "g", "{\"y\":") + Call(0, null, null, "2}"))).ShouldBe(["a f {}", "b g {\"y\":2}"]);
    }

    [Fact]
    public async Task An_id_repeated_with_each_piece_is_one_call()
    {
        (await CallsAsync(Call(0, "a", "f", "{\"x\":") + Call(0, "a", "f", "1}") + Call(0, "a", "f", ""))).ShouldBe(["a f {\"x\":1}"]);
    }

    [Fact]
    public async Task Pieces_without_index_and_id_go_to_the_call_that_is_open()
    {
        (await CallsAsync(Call(null, "a", "f", "{\"x\":") + Call(null, null, null, "1}") + Call(null, "b", "g", "{}"))).ShouldBe(["a f {\"x\":1}", "b g {}"]);
    }

    [Fact]
    public async Task Missing_ids_are_made_and_differ()
    {
        var contents = await AskAsync(Call(0, null, "f", "{}") + Call(1, null, "g", "{}") + Call(1, null, "h", "{}") + Finish("tool_calls") + Done);

        var calls = contents.OfType<FunctionCallContent>().ToList();
        calls.Select(call => call.Name).ShouldBe(["f", "g", "h"]);
        calls.Select(call => call.CallId).Distinct().Count().ShouldBe(3);
        calls.ShouldAllBe(call => call.CallId.StartsWith("call_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ids_given_twice_are_made_unique()
    {
        (await CallsAsync(Call(0, "a", "f", "{}") + Call(1, "a", "f", "{}"))).ShouldBe(["a f {}", "a_2 f {}"]);
    }

    [Fact]
    public async Task A_name_in_pieces_is_joined()
    {
        (await CallsAsync(Call(0, "a", "read_", "") + Call(0, null, "file", "{}"))).ShouldBe(["a read_file {}"]);
    }

    [Fact]
    public async Task Arguments_that_are_an_object_and_no_text_are_taken()
    {
        (await CallsAsync(Chunk("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}]}"""))).ShouldBe(["a f {\"x\":1}"]);
    }

    [Fact]
    public async Task A_call_without_arguments_is_kept()
    {
        (await CallsAsync(Call(0, "a", "f", ""))).ShouldBe(["a f {}"]);
    }

    [Fact]
    public async Task A_call_carries_its_arguments_raw_and_read()
    {
        var contents = await AskAsync(Call(0, "a", "f", "{'x': [1,2,],}") + Finish("tool_calls") + Done);

        var call = contents.OfType<FunctionCallContent>().Single();
        var arguments = call.RawRepresentation.ShouldBeOfType<ToolCallArguments>();
        arguments.Raw.ShouldBe("{'x': [1,2,],}");
        arguments.Value!.Value.GetRawText().ShouldBe("{\"x\":[1,2]}");
        arguments.IsTruncated.ShouldBeFalse();
        call.Arguments!["x"]!.ToString().ShouldBe("[1,2]");
    }

    private async Task<IEnumerable<string>> CallsAsync(string body)
    {
        var contents = await AskAsync(body + Finish("tool_calls") + Done);
        return contents.OfType<FunctionCallContent>().Select(call => $"{call.CallId} {call.Name} {((ToolCallArguments)call.RawRepresentation!).Value?.GetRawText()}");
    }
}

using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What a run costs.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task A_run_says_what_it_cost_if_the_price_of_its_model_is_known()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"generationConfig":{"price":{"input":2,"output":10}}}}""");
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "hi", "-o", "json");

        // 11 tokens of the request and 5 of the answer.
        var last = Room.Json(result.Output)[0].EnumerateArray().Last();
        last.GetProperty("total_cost_usd").GetDecimal().ShouldBe(0.000072m);
        last.GetProperty("stats").GetProperty("models").EnumerateObject().Single().Value.GetProperty("costUSD").GetDecimal().ShouldBe(0.000072m);
    }

    [Fact]
    public async Task Without_a_price_nothing_is_said_of_it()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));

        (await room.RunAsync("-p", "hi", "-o", "json")).Output.ShouldNotContain("cost");
    }

    [Fact]
    public async Task A_price_that_is_none_is_named_and_left_out()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"generationConfig":{"price":{"input":"two","output":10}}}}""");
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "hi");

        (result.ExitCode, result.Output).ShouldBe((0, "Hi.\n"));
        result.Error.ShouldContain("model.generationConfig.price.input");
    }
}

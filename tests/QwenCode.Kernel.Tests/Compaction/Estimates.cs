using Microsoft.Extensions.AI;
using QwenCode.Kernel.Compaction;
using QwenCode.Sessions;
using static QwenCode.Kernel.Tests.Compaction.SmallWindow;

namespace QwenCode.Kernel.Tests.Compaction;

/// <summary>How many tokens the program believes a request to have.</summary>
public class Estimates
{
    [Fact]
    public async Task Between_two_answers_the_error_is_below_five_percent() // D18
    {
        await using var bench = Open(window: 1_000_000, result: 900);
        bench.Model.Works(61);

        // What a compaction reports as its size before is what is believed of the next request.
        bench.Session = bench.Session with { Boundary = Kernel.Sessions.RunBoundary.Turn };
        await using var session = bench.Open();
        session.Send(new PromptInput(Goal));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        session.Send(new CompactInput(UsesModel: false));
        var compacted = await bench.FrontEnd.WaitForAsync<ConversationCompacted>();

        var last = bench.Model.Requests[^1];
        last.Messages.Count.ShouldBe(124);
        var actual = last.Tokens + (int)((10 + "done".Length) / 3.2);
        (Math.Abs(compacted.TokensBefore - actual) / (double)actual).ShouldBeLessThan(0.05);
    }

    [Fact]
    public async Task A_server_that_counts_only_what_it_had_not_cached_is_not_believed()
    {
        await using var bench = Open();
        bench.Model.CountsTokens = false;
        bench.Model.Summarizes().Works(40);

        await bench.RunAsync(Goal);

        bench.Compressions().ShouldNotBeEmpty();
        bench.Model.Requests.ShouldAllBe(static request => request.Tokens < 20_000);
    }

    [Theory]
    [InlineData("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODkrLw", 240, 0.65, 0.75)] // base64: 0.66 to 0.72 in the tokenizers of 2025
    [InlineData("the parser reads a token and then ", 100, 0.2, 0.3)] // English: 0.22 to 0.25
    [InlineData("解析器读取一个标记然后", 100, 0.6, 1.05)] // Chinese: 0.6 to 1.0
    [InlineData("синтаксический анализатор ", 100, 0.3, 0.55)] // Russian: 0.3 to 0.5
    public void A_text_takes_about_what_tokenizers_make_of_it(string piece, int times, double least, double most)
    {
        var text = string.Concat(Enumerable.Repeat(piece, times));

        var each = TokenEstimate.Of(text.AsSpan()) / (double)text.Length;

        each.ShouldBeInRange(least, most);
    }

    [Fact]
    public void Twenty_kilobytes_of_base64_are_not_taken_for_words() // D18
    {
        var data = Convert.ToBase64String(new Random(7).GetItems<byte>([.. Enumerable.Range(0, 256).Select(static value => (byte)value)], 15_000));

        TokenEstimate.Of(new ChatMessage(ChatRole.User, data)).ShouldBeGreaterThan(10_000);
    }
}

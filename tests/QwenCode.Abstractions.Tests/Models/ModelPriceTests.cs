using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Tests.Models;

public class ModelPriceTests
{
    [Theory]
    [InlineData(null, null, 4.5)] // 1,000,000 at 3, and 100,000 at 15
    [InlineData(0.3, null, 2.34)] // 800,000 of them at 0.3
    [InlineData(0.3, 3.75, 2.415)] // and 100,000 at 3.75
    public void Cached_tokens_have_prices_of_their_own_if_somebody_has_said_so(double? cached, double? written, double expected)
    {
        var price = new ModelPrice(3, 15) { CachedInput = (decimal?)cached, CacheWrite = (decimal?)written };
        var usage = new UsageDetails
        {
            InputTokenCount = 1_000_000, CachedInputTokenCount = 800_000, OutputTokenCount = 100_000,
            AdditionalCounts = new() { ["cache_creation_input_tokens"] = 100_000 },
        };

        price.Of(usage).ShouldBe((decimal)expected);
    }

    [Fact]
    public void What_a_provider_does_not_count_costs_nothing_that_is_known() => new ModelPrice(3, 15).Of(new UsageDetails()).ShouldBe(0);
}

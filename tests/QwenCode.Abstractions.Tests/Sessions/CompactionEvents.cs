using System.Globalization;
using QwenCode.Agents;
using QwenCode.Sessions;

namespace QwenCode.Tests.Sessions;

/// <summary>What front ends say of a compaction.</summary>
public class CompactionEvents
{
    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void The_text_is_the_same_in_every_culture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        try
        {
            new ConversationCompacted(AgentId.Main, true, 123_456, -1, HasNotes: true).Text.ShouldBe("Context compressed (123456 -> -1).");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_wish_for_it_asks_the_model_unless_it_says_otherwise()
    {
        var wish = new CompactInput();

        (wish.Instructions, wish.UsesModel).ShouldBe((string.Empty, true));
    }
}

using System.Text;
using QwenCode.Platform.Text;

namespace QwenCode.Platform.Tests.Text;

public class TextCutTests
{
    private const string Pair = "a\U0001F600b";

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 3, 3)]
    [InlineData(4, 4, 4)]
    public void A_cut_never_splits_a_pair(int at, int before, int after)
    {
        TextCut.Before(Pair, at).ShouldBe(before);
        TextCut.After(Pair, at).ShouldBe(after);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "a")]
    [InlineData(3, "a\U0001F600")]
    [InlineData(9, Pair)]
    public void The_beginning_is_at_most_as_long_as_asked(int length, string expected)
    {
        TextCut.Head(Pair, length).ShouldBe(expected);
        TextCut.Head(new StringBuilder(Pair), length).ShouldBe(expected);
    }

    [Fact]
    public void Half_a_pair_that_stands_alone_is_cut_like_any_other_unit()
    {
        TextCut.Before("a\ud83db", 2).ShouldBe(2);
        TextCut.After("a\ude00b", 1).ShouldBe(1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void A_place_outside_the_text_is_refused(int at)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => TextCut.Before(Pair, at));
        Should.Throw<ArgumentOutOfRangeException>(() => TextCut.After(Pair, at));
    }
}

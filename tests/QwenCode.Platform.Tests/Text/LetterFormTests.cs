using QwenCode.Platform.Text;

namespace QwenCode.Platform.Tests.Text;

public sealed class LetterFormTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("caf\u00e9", "caf\u00e9")]
    [InlineData("vi\u0065\u0323\u0302t", "vi\u1ec7t")]
    [InlineData("e\u0308\u0301", "\u00eb\u0301")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00")]
    [InlineData("\u304b\u3099", "\u304c")]
    [InlineData("x\u0301e\u0301", "x\u0301\u00e9")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\ud83d\ude00e\u0301\ud83d", "\ud83d\ude00\u00e9\ud83d")]
    [InlineData("", "")]
    public void Letters_are_composed_as_far_as_there_is_one_for_them(string text, string expected) =>
        LetterForms.Compose(text).ShouldBe(expected);
}

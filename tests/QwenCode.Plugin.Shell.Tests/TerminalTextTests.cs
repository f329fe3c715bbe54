using System.Text;
using QwenCode.Plugin.Shell.Output;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class TerminalTextTests
{
    public static TheoryData<string, string> Screens => new()
    {
        { "plain\nlines\n", "plain\nlines\n" },
        { "tab\there", "tab\there" },
        { "dos\r\nlines\r\n", "dos\nlines\n" },
        { "\e[1m\e[38;5;196mred\e[0m", "red" },
        { "\e]8;;http://x\e\\link\e]8;;\e\\", "link" },
        { "\e]0;title\arest", "rest" },
        { "\e(Bcharset\e=\e7", "charset" },
        { "\eP1$r\e\\after", "after" },
        { "50%\r100%", "100%" },
        { "long line\rshort", "shortline" },
        { "long line\r\e[Kshort", "short" },
        { "long line\e[2K\rshort", "short" },
        { "ab\bc", "ac" },
        { "ab\e[5Gx", "ab  x" },
        { "a\e[2Cx\e[3Dy", "ay x" },
        { "bell\a and \v feed", "bell and  feed" },
        { "broken \e[12\nnext", "broken \nnext" },
        { "broken \e]0;x\nnext", "broken \nnext" },
        { "a\0b", "a\u2400b" },
        { "\e\e[31mx", "x" },
        { "a\e\nb", "a\nb" },
    };

    [Theory]
    [MemberData(nameof(Screens))]
    public void Text_is_what_a_terminal_would_show(string written, string seen)
    {
        for (var split = 0; split <= written.Length; split++)
        {
            var text = new StringBuilder();
            var terminal = new TerminalText(part => text.Append(part));

            terminal.Append(written.AsSpan(0, split));
            terminal.Append(written.AsSpan(split));
            terminal.Flush();

            text.ToString().ShouldBe(seen, $"split at {split}");
        }
    }

    [Fact]
    public void A_line_without_end_is_handed_on_in_parts_and_whole()
    {
        var longest = 0;
        var total = 0;
        var terminal = new TerminalText(part => (longest, total) = (Math.Max(longest, part.Length), total + part.Length));

        for (var i = 0; i < 1_000; i++)
        {
            terminal.Append(new string('x', 997));
        }

        terminal.Flush();
        total.ShouldBe(997_000);
        longest.ShouldBeLessThanOrEqualTo(16 * 1024);
    }
}

using QwenCode.Plugin.Shell.Commands;
using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class CommitTrailerTests
{
    private const string Trailer = "\n\nCo-authored-by: Qwen-Coder <qwen-coder@alibabacloud.com>";

    [Theory]
    [InlineData("git commit -m \"fix\"", "git commit -m \"fix{0}\"")]
    [InlineData("git commit -m 'fix'", "git commit -m 'fix{0}'")]
    [InlineData("git add . && git commit -am \"a \\\"b\\\"\" && git push", "git add . && git commit -am \"a \\\"b\\\"{0}\" && git push")]
    [InlineData("git  commit --no-verify -m 'x' -m \"y\"", "git  commit --no-verify -m 'x' -m \"y{0}\"")]
    [InlineData("git commit -m 'one' -m 'two' && echo 'x'", "git commit -m 'one' -m 'two{0}' && echo 'x'")]
    [InlineData("cd sub; git commit -qm 'x' -- a.txt", "cd sub; git commit -qm 'x{0}' -- a.txt")]
    [InlineData("git commit -m \"$(cat <<'EOF'\nsay \"hi\"\n\nbody )\nEOF\n)\"", "git commit -m \"$(cat <<'EOF'\nsay \"hi\"\n\nbody )\nEOF\n){0}\"")]
    public void A_message_gets_the_trailer(string command, string expected) =>
        CommitTrailer.Add(command).ShouldBe(expected.Replace("{0}", Trailer, StringComparison.Ordinal));

    [Theory]
    [InlineData("git commit")]
    [InlineData("git commit --amend --no-edit")]
    [InlineData("git commit -m fix")]
    [InlineData("git commit -F - && echo -m \"x\"")]
    [InlineData("git commit -m \"unfinished")]
    [InlineData("git commit -m \"$(date \"+%F\")\"")]
    [InlineData("git commit -m \"`date`\"")]
    [InlineData("echo -m \"x\"")]
    [InlineData("cat > f <<'EOF'\ngit commit -m \"msg\"\nEOF")]
    [InlineData("cat > f <<EOF\ngit commit -m \"msg\"\nEOF\ngit commit -m \"real\"")]
    [InlineData("echo 'git commit -m \"'; cat \"a.txt\"")]
    [InlineData("echo git commit -m \"x\"")]
    [InlineData("git commit -m \"x\"; git commit -m \"y\"")]
    [InlineData("git commit -m one; ls ./sub/\"build\"")]
    [InlineData("git commit -m \"one\"two; ls \"x\"")]
    [InlineData("git commit -m $'one'")]
    [InlineData("git commit -m 'x' > \"out file\"")]
    [InlineData("git commit -- -m \"x\"")]
    [InlineData("git commit # -m \"x\"")]
    [InlineData("git commit; x -m \"y\"")]
    [InlineData("git commit -F m \"x\"")]
    [InlineData("git commit -m \"$(cat <<EOF\n$(touch x)\nEOF\n)\"")]
    [InlineData("bash -c \"git commit -m 'x'\"")]
    [InlineData("legit commits -m \"x\"")]
    [InlineData("git commit -m \"x\n\nCo-authored-by: Qwen-Coder <qwen-coder@alibabacloud.com>\"")]
    public void What_is_not_surely_a_message_stays_as_it_is(string command) => CommitTrailer.Add(command).ShouldBe(command);

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task The_setting_decides_and_the_command_is_shown_as_it_was_sent(string? setting, bool expected)
    {
        using var shell = new ShellFixture();
        if (setting is not null)
        {
            shell.Settings["general.gitCoAuthor"] = setting;
        }

        const string Command = "git init -q . && git -c user.name=n -c user.email=e@x commit -q --allow-empty -m first; git config user.name n; git config user.email e@x; git commit -q --allow-empty -m \"second\" && git log -1 --format=%B";
        var result = await shell.RunAsync(Command);

        Text(result).ShouldStartWith($"Command: {Command}\n");
        Shown(result).ShouldBe(expected ? "second" + Trailer : "second");
    }
}

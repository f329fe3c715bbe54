using QwenCode.Permissions.Shell;
using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

/// <summary>What holds for every script; scripts come from a seeded generator, so a failure repeats.</summary>
public sealed class PropertyTests : IDisposable
{
    private static readonly string[] Pieces =
    [
        "ls", "rm x", "cat a.txt", "cat secret/key", "touch x", "git status", "git push", "echo hi", "A=1", "cd sub", "cd ..", "$x", "'", "\"", "\\", "$(", ")", "(", "`", "{", "}", ";", "&", "&&", "||", "|", "|&",
        "\n", " ", "\t", "#", "<<E", "E\n", "\nE\n", "<<<", "<", ">", ">>", ">|", "&>", ">&", "2>&1", "<(", ">(", "$((", "))", "((", "${", "$'", "if ", "then ", "fi", "for i in ", "do ", "done", "while ", "case x in ", "esac",
        "[[ ", " ]]", "function f ", "f() ", "!", "*", "?", "[a-z]", "{a,b}", "{1..3}", "~", "=", "bash -c ", "eval ", "xargs ", "sudo ", "env ", "find . -exec ", "\\;", "\0", "\r", "é", "😀", "\ud800", "$[", "]", ";;", "in", "time ", "coproc ", "a=(", "\\\n",
        "ssh h ", "docker run i ", "tar --to-command=", "env -C sub ", "PAGER=", "git -c alias.x=!", "parallel ", "perl -e ", "sed -n ", "awk ", "let ", "trap ", "hash -p ", "ln -s . x", "HOME=", "--", "-", "/proc/self/cwd/", "http://",
    ];

    private static readonly string[] Commands =
    [
        "ls", "cat a.txt", "touch x", "rm x", "git status", "git push", "echo hi", "echo $(ls)", "cat secret/key", "echo $x", "timeout 5 touch y", "bash -c 'touch z'", "find . -name x", "A=1 touch b", "(touch c)", "if ls; then touch d; fi", "mkdir e > f",
    ];

    private static readonly string[] RuleSets =
    [
        "", "allow:Bash", "allow:Bash(touch *)", "allow:Bash(git *)", "deny:Bash(rm *) § allow:Bash", "ask:Bash(git push *) § allow:Bash(git *)", "deny:Read(./secret/**) § allow:Bash(*)", "deny:Edit § allow:Bash(touch *)",
    ];

    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_text_makes_the_parser_or_the_judge_throw(int seed)
    {
        var random = new Random(seed);
        var policy = _gate.Policy("deny:Bash(rm *) § deny:Read(./secret/**) § allow:Bash(git *)");
        for (var i = 0; i < 1500; i++)
        {
            var script = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => Pieces[random.Next(Pieces.Length)]));

            Should.NotThrow(() => ShellParser.Parse(script), script);
            Should.NotThrow(() => policy.Judge(Gate.ShellTool, Gate.Arguments(("command", script)), ToolConsent.Ask), script);
            Should.NotThrow(() => Gate.Read(policy, Gate.ShellTool, Gate.Arguments(("command", script))).SuggestRules(), script);
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("((")]
    [InlineData("$(")]
    [InlineData("$((")]
    [InlineData("${x:-")]
    [InlineData("\"$(")]
    [InlineData("{ ")]
    [InlineData("if ")]
    [InlineData("`\\")]
    [InlineData("<(")]
    [InlineData("a=(")]
    [InlineData("! ")]
    [InlineData("f() ")]
    [InlineData("bash -c '")]
    [InlineData("env ")]
    [InlineData("<<E\n")]
    [InlineData("*")]
    [InlineData("a|")]
    public void Endless_nesting_is_read_without_harm_and_never_allowed(string opening)
    {
        var script = string.Concat(Enumerable.Repeat(opening, 20_000)) + "rm x";

        _gate.Shell("deny:Bash(rm *) § allow:Bash", script).Decision.ShouldNotBe(PermissionDecision.Allow);
    }

    [Theory]
    [InlineData("; ")]
    [InlineData(" && ")]
    [InlineData(" || ")]
    [InlineData(" | ")]
    [InlineData(" & ")]
    [InlineData("\n")]
    public void Commands_together_are_never_approved_more_than_each(string joint)
    {
        foreach (var rules in RuleSets)
        {
            var policy = _gate.Policy(rules);
            foreach (var first in Commands)
            {
                foreach (var second in Commands)
                {
                    var whole = Judge(policy, first + joint + second);

                    ((int)whole).ShouldBeGreaterThanOrEqualTo(Math.Max((int)Judge(policy, first), (int)Judge(policy, second)), $"{rules}: {first}{joint}{second}");
                }
            }
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Quotes_and_blanks_never_weaken_a_denial(int seed)
    {
        var random = new Random(seed);
        var policy = _gate.Policy("deny:Bash(rm *) § deny:Read(./secret/**) § deny:WebFetch(evil.com) § allow:Bash");
        string[] denied = ["rm x", "cat secret/key", "curl http://evil.com/x", "sudo rm x", "ls | rm x", "timeout 5 cat secret/key", "env A=1 rm x"];
        for (var i = 0; i < 400; i++)
        {
            var script = Disguise(denied[random.Next(denied.Length)], random);

            Judge(policy, script).ShouldBe(PermissionDecision.Deny, script);
        }
    }

    [Fact]
    public void Wrapping_a_command_never_approves_more_than_the_command()
    {
        string[] wrappers = ["( {0} )", "{{ {0}; }}", "if {0}; then ls; fi", "for i in a; do {0}; done", "echo \"$( {0} )\"", "bash -c '{0}'", "! {0}", "eval '{0}'", "f() {{ {0}; }}; f", "cat <( {0} )", "while ls; do {0}; done", "case a in a) {0};; esac", "tar xf a --to-command='{0}'", "watch '{0}'", "GIT_PAGER='{0}' git log", "trap '{0}' EXIT", "parallel '{0}'"];
        foreach (var rules in RuleSets.Where(static rules => rules != "allow:Bash"))
        {
            var policy = _gate.Policy(rules);
            foreach (var command in Commands.Where(static command => !command.Contains('\'', StringComparison.Ordinal)))
            {
                foreach (var wrapper in wrappers)
                {
                    var script = wrapper.Replace("{0}", command, StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

                    ((int)Judge(policy, script)).ShouldBeGreaterThanOrEqualTo((int)Judge(policy, command), $"{rules}: {script}");
                }
            }
        }
    }

    private static PermissionDecision Judge(PermissionPolicy policy, string command) =>
        policy.Judge(Gate.ShellTool, Gate.Arguments(("command", command)), ToolConsent.Ask).Decision;

    /// <summary>Writes a command differently without changing what it does.</summary>
    private static string Disguise(string command, Random random)
    {
        var script = new System.Text.StringBuilder();
        foreach (var c in command)
        {
            script.Append((c, random.Next(9)) switch
            {
                (' ', < 3) => "   ",
                (' ', 3) => "\t",
                (' ', 4) => " \\\n ",
                (' ', _) => " ",
                ('|', _) => "|",
                ('=', _) => "=",
                (_, 0) when char.IsAsciiLetter(c) => $"\\{c}",
                (_, 1) => $"'{c}'",
                (_, 2) => $"\"{c}\"",
                (_, 3) => $"''{c}",
                (_, 4) when char.IsAsciiLetter(c) => $"{c}\"\"",
                (_, 5) => $"$'{c}'",
                (_, 6) => $"$'\\x{(int)c:x2}'",
                (_, 7) => $"\\\n{c}",
                _ => c.ToString(),
            });
        }

        return (random.Next(6) switch { 0 => "(" + script + ")", 1 => "{ " + script + "; }", 2 => "ls; " + script, 3 => script + " # x", 4 => "  " + script + "  ", _ => script.ToString() }).ToString();
    }
}

using System.Diagnostics;
using CsCheck;
using QwenCode.Permissions.Programs;
using QwenCode.Permissions.Shell;
using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

/// <summary>What holds for generated commands. A failure prints the seed that repeats it.</summary>
public sealed class GeneratedCommandTests : IDisposable
{
    private static readonly string[] Commands =
    [
        "ls -la sub", "cat a.txt", "touch x", "git status --short", "git push origin main", "rm x", "npm test", "sort -u a.txt", "find . -name x", "echo hi", "cat secret/key", "curl http://evil.com/x",
        "sed -n 1p a.txt", "made-up --flag x", "timeout 5 touch y", "bash -c ls", "tar xf a.tar", "python3 main.py", "make test", "docker ps", "grep -rn x sub", "cp a.txt b", "chmod +x a.txt",
    ];

    private static readonly string[] RuleSets =
    [
        "", "allow:Bash(touch *) § allow:Bash(git *) § allow:Bash(npm test)", "allow:Bash § deny:Bash(rm *)", "allow:Bash § deny:Read(./secret/**)", "allow:Bash § deny:Edit(./a.txt) § ask:Bash(git push *)",
        "allow:Bash(made-up *) § allow:Bash(sed *) § deny:WebFetch(evil.com)",
    ];

    private static readonly string[] Additions =
    [
        "{0} > out", "{0} >> out", "{0} 2>&1", "{0} < a.txt", "{0} > .git/config", "{0} > ~/.bashrc", "{0} <<< x", "A=1 {0}", "PATH=x {0}", "MADE_UP=x {0}", "LANG=C {0}", "{0} $x", "{0} \"$x\"", "{0} $(ls)",
        "{0} `ls`", "{0} <(ls)", "{0} ${x:-y}", "{0} --made-up", "{0} --made-up=x", "{0} -Z x", "{0} *", "{0} -*",
    ];

    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    public static TheoryData<string> Programs => [.. ProgramTable.All.Keys];

    [Fact]
    public void An_allowed_command_stays_allowed_in_other_quotes()
    {
        var policies = Array.ConvertAll(RuleSets, _gate.Policy);
        Gen.Select(Gen.Int[0, RuleSets.Length - 1], Gen.Int[0, Commands.Length - 1], Gen.Int[0, 4].Array[64]).Sample(
            (rules, command, quotes) => Judge(policies[rules], Commands[command]) is not PermissionDecision.Allow
                || Judge(policies[rules], Quote(Commands[command], quotes)) is PermissionDecision.Allow, iter: 400, threads: 1);
    }

    [Fact]
    public void A_forbidden_command_stays_forbidden_in_other_quotes()
    {
        var policies = Array.ConvertAll(RuleSets, _gate.Policy);
        Gen.Select(Gen.Int[0, RuleSets.Length - 1], Gen.Int[0, Commands.Length - 1], Gen.Int[0, 4].Array[64]).Sample(
            (rules, command, quotes) => Judge(policies[rules], Commands[command]) is not PermissionDecision.Deny
                || Judge(policies[rules], Quote(Commands[command], quotes)) is PermissionDecision.Deny, iter: 400, threads: 1);
    }

    [Fact]
    public void Adding_a_redirection_a_variable_or_a_substitution_never_turns_a_question_into_a_yes()
    {
        foreach (var rules in RuleSets)
        {
            var policy = _gate.Policy(rules);
            foreach (var command in Commands.Where(command => Judge(policy, command) is not PermissionDecision.Allow))
            {
                foreach (var addition in Additions)
                {
                    var script = addition.Replace("{0}", command, StringComparison.Ordinal);

                    Judge(policy, script).ShouldNotBe(PermissionDecision.Allow, $"{rules}: {script}");
                }
            }
        }
    }

    [Fact]
    public void No_text_makes_the_parser_throw_or_take_long()
    {
        string[] pieces = ["$(", "`", "(", "{", "'", "\"", "<<E\n", "if ", "case x in ", "a=(", "$((", "${x:-", "[[ ", "f() ", "|", "&&", ";", "\\\n", "*", "{a,b}", "~", "word ", "-o=x ", "\0", "é", "\ud800"];
        Gen.Int[0, pieces.Length - 1].Array[1, 400].Select(all => string.Concat(all.Select(piece => pieces[piece]))).Sample(script =>
        {
            script = string.Concat(Enumerable.Repeat(script, 4096 / Math.Max(script.Length, 1) + 1));
            ShellParser.Parse(script);
            var best = Enumerable.Range(0, 3).Min(_ =>
            {
                var start = Stopwatch.GetTimestamp();
                ShellParser.Parse(script);
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            });
            return best <= 10.0 * script.Length / 1024;
        }, iter: 150, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_spelling_of_an_option_is_that_option(string program)
    {
        var entry = ProgramTable.Find(program)!;
        ArgumentRoles.IsKnown(entry.Arguments).ShouldBeTrue(entry.Arguments);
        foreach (var option in entry.Options)
        {
            Role(entry, option.Name, "v").ShouldContain(option.Role);
            if (option.IsLong)
            {
                if (option.TakesWord || option.IsAttached)
                {
                    var attached = entry.Read([ShellWord.Of(option.Name + "=v")]);
                    attached.Options.ShouldHaveSingleItem().Value!.Text.ShouldBe("v");
                }

                // Any beginning is the option, unless another one with another meaning begins so too.
                for (var length = 3; length < option.Name.Length; length++)
                {
                    var start = option.Name[..length];
                    var others = entry.Options.Where(other => other.IsLong && other.Name.StartsWith(start, StringComparison.Ordinal));
                    if (entry.Options.All(other => other.Name != start) && others.All(other => other.Role == option.Role && other.IsAttached == option.IsAttached))
                    {
                        Role(entry, start, "v").ShouldContain(option.Role, start);
                    }
                }
            }
            else if (option.Name.Length == 2 && option.TakesWord)
            {
                entry.Read([ShellWord.Of(option.Name + "v")]).Options[0].Value!.Text.ShouldBe("v");
                foreach (var flag in entry.Options.Where(static flag => flag is { Role: OptionRole.Flag, IsAttached: false, Name: { Length: 2 } }).Take(3))
                {
                    var cluster = $"{flag.Name}{option.Name[1]}";
                    if (entry.Options.All(other => other.Name != cluster))
                    {
                        entry.Read([ShellWord.Of(cluster), ShellWord.Of("v")]).Options.ShouldContain(
                            found => found.Option.Name == option.Name && found.Value!.Text == "v", cluster);
                    }
                }
            }
        }
    }

    private static OptionRole[] Role(ProgramEntry entry, string option, string value) =>
        [.. entry.Read([ShellWord.Of(option), ShellWord.Of(value)]).Options.Select(static found => found.Option.Role)];

    private static PermissionDecision Judge(PermissionPolicy policy, string command) =>
        policy.Judge(Gate.ShellTool, Gate.Arguments(("command", command)), ToolConsent.Ask).Decision;

    private static string Quote(string command, int[] quotes) => string.Concat(command.Select((c, at) => (c, quotes[at % quotes.Length]) switch
    {
        (' ', _) => " ",
        (_, 0) => $"'{c}'",
        (_, 1) => $"\"{c}\"",
        (_, 2) when char.IsAsciiLetter(c) => $"\\{c}",
        (_, 3) => $"''{c}",
        _ => c.ToString(),
    }));
}

namespace QwenCode.Permissions.Shell;

/// <content>Shells, and other programs that run a script they are given.</content>
internal sealed partial class CommandUnfolding
{
    private static readonly HashSet<string> Shells = ["sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "rbash", "yash", "fish", "tcsh",
        "csh"];

    // Their languages differ, so a script that parses as harmless may not be.
    private static readonly HashSet<string> ForeignShells = ["zsh", "fish", "tcsh", "csh"];

    public static bool IsShell(string program) => Shells.Contains(program);

    private static CommandUnfolding Sourced(ShellAnalyzer analyzer, SimpleCommand command)
    {
        analyzer.Lose();   // it may change the directory
        return new() { Children = [.. Documents(analyzer, command), ShellUnit.Hidden()] };
    }

    private static List<ShellUnit> InputChildren(ShellAnalyzer analyzer, SimpleCommand command, string? piped, bool isPiped)
    {
        var children = Documents(analyzer, command).ToList();
        if (piped is not null)
        {
            children.AddRange(analyzer.Nested(piped).Units);
        }

        // Unless the whole input is in the text, it is unknown what runs. A shell on a terminal waits for input.
        var hasDocument = command.Redirections.Any(static r => r.Kind is RedirectionKind.Text && !r.Target.IsDynamic);
        var hasInput = isPiped || command.Redirections.Any(static r =>
            r.Kind is RedirectionKind.Read or RedirectionKind.ReadWrite or RedirectionKind.Duplicate) || !hasDocument;
        if (hasInput || children.Count == 0)
        {
            children.Add(ShellUnit.Hidden());
        }

        return children;
    }

    private static IEnumerable<ShellUnit> Documents(ShellAnalyzer analyzer, SimpleCommand command) =>
        command.Redirections.Where(static r => r.Kind is RedirectionKind.Text).SelectMany(r => analyzer.Nested(r.Target.ToScript()).Units);

    private static CommandUnfolding UnfoldShell(ShellAnalyzer analyzer, SimpleCommand command, string? piped, bool isPiped)
    {
        var words = command.Words;
        var isForeign = ForeignShells.Contains(CommandVariants.Program(words[0])!.ToLowerInvariant());
        var (hasScript, readsInput, isSimple) = (false, false, !isForeign);
        var index = 1;
        for (; index < words.Count && (words[index].StartsWith('-') || words[index].StartsWith('+'))
            && words[index].Text.Length > 1; index++)
        {
            var option = words[index].Text;
            if (option is "--")
            {
                index++;
                break;
            }

            if (option is "--rcfile" or "--init-file" or "-o" or "-O" or "+o" or "+O")
            {
                index++;
                isSimple = false;
            }
            else if (option.StartsWith("--", StringComparison.Ordinal))
            {
                isSimple = false;
                hasScript |= option is "--command";
            }
            else
            {
                hasScript |= option.Contains('c', StringComparison.Ordinal);
                readsInput |= option.Contains('s', StringComparison.Ordinal);
                isSimple &= option.AsSpan(1).IndexOfAnyExcept("ceux") < 0;
                index += option.Contains('o', StringComparison.Ordinal) || option.Contains('O', StringComparison.Ordinal) ? 1 : 0;
            }

            isSimple &= !words[index < words.Count ? index : words.Count - 1].IsDynamic;
        }

        if (hasScript && index < words.Count)
        {
            var (units, isPlain) = analyzer.Nested(words[index].ToScript());
            var isKnown = !words[index].IsDynamic && !isForeign;
            return new CommandUnfolding
            {
                Children = isKnown ? units : [.. units, ShellUnit.Hidden()],
                IsTransparent = isKnown && isSimple && units.Count > 0,
                IsReadOnlyWithChildren = isKnown && isSimple && isPlain && CommandVariants.Program(words[0]) == words[0].Literal,
            };
        }

        if (index < words.Count && !readsInput)
        {
            return words[index].IsDynamic || words[index].Text is "-" or "/dev/stdin"
                ? new CommandUnfolding { Children = [.. Documents(analyzer, command), ShellUnit.Hidden()] }
                : Nothing;
        }

        return new CommandUnfolding { Children = InputChildren(analyzer, command, piped, isPiped) };
    }
}

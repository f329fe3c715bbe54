using System.Globalization;
using QwenCode.Permissions.Files;

namespace QwenCode.Permissions.Shell;

/// <content>Programs that run the command in their arguments, such as <c>sudo</c> and <c>timeout</c>.</content>
internal sealed partial class CommandUnfolding
{
    private static readonly Lazy<Dictionary<string, Wrapper>> Wrappers = new(static () =>
    {
        var wrappers = new Dictionary<string, Wrapper>(StringComparer.Ordinal);
        foreach (var block in ProgramData.Blocks("wrappers.txt"))
        {
            var wrapper = new Wrapper(
                [.. block.Words("values")], block.Words("skips") is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 0,
                block.Has("assigns"), block.Has("appends"), IsTransparent: !block.Has("itself"), block.Has("only-reads"),
                block.Has("script"), block.Words("folders"));
            foreach (var name in block.Names)
            {
                wrappers.Add(name, wrapper);
            }
        }

        return wrappers;
    });

    public static bool IsWrapper(string program) => Wrappers.Value.ContainsKey(program);

    private static CommandUnfolding UnfoldWrapper(ShellAnalyzer analyzer, string program, Wrapper wrapper, IReadOnlyList<ShellWord> words)
    {
        var (index, positionals, hasUnknownOption, environment) = (1, wrapper.Positionals, false, false);
        string? placeholder = null;
        var carried = new List<ShellUnit>();
        for (; index < words.Count; index++)
        {
            var word = words[index];
            var text = word.Text;
            if (text is "--")
            {
                index++;
                index += positionals;
                break;
            }

            if (word.IsDynamic && word.Chars[0].IsDynamic)
            {
                hasUnknownOption = true;
                break;
            }

            if (program is "env" && text is "-")
            {
                continue;   // the old form of -i
            }

            if (text is ['-', _, ..] && !word.Chars[0].IsDynamic)
            {
                if (program is "env" && (text is "-S" || text.StartsWith("-S", StringComparison.Ordinal)
                    || text.StartsWith("--split-string", StringComparison.Ordinal)
                    || (text[1] is not '-' && text.EndsWith('S'))))
                {
                    return SplitString(analyzer, words, index);
                }

                if (program is "command" && text is "-v" or "-V")
                {
                    return new CommandUnfolding { Children = [analyzer.Nested([ShellWord.Of("which")])], IsReadOnlyWithChildren = true };
                }

                if (program is "xargs" && text.StartsWith("-I", StringComparison.Ordinal))
                {
                    placeholder = text.Length > 2 ? text[2..] : index + 1 < words.Count ? words[index + 1].Text : null;
                }

                var takesValue = wrapper.ValueOptions.Contains(text);
                hasUnknownOption |= !takesValue;
                environment |= program is "time" && text is "-o" or "--output";   // writes a file
                index += takesValue ? 1 : 0;
                continue;
            }

            if (wrapper.Assignments && text.Contains('=', StringComparison.Ordinal) && text[0] is not '=')
            {
                var name = text[..text.IndexOf('=', StringComparison.Ordinal)];
                environment |= !ShellEnvironment.IsHarmless(name);
                if (ShellEnvironment.RunsValue(name))
                {
                    carried.AddRange(Value(analyzer, AfterEquals(word)));
                }

                continue;
            }

            if (positionals-- <= 0)
            {
                break;
            }
        }

        if (index >= words.Count)
        {
            return program switch
            {
                "xargs" => new CommandUnfolding { Children = [analyzer.Nested([ShellWord.Of("echo"), ShellWord.Unknown])],
                    IsTransparent = true },
                "parallel" => new CommandUnfolding { Children = [ShellUnit.Hidden()] },   // it runs the lines it reads
                _ => Nothing,
            };
        }

        var directories = DirectoryOf(analyzer, wrapper, words.Take(index).ToArray());
        var children = carried;
        if (wrapper.IsScript)
        {
            children.AddRange(Script(analyzer, words.Skip(index)).Children);
        }

        children.Add(analyzer.Nested(Inner(words, index, placeholder, wrapper.AppendsUnknown), directories));
        if (hasUnknownOption && !words[index].IsDynamic)
        {
            // An unknown option may take a value. The command then begins one word later, or after its options.
            var next = index + 1;
            while (next < words.Count && words[next].StartsWith('-'))
            {
                next++;
            }

            if (next < words.Count)
            {
                children.Add(analyzer.Nested(Inner(words, next, placeholder, wrapper.AppendsUnknown), directories));
            }
        }

        if (hasUnknownOption)
        {
            // An unknown option may also take a whole script.
            children.AddRange(words.Skip(1).Where(static word => word.Text.Contains(' ', StringComparison.Ordinal))
                .SelectMany(word => Script(analyzer, [word]).Children).Select(static unit => ShellUnit.Guess(unit)));
        }

        return new CommandUnfolding
        {
            Children = children,
            IsTransparent = wrapper.IsTransparent && !hasUnknownOption,
            IsReadOnlyWithChildren = wrapper.IsReadOnly && !hasUnknownOption && words[0].Literal == program,
            HasDangerousEnvironment = environment,
        };
    }

    /// <summary>Returns the directory that options make the command run in; <c>null</c> if none does.</summary>
    private static DirectorySet? DirectoryOf(ShellAnalyzer analyzer, Wrapper wrapper, ShellWord[] words)
    {
        for (var i = 1; i < words.Length; i++)
        {
            foreach (var option in wrapper.Directory)
            {
                var isLong = option.StartsWith("--", StringComparison.Ordinal);
                var value = words[i].Text == option ? words.ElementAtOrDefault(i + 1)
                    : words[i].Text.StartsWith(isLong ? option + "=" : option, StringComparison.Ordinal)
                        ? words[i].Skip(isLong ? option.Length + 1 : option.Length)
                    : null;
                if (value is not null)
                {
                    return analyzer.Directories.Enter(option is "-C" or "-D" or "--chdir" && !value.HasGlob && !value.HasTilde
                        ? value.Literal : null);
                }
            }
        }

        return null;
    }

    private static CommandUnfolding SplitString(ShellAnalyzer analyzer, IReadOnlyList<ShellWord> words, int index)
    {
        var word = words[index];
        var attached = word.Text.StartsWith("--", StringComparison.Ordinal)
            ? word.Text.Contains('=', StringComparison.Ordinal) ? AfterEquals(word) : null
            : word.Text.EndsWith('S') ? null : word.Skip(word.Text.IndexOf('S', StringComparison.Ordinal) + 1);
        var rest = attached is null ? words.Skip(index + 1) : words.Skip(index + 1).Prepend(attached);
        var first = rest.FirstOrDefault();
        return new CommandUnfolding
        {
            Children = [.. Script(analyzer, rest).Children, .. first is null ? [] : analyzer.Nested("env " + first.ToScript()).Units],
            IsTransparent = false,
        };
    }

    private sealed record Wrapper(
        HashSet<string> ValueOptions, int Positionals, bool Assignments, bool AppendsUnknown, bool IsTransparent, bool IsReadOnly,
        bool IsScript, IReadOnlyList<string> Directory);
}

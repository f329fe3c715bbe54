using QwenCode.Permissions.Programs;
using static QwenCode.Permissions.Shell.FileOperations;

namespace QwenCode.Permissions.Shell;

/// <summary>What programs do with the arguments that belong to no option.</summary>
internal static class ArgumentRoles
{
    private static readonly Dictionary<string, Action<CommandUse, TargetResolver, List<ShellOperation>>> Roles = new(StringComparer.Ordinal)
    {
        ["text"] = static (_, _, _) => { },
        ["date"] = static (_, _, _) => { },
        ["read"] = static (use, paths, list) => Each(list, use.Positionals, word => paths.File(Read, word)),
        ["list"] = static (use, paths, list) => Listing(use.Positionals, paths, list),
        ["tree"] = static (use, paths, list) =>
            Each(list, use.Positionals, word => paths.File(Read, word, isRecursive: use.Has("-r", "--recursive"))),
        ["write"] = static (use, paths, list) => Each(list, use.Positionals, word => paths.File(Write, word)),
        ["edit"] = static (use, paths, list) => Each(list, use.Positionals, word => paths.File(Edit, word)),
        ["edit-tree"] = static (use, paths, list) => Each(list, use.Positionals, word =>
            paths.File(Edit, word, isRecursive: use.Has("-r", "-R", "--recursive"))),

        // The first argument is often a mode or an owner; as a path it is none that a rule names.
        ["mode"] = static (use, paths, list) => Each(list, use.Positionals, word =>
            paths.File(Edit, word, isRecursive: use.Has("-R", "--recursive"))),
        ["in-out"] = static (use, paths, list) =>
        {
            Each(list, use.Positionals.Take(1), word => paths.File(Read, word));
            Each(list, use.Positionals.Skip(1), word => paths.File(Write, word));
        },
        ["script"] = static (use, paths, list) =>
        {
            // The first argument is usually the script; with some options it is a file.
            list.AddRange(use.Positionals.Take(1).SelectMany(word => paths.Guess(word)));
            if (use.Has("-L") || use.Words.Any(static word => JqProgram.ReadsOthers(word.Text)))
            {
                list.Add(Elsewhere());
            }

            Each(list, use.Positionals.Skip(use.Has("-f", "--from-file") ? 0 : 1), word => paths.File(Read, word));
        },
        ["awk"] = static (use, paths, list) => Each(
            list, use.Positionals.Skip(use.Has("-f", "--file", "-e", "--source", "-E", "--exec") ? 0 : 1),
            word => paths.File(
                use.Words.Any(static other => other.Text.Contains("inplace", StringComparison.Ordinal)) ? Edit : Read, word)),
        ["sed"] = static (use, paths, list) =>
            Each(list, use.Positionals.Skip(use.Has("-e", "--expression", "-f", "--file") ? 0 : 1),
                word => paths.File(use.Has("-i", "--in-place") ? Edit : Read, word)),
        ["search"] = static (use, paths, list) => Search(use, paths, list, isRecursive: use.Has("-r", "-R", "--recursive",
            "--dereference-recursive") || use.Options.Any(static option => option.Option.Name is "-d" or "--directories"
                && option.Value?.Literal is not ("read" or "skip"))),
        ["search-tree"] = static (use, paths, list) => Search(use, paths, list, isRecursive: true),
        ["find"] = Find,
        ["copy"] = static (use, paths, list) => Copy(Read, use, paths, list),
        ["move"] = static (use, paths, list) => Copy(Edit, use, paths, list),
        ["link"] = Link,
        ["unpack"] = Unpack,
        ["dd"] = static (use, paths, list) =>
        {
            foreach (var word in use.Words)
            {
                Each(list, word.Text.StartsWith("if=", StringComparison.Ordinal) ? [word.Skip(3)] : [], file => paths.File(Read, file));
                Each(list, word.Text.StartsWith("of=", StringComparison.Ordinal) ? [word.Skip(3)] : [], file => paths.File(Write, file));
            }
        },
        ["address"] = Download,
        ["packs"] = static (use, paths, list) => Guess(use, paths, list, isRecursive: true),
        ["mounts"] = static (use, paths, list) =>
        {
            Guess(use, paths, list, isRecursive: Copies(use));

            // `-v .:/x` shows a folder to the program inside, with everything below it.
            foreach (var word in use.Words)
            {
                var colon = Array.FindIndex(word.Chars, static c => c is { Value: ':', IsDynamic: false });
                var start = colon <= 0 ? 0
                    : Array.FindLastIndex(word.Chars, colon, static c => c is { Value: '=', IsDynamic: false }) + 1;
                if (colon > start)
                {
                    list.AddRange(paths.Guess(word.Skip(start).Take(colon - start), isRecursive: true));
                }

                foreach (var part in word.Text.Split(','))
                {
                    if (part.Split('=') is [.., "source" or "src", var source])
                    {
                        list.AddRange(paths.Guess(ShellWord.Of(source), isRecursive: true));
                    }
                }
            }
        },
        ["guess"] = static (use, paths, list) => Guess(use, paths, list, isRecursive: Copies(use)),
    };

    /// <summary>Adds what a command does with its arguments.</summary>
    public static void Apply(string role, CommandUse use, TargetResolver paths, List<ShellOperation> list) => Roles[role](use, paths, list);

    public static bool IsKnown(string role) => Roles.ContainsKey(role);

    // `docker cp` and `kubectl cp` take a folder with everything in it elsewhere.
    private static bool Copies(CommandUse use) => use.Program is "docker" or "podman" or "nerdctl" or "kubectl" or "oc"
        && use.Positionals.Any(static word => word.Text is "cp");

    private static void Guess(CommandUse use, TargetResolver paths, List<ShellOperation> list, bool isRecursive) =>
        AddGuesses(list, use.Words, paths, isRecursive);

    private static void Find(CommandUse use, TargetResolver paths, List<ShellOperation> list)
    {
        var starts = use.Words.SkipWhile(static word => word.Text is "-H" or "-L" or "-P")
            .TakeWhile(static word => !word.StartsWith('-') && word.Text is not ("(" or "!")).ToArray();
        Listing(starts, paths, list);
        for (var i = 0; i + 1 < use.Words.Count; i++)
        {
            if (use.Words[i].Text is "-fprint" or "-fprintf" or "-fprint0" or "-fls")
            {
                Each(list, [use.Words[i + 1]], word => paths.File(Write, word));
            }
            else if (use.Words[i].Text is "-files0-from")
            {
                Each(list, [use.Words[i + 1]], word => paths.File(Read, word));
                list.Add(Elsewhere() with { Tool = List });
            }
        }

        if (use.Words.Any(static word => word.Text is "-delete"))
        {
            // With a test it removes some of what it finds, and which is only known when it runs.
            var isSome = use.Words.Any(static word => word.Text is "-name" or "-iname" or "-path" or "-wholename" or "-regex");
            var removed = starts.Select(word => paths.File(Edit, word, isRecursive: true)).OfType<ShellOperation>().ToList();
            if (starts.Length == 0)
            {
                removed.Add(paths.Here(Edit, isRecursive: true));
            }

            list.AddRange(isSome ? removed.SelectMany(static all => (ShellOperation[])[all with { IsRecursive = false },
                all with { IsGuess = true }]) : removed);
        }
    }

    private static void Download(CommandUse use, TargetResolver paths, List<ShellOperation> list)
    {
        Each(list, use.Positionals, paths.Address);
        foreach (var word in use.Words.Where(static word => word.Text.Contains("file:", StringComparison.OrdinalIgnoreCase)))
        {
            list.AddRange(paths.FileAddress(word));
        }

        foreach (var (option, value) in use.Options)
        {
            if (option.Name is "--resolve" or "--connect-to" or "-K" or "--config" or "-i" or "--input-file" && value is not null)
            {
                list.Add(new ShellOperation(Fetch, []));   // a list of options or addresses may name any host
            }
            else if (option.Name is "--url" && value is not null)
            {
                Each(list, [value], paths.Address);
            }
            else if (value is not null && option.Role is OptionRole.Text && option.Name is "-d" or "-F" or "-H" or "--json" or "--form"
                or "--header" or "--url-query" or "--data" or "--data-ascii" or "--data-binary" or "--data-urlencode")
            {
                list.AddRange(Uploads(value!, paths, option.Name is "--data-urlencode" or "--url-query"));
            }
        }

        if (use.Program is not "curl" || use.Has("-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"))
        {
            AddDownloads(list, use, paths);
        }
    }

    /// <summary>Lists the files that <c>-d @file</c> and <c>-F name=@file</c> upload.</summary>
    private static IEnumerable<ShellOperation> Uploads(ShellWord value, TargetResolver paths, bool isAnywhere)
    {
        var at = Array.FindIndex(value.Chars, static c => c is { Value: '@' or '<', IsDynamic: false });
        return at == 0 || (at > 0 && (isAnywhere || value.Chars[at - 1].Value is '='))
            ? value.Skip(at + 1) is var rest && Array.FindIndex(rest.Chars, static c => c.Value is ';' or ',') is > 0 and var end
                ? Reads(rest).Concat(Reads(rest.Take(end))) : Reads(value.Skip(at + 1))
            : [];

        IEnumerable<ShellOperation> Reads(ShellWord word) => paths.File(Read, word) is { } read ? [read] : [];
    }

    /// <summary>Adds the files that downloads are saved to, named by the last segment of each address.</summary>
    private static void AddDownloads(List<ShellOperation> list, CommandUse use, TargetResolver paths)
    {
        foreach (var word in use.Positionals)
        {
            var name = word.Text.Split('?', '#')[0].TrimEnd('/');
            name = name[(name.LastIndexOf('/') + 1)..];
            if (name.Length > 0 && paths.File(Write, ShellWord.Of(name)) is { } write)
            {
                list.Add(write with { IsGuess = true });
            }
        }
    }

    private static void Copy(string sourceTool, CommandUse use, TargetResolver paths, List<ShellOperation> list)
    {
        var named = use.Values(OptionRole.Folder).LastOrDefault();
        var isRecursive = sourceTool is Edit || use.Has("-r", "-R", "-a", "--recursive", "--archive");
        var sources = use.Positionals.Take(named is not null || use.Positionals.Count < 2 ? use.Positionals.Count
            : use.Positionals.Count - 1).ToArray();
        Each(list, sources, word => paths.File(sourceTool, word, isRecursive));
        if (sourceTool is not Read)
        {
            // It could be read under its new name.
            Each(list, sources, word => paths.File(Read, word, isRecursive));
        }

        if (use.Has("-l", "--link", "-s", "--symbolic-link") && use.Program is "cp" or "gcp")
        {
            AddAliases(list, sources, paths);
        }

        var target = named ?? (use.Positionals.Count >= 2 ? use.Positionals[^1] : null);
        Each(list, use.Positionals.Skip(sources.Length), word => paths.File(Write, word));
        AddTargets(list, sources, target, paths);
    }

    private static void Link(CommandUse use, TargetResolver paths, List<ShellOperation> list)
    {
        var named = use.Values(OptionRole.Folder).LastOrDefault();
        var isAll = named is not null || use.Positionals.Count < 2 || use.Has("-d", "-F") && use.Positionals.Count == 1;
        var sources = use.Positionals.Take(isAll ? use.Positionals.Count : use.Positionals.Count - 1).ToArray();
        Each(list, sources, word => paths.File(Read, word));
        AddAliases(list, sources, paths);
        Each(list, use.Positionals.Skip(sources.Length), word => paths.File(Write, word));
        AddTargets(list, sources, named ?? (isAll ? ShellWord.Of(".") : use.Positionals[^1]), paths);
    }

    /// <summary>Adds what a link leads to: under its other name it can be read and written.</summary>
    private static void AddAliases(List<ShellOperation> list, IEnumerable<ShellWord> sources, TargetResolver paths)
    {
        foreach (var source in sources)
        {
            list.AddRange(paths.Guess(source, isRecursive: true));
        }
    }

    /// <summary>Adds the names that sources keep in a folder.</summary>
    private static void AddTargets(List<ShellOperation> list, IEnumerable<ShellWord> sources, ShellWord? target, TargetResolver paths)
    {
        if (target is { IsDynamic: false, HasGlob: false })
        {
            Each(list, sources, word => word.Literal is { Length: > 0 } name && !word.HasGlob
                ? paths.File(Write, Join(target, name[(name.TrimEnd('/').LastIndexOf('/') + 1)..])) : null);
        }
    }

    private static void Unpack(CommandUse use, TargetResolver paths, List<ShellOperation> list)
    {
        var isReadOnly = use.Has("-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test");
        foreach (var word in use.Positionals)
        {
            Each(list, [word], file => paths.File(Read, file));
            if (!isReadOnly && word.Literal is { } name)
            {
                var dot = name.LastIndexOf('.');
                string[] made = [name, name + ".gz", name + ".xz", name + ".zst", name + ".bz2",
                    .. dot > 0 ? (string[])[name[..dot], name[..dot] + ".tar"] : []];
                Each(list, made.Select(ShellWord.Of), file => paths.File(Edit, file, isRecursive: use.Has("-r")) is { } edit
                    ? edit with { IsGuess = true } : null);
            }
        }
    }

    private static ShellWord Join(ShellWord directory, string name) => new(
        [.. directory.Chars, new WordChar('/', WordCharKind.Quoted), .. name.Select(static c => new WordChar(c, WordCharKind.Quoted))],
        [], [], directory.IsQuoted, false);

    private static void Search(CommandUse use, TargetResolver paths, List<ShellOperation> list, bool isRecursive)
    {
        var files = use.Positionals.Skip(use.Has("-e", "--regexp", "-f", "--file", "--files") ? 0 : 1).ToArray();
        Each(list, files, word => paths.File(isRecursive ? List : Read, word, isRecursive));
        if (isRecursive)
        {
            // If a file itself is named, it is read.
            Each(list, files, word => paths.File(Read, word, isRecursive));
            if (files.Length == 0)
            {
                list.Add(paths.Here(List));
                list.Add(paths.Here(Read, isRecursive: true));
            }
        }
    }

    private static void Listing(IReadOnlyList<ShellWord> positionals, TargetResolver paths, List<ShellOperation> list)
    {
        Each(list, positionals, word => paths.File(List, word));
        if (positionals.Count == 0)
        {
            list.Add(paths.Here(List));
        }
    }

    private static void Each(List<ShellOperation> list, IEnumerable<ShellWord> words, Func<ShellWord, ShellOperation?> operation)
    {
        foreach (var word in words)
        {
            if (operation(word) is { } made)
            {
                list.Add(made);
            }
        }
    }
}

/// <summary>A command as the roles of its arguments see it.</summary>
/// <param name="Program">The program.</param>
/// <param name="Words">All words after it.</param>
/// <param name="Sorted">The same, sorted.</param>
internal sealed record CommandUse(string Program, IReadOnlyList<ShellWord> Words, ProgramUse Sorted)
{
    public IReadOnlyList<ShellWord> Positionals => Sorted.Positionals;

    public IReadOnlyList<(ProgramOption Option, ShellWord? Value)> Options => Sorted.Options;

    public bool Has(params ReadOnlySpan<string> names) => Sorted.Has(names);

    public IEnumerable<ShellWord> Values(OptionRole role) => Sorted.Values(role);
}

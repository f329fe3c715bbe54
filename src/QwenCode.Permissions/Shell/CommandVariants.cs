using QwenCode.Permissions.Programs;
using QwenCode.Workspaces;

namespace QwenCode.Permissions.Shell;

/// <summary>Finds other spellings of a command, for restricting rules.</summary>
internal static class CommandVariants
{
    public static IReadOnlyList<IReadOnlyList<ShellWord>> Of(IReadOnlyList<ShellWord> words, Func<ShellWord, ShellWord[]?> fill,
        DirectorySet directories)
    {
        if (words.Count == 0)
        {
            return [];
        }

        var variants = new List<IReadOnlyList<ShellWord>>();
        Vary(words, variants);
        VaryByLink(words, variants, directories);
        if (words.Any(static word => word.IsDynamic))
        {
            var filled = words.SelectMany(word => fill(word) ?? [word]).ToArray();
            if (filled.Length > 0)
            {
                variants.Add(filled);
                Vary(filled, variants);
            }
        }

        return variants;
    }

    /// <summary>Returns the name of a program without its directory.</summary>
    public static string? Program(ShellWord word) =>
        word.Literal is not { } text ? null : text[(text.LastIndexOf('/') + 1)..];

    /// <summary>Adds the name of the program that a link leads to.</summary>
    private static void VaryByLink(IReadOnlyList<ShellWord> words, List<IReadOnlyList<ShellWord>> variants, DirectorySet directories)
    {
        if (words[0].Literal is not { } text || !text.Contains('/', StringComparison.Ordinal)
            || text.Contains('\0', StringComparison.Ordinal))
        {
            return;
        }

        foreach (var path in directories.Paths.Select(directory =>
            ShellPaths.Untilde(words[0], text, directory) is { } given ? ShellPaths.Absolute(given, directory) : null).OfType<string>())
        {
            var real = Workspace.RealPath(Path.GetFullPath(path));
            if (Path.GetFileName(real) is { Length: > 0 } name && name != Path.GetFileName(text))
            {
                var program = ShellWord.Of(name);
                variants.Add([program, .. words.Skip(1)]);
                Vary(variants[^1], variants);
            }
        }
    }

    private static void Vary(IReadOnlyList<ShellWord> words, List<IReadOnlyList<ShellWord>> variants)
    {
        var slash = Array.FindLastIndex(words[0].Chars, static c => c is { Value: '/', IsDynamic: false });
        var program = slash < 0 ? words[0] : words[0].Skip(slash + 1);
        var lower = program.Text.ToLowerInvariant();
        if (slash >= 0)
        {
            variants.Add([program, .. words.Skip(1)]);
        }

        if (program.Literal is not null && lower != program.Text)
        {
            program = ShellWord.Of(lower);
            variants.Add([program, .. words.Skip(1)]);   // if file names ignore case, so do names of programs
        }

        if (program.Literal is null)
        {
            return;
        }

        var sub = GlobalOptions.Skip(lower, words);
        if (sub > 1)
        {
            variants.Add([program, .. words.Skip(sub)]);
        }

        if (sub < words.Count && GlobalOptions.Has(lower) && FullName(lower, words[sub].Text) is { } full)
        {
            variants.Add([program, ShellWord.Of(full), .. words.Skip(sub + 1)]);
        }

        // `git-push` is `git push`, and `docker image push` is `docker push`.
        if (lower.StartsWith("git-", StringComparison.Ordinal))
        {
            variants.Add([ShellWord.Of("git"), ShellWord.Of(lower["git-".Length..]), .. words.Skip(1)]);
        }
        else if (lower is "docker" or "podman" && sub + 1 < words.Count
            && words[sub].Text is "container" or "image" or "builder" or "buildx")
        {
            variants.Add([program, .. words.Skip(sub + 1)]);
        }
    }

    /// <summary>Returns the sub-command that an alias or an abbreviation stands for; <c>null</c> if it is none.</summary>
    private static string? FullName(string program, string name) =>
        ProgramTable.Find(program)!.Resolve(name) is var resolved && resolved != name ? resolved
        : program is "npm" && !SubCommands.IsKnown(program, name) ? SubCommands.Complete(program, name)
        : program is "git" && name is "send-pack" or "http-push" ? "push"
        : null;

    /// <summary>Returns the spellings that depend on options that are not known.</summary>
    public static IReadOnlyList<IReadOnlyList<ShellWord>> Possible(IReadOnlyList<ShellWord> words)
    {
        if (words.Count == 0 || Program(words[0])?.ToLowerInvariant() is not { } program)
        {
            return [];
        }

        var possible = new List<IReadOnlyList<ShellWord>>();
        foreach (var at in GlobalOptions.Possible(program, words))
        {
            Vary([ShellWord.Of(program), .. words.Skip(at)], possible);
            possible.Add([ShellWord.Of(program), .. words.Skip(at)]);
        }

        return possible;
    }
}

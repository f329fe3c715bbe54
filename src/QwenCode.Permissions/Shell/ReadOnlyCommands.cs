using QwenCode.Permissions.Files;
using QwenCode.Permissions.Programs;

namespace QwenCode.Permissions.Shell;

/// <summary>
/// Decides whether a command changes nothing: the program is known, and so is every option. What is not known may change something.
/// </summary>
internal static class ReadOnlyCommands
{
    private static readonly HashSet<string> FindTests =
    [
        .. ("-H -L -P -amin -anewer -atime -cmin -cnewer -ctime -empty -executable -false -fstype -gid -group -ilname -iname -inum -ipath "
            + "-iregex -links -lname -mmin -mtime -name -newer -nogroup -nouser -path -perm -readable -regex -samefile -size -true -type "
            + "-uid -used -user -wholename -writable -xtype -a -and -o -or -not -print -print0 -printf -prune -quit -ls -daystart -depth "
            + "-d -follow -maxdepth -mindepth -mount -noleaf -regextype -warn -nowarn -xdev -O0 -O1 -O2 -O3 "
            + "-newermt -newerat -newerct -newermm")
            .Split(' '),
    ];

    /// <summary>Returns whether a command changes nothing.</summary>
    /// <param name="words">The command.</param>
    /// <param name="directories">Where it may run.</param>
    public static bool IsReadOnly(IReadOnlyList<ShellWord> words, DirectorySet directories)
    {
        if (words[0].Literal?.ToLowerInvariant() is not { } root || (words[0].HasGlob && root is not ("[" or "[[")) || words[0].HasTilde)
        {
            return false;
        }

        var arguments = words.Skip(1).ToArray();
        if (root is "env")
        {
            return arguments.Length == 0;
        }

        if (Array.Exists(arguments, ProcessFiles.MayBeNamedBy))
        {
            return false;
        }

        if (root is "git")
        {
            return !Array.Exists(arguments, word => MayHideOption(word, directories))
                && GitCommands.IsReadOnly(Array.ConvertAll(arguments, static word => word.Text)) && !MayObeyOthers(arguments, directories);
        }

        if (ProgramTable.Find(root) is not { OnlyReads: true } entry)
        {
            return false;
        }

        var use = entry.Read(arguments);
        var isClear = entry.HidesNothing || ((entry.IsOpen || use.Unknown.Count == 0 || entry.Arguments is "find" or "sed" or "awk")
            && !Array.Exists(arguments, word => MayHideOption(word, directories)));
        return isClear && use.Options.TrueForAll(static option => option.Option.OnlyReads) && IsReadOnly(root, arguments, use);
    }

    private static bool IsReadOnly(string root, ShellWord[] arguments, ProgramUse use)
    {
        var texts = Array.ConvertAll(arguments, static word => word.Text);
        return root switch
        {
            "find" or "gfind" => Array.TrueForAll(
                texts, static text => !text.StartsWith('-') || FindTests.Contains(text) || IsNumber(text)),
            "sed" or "gsed" => SedScript.IsReadOnly(texts),
            "awk" or "gawk" or "mawk" or "nawk" => AwkProgram.IsReadOnly(texts),
            "jq" => !use.Has("-f", "--from-file", "-L") && !Array.Exists(texts, JqProgram.ReadsOthers),

            // On macOS it starts the command in its arguments.
            "arch" => texts.Length == 0,
            "test" or "[" or "[[" => ShellTest.IsReadOnly(root, arguments),
            "sort" or "gsort" => !use.Has("--files0-from"),
            "uniq" => use.Positionals.Count <= 1,
            "less" or "more" => !Array.Exists(texts, static text => text.StartsWith('+')),
            "printf" => texts.Length == 0 || !(texts[0].StartsWith('-') || arguments[0].IsDynamic),
            "date" => use.Positionals.TrueForAll(static word => word.StartsWith('+')),

            "ps" => !Array.Exists(arguments, ProcessFiles.IsShownByPs),
            "cd" or "pushd" => Array.TrueForAll(texts, static text => !ProcessFiles.LiesBelow(text)),
            _ => true,
        };
    }

    private static bool IsNumber(string text) => text.Length > 1 && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>
    /// Returns whether a word may become an option: by an expansion, or by a wildcard that a file fits whose name begins with a dash.
    /// </summary>
    private static bool MayHideOption(ShellWord word, DirectorySet directories)
    {
        if (word.IsDynamic)
        {
            return true;
        }

        if (!word.HasGlob || (word.Chars[0].Kind is not WordCharKind.Plain && !word.StartsWith('-')))
        {
            return false;
        }

        return word.StartsWith('-') || (word.Chars[0].Value is '*' or '?' or '['
            && directories.Paths.Any(static directory => directory is null || HoldsOption(directory)));
    }

    private static bool HoldsOption(string directory)
    {
        try
        {
            return Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory, "-*").Any();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Returns whether git may run in a repository whose configuration came with the files of the project.</summary>
    private static bool MayObeyOthers(ShellWord[] arguments, DirectorySet directories)
    {
        foreach (var word in ProgramTable.Find("git")!.Read(arguments).Options.Where(static option => option.Option.Name is "-C")
            .Select(static option => option.Value))
        {
            directories = directories.Enter(word is null || word.HasGlob || word.HasTilde ? null : word.Literal);
        }

        return directories.Paths.Any(static directory => directory is null || ObeyedFiles.LiesInBareRepository(directory));
    }
}

using QwenCode.Permissions.Matching;

namespace QwenCode.Permissions.Shell;

/// <summary>
/// Recognizes the files in <c>/proc</c> that show the variables and the memory of other processes. Secrets of other programs, the host
/// among them, are there.
/// </summary>
internal static class ProcessFiles
{
    /// <summary>Returns whether a word may name such a file, or a part of its name.</summary>
    public static bool MayBeNamedBy(ShellWord word)
    {
        var text = word.Text;
        return text is "environ" || text.Contains("/environ", StringComparison.Ordinal)
            || (text.Contains("proc/", StringComparison.Ordinal) && (word.IsDynamic || text.EndsWith("/mem", StringComparison.Ordinal)
                || text.AsSpan().IndexOfAny('*', '?', '[') >= 0));
    }

    /// <summary>Returns whether a path leads to the folder of the processes, from where short names lead on.</summary>
    public static bool LiesBelow(string path) => path.TrimEnd('/').EndsWith("/proc", StringComparison.Ordinal)
        || path.Contains("proc/", StringComparison.Ordinal);

    /// <summary>Returns whether an argument of <c>ps</c> makes it show variables: a letter without a dash, or a column.</summary>
    public static bool IsShownByPs(ShellWord word) => word.IsDynamic || word.Text.Contains("env", StringComparison.OrdinalIgnoreCase)
        || (word.StartsWith('-') ? word.Text is ['-', not '-', ..] && word.Text.Contains('E', StringComparison.Ordinal)
            : word.Text.Contains('e', StringComparison.Ordinal));

    /// <summary>Returns whether an operation may read such a file.</summary>
    public static bool AreReadBy(ShellOperation operation) => operation.Tool is FileOperations.Read or FileOperations.Any
        && operation.Paths.SelectMany(path => operation.IsPattern ? [PathCandidates.Normalize(path)] : PathCandidates.Of(path))
            .Any(path => Holds(path, operation));

    private static bool Holds(string path, ShellOperation operation)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (operation.IsRecursive && (parts.Length == 0 || (parts.Length <= 2 && parts[0] is "proc")))
        {
            return true;
        }

        return parts.Length >= 3 && (parts[0] is "proc" || IsWild(parts[0])) && (parts[^1] is "environ" or "mem" || IsWild(parts[^1]));

        bool IsWild(string part) => operation.IsPattern && part.AsSpan().IndexOfAny('*', '?', '[') >= 0;
    }
}

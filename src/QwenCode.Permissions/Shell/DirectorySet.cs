namespace QwenCode.Permissions.Shell;

/// <summary>Where a command may run: every directory it could be in, and <c>null</c> for one that cannot be known.</summary>
internal sealed record DirectorySet(IReadOnlyList<string?> Paths)
{
    private const int MaxPaths = 6;

    public static DirectorySet Of(string path) => new([path]);

    public bool IsKnown => !Paths.Contains(null);

    /// <summary>Gives the directories a word may name, seen from here.</summary>
    public DirectorySet Enter(string? target)
    {
        if (target is null)
        {
            return new DirectorySet([null]);
        }

        return new DirectorySet([.. Paths.Select(path => ShellPaths.Absolute(target, path)).Distinct()]);
    }

    public DirectorySet Union(DirectorySet other)
    {
        var paths = Paths.Union(other.Paths).ToArray();
        return new DirectorySet(paths.Length > MaxPaths ? [.. paths[..MaxPaths], null] : paths);
    }
}

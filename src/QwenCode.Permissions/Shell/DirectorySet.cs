namespace QwenCode.Permissions.Shell;

/// <summary>The directories a command may run in; <c>null</c> stands for one that cannot be known.</summary>
internal sealed record DirectorySet(IReadOnlyList<string?> Paths)
{
    private const int MaxPaths = 6;

    public static DirectorySet Of(string path) => new([path]);

    public bool IsKnown => !Paths.Contains(null);

    /// <summary>Returns the directories after changing to a directory.</summary>
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

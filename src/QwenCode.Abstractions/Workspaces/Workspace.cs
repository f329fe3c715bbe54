namespace QwenCode.Workspaces;

/// <summary>The directories an agent works in, and the places that belong to them. Immutable.</summary>
public sealed class Workspace
{
    private readonly string[] _directories;

    /// <summary>Describes a workspace.</summary>
    /// <param name="root">The project's root; made absolute, links resolved.</param>
    /// <param name="additionalDirectories">Further roots, in order; those that do not exist are left out.</param>
    /// <param name="runtimeDirectory">Where state of the program lives. The default is <c>~/.qwen</c>.</param>
    /// <param name="isTrusted">Whether the user trusts the project's own settings and files.</param>
    public Workspace(string root, IEnumerable<string>? additionalDirectories = null, string? runtimeDirectory = null, bool isTrusted = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        Root = RealPath(Path.GetFullPath(root));
        _directories = [Root, .. (additionalDirectories ?? []).Select(Path.GetFullPath).Where(Directory.Exists).Select(RealPath)
            .Where(directory => directory != Root).Distinct()];
        RuntimeDirectory = runtimeDirectory ?? Path.Combine(HomeDirectory, ".qwen");
        IsTrusted = isTrusted;
    }

    /// <summary>Gets the user's home directory.</summary>
    public static string HomeDirectory { get; } =
        Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } home
            ? home
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Gets the project's root: absolute, links resolved.</summary>
    public string Root { get; }

    /// <summary>Gets all roots, the project's first.</summary>
    public IReadOnlyList<string> Directories => _directories;

    /// <summary>Gets where state of the program lives.</summary>
    public string RuntimeDirectory { get; }

    /// <summary>Gets whether the user trusts the project's own settings and files.</summary>
    public bool IsTrusted { get; }

    /// <summary>Gets the project's name in paths: its root with everything that is no letter or digit made a hyphen.</summary>
    public string ProjectKey => field ??= string.Create(Root.Length, Root, static (span, root) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(root[i]) ? root[i] : '-';
        }
    });

    /// <summary>Gets the directory of this project's transcripts and agents' files.</summary>
    public string ProjectDirectory => Path.Combine(RuntimeDirectory, "projects", ProjectKey);

    /// <summary>Gets the directory for this project's temporary files, such as outputs too long for the model.</summary>
    public string TempDirectory => field ??= Path.Combine(
        RuntimeDirectory, "tmp",
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Root))));

    /// <summary>
    /// Says whether a path lies in the workspace, links resolved. A path that does not exist is judged by its nearest existing
    /// parent.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    public bool Contains(string path)
    {
        var real = RealPath(path);
        return Array.Exists(_directories, directory => IsWithin(real, directory));
    }

    /// <summary>
    /// Returns whether a path lies in the folder for temporary files, links resolved, and in nothing of the user's that lies there, too: a
    /// home in a container or on a build machine is no scratch, nor is a workspace or the state of the program.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    public bool IsScratch(string path)
    {
        var real = RealPath(path);
        var scratch = RealPath(Path.GetTempPath());
        return Path.GetDirectoryName(scratch) is not null && IsWithin(real, scratch) && !IsOwn(HomeDirectory) && !IsOwn(RuntimeDirectory)
            && !Array.Exists(_directories, IsOwn);

        bool IsOwn(string place)
        {
            var own = RealPath(place);
            return IsWithin(own, scratch) && IsWithin(real, own);
        }
    }

    /// <summary>Returns whether a path is a directory or lies below it. Compares text; resolve links first.</summary>
    /// <param name="path">An absolute, normalised path.</param>
    /// <param name="directory">An absolute, normalised directory.</param>
    public static bool IsWithin(string path, string directory)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(directory);
        var comparison = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var prefix = Path.TrimEndingDirectorySeparator(directory);
        return path.StartsWith(prefix, comparison)
            && (path.Length == prefix.Length || prefix.EndsWith(Path.DirectorySeparatorChar)
                || path[prefix.Length] == Path.DirectorySeparatorChar);
    }

    /// <summary>
    /// Resolves every link in a path, also in those of its parts that exist while the rest does not; <c>..</c> is taken out first.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    /// <remarks>
    /// A chain of more than 40 links (the usual limit of file systems) is left as it stands, and so is a text with a NUL: no file has
    /// that name, but a file of another program may name it.
    /// </remarks>
    public static string RealPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return path;
        }

        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full) ?? string.Empty;
        var resolved = root;
        var pending =
            new Stack<string>(full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (var links = 0; pending.TryPop(out var part);)
        {
            if (part is ".")
            {
                continue;
            }

            if (part is "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? root;
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target || ++links > 40)
            {
                resolved = next;
                continue;
            }

            if (Path.IsPathRooted(target))
            {
                root = Path.GetPathRoot(target) ?? root;
                resolved = root;
                target = target[root.Length..];
            }

            foreach (var piece in target.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                pending.Push(piece);
            }
        }

        return resolved;
    }

    /// <summary>Shows a path as the user reads it: relative to the root if it lies below it.</summary>
    /// <param name="path">An absolute path.</param>
    public string Shorten(string path) => IsWithin(path, Root) && path.Length > Root.Length ? Path.GetRelativePath(Root, path) : path;
}

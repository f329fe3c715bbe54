using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search;

/// <summary>Where a search looks, settled before anybody is asked, so that what is asked about is what is searched.</summary>
internal sealed record SearchRoots
{
    /// <summary>Gets the directories, or the one file, to search: absolute, links resolved.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets the path as it was given, or <c>null</c> for the whole workspace.</summary>
    public string? Given { get; init; }

    /// <summary>Gets the given path made absolute.</summary>
    public string? Absolute { get; init; }

    /// <summary>Gets whether the search may run without asking.</summary>
    public ToolConsent Consent { get; init; }

    /// <summary>Gets the words for a search whose place was replaced.</summary>
    public string Moved =>
        $"{Absolute ?? Paths[0]} leads to another place now than when the call was checked: a link or a directory on the way was "
            + "replaced. Nothing is shown; look at it and call again if that is what you want.";

    /// <summary>Settles where to look.</summary>
    /// <param name="given">A path relative to the project, an absolute one, or one that begins with <c>~</c>; empty or <c>null</c>
    /// for the whole workspace.</param>
    /// <param name="workspace">The workspace.</param>
    /// <exception cref="ToolArgumentException">The path lies in the workspace and is not there.</exception>
    public static SearchRoots Resolve(string? given, Workspace workspace)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            // A directory within another is searched with it.
            var tops = workspace.Directories.Where(
                directory => !workspace.Directories.Any(other => other != directory && Workspace.IsWithin(directory, other)));
            return new SearchRoots { Paths = [.. tops], Consent = ToolConsent.Allow };
        }

        if (given.Contains('\0'))
        {
            throw new ToolArgumentException($"A path cannot hold a NUL character: {given.Replace("\0", "\\0", StringComparison.Ordinal)}");
        }

        var absolute = Path.GetFullPath(
            given is "~" ? Workspace.HomeDirectory
            : given.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Workspace.HomeDirectory, given[2..])
            : given,
            workspace.Root);
        var isInside = workspace.Contains(absolute);

        // What lies outside is looked at only once that is allowed.
        if (isInside && !Path.Exists(absolute))
        {
            throw new ToolArgumentException($"Path does not exist: {absolute}");
        }

        return new SearchRoots
        {
            Paths = [Workspace.RealPath(absolute)], Given = given, Absolute = absolute, Consent = isInside
                ? ToolConsent.Allow : ToolConsent.Ask,
        };
    }

    /// <summary>
    /// Says whether every place is still what it was when it was judged: a link put in its way would lead the search elsewhere.
    /// </summary>
    public bool AreUnmoved() => Paths.All(static path => Workspace.RealPath(path) == path);

    /// <summary>Says in words where a search looked.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="single">What to say of a given path.</param>
    public string Describe(Workspace workspace, string single) =>
        Given is not null ? single
        : workspace.Directories.Count == 1 ? "in the workspace directory"
        : $"across {workspace.Directories.Count} workspace directories";
}

using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>The files that a tool names, before and after its call.</summary>
internal static class PathStates
{
    /// <summary>Reads the files as they are, with the folders that a tool would have to create for them.</summary>
    /// <exception cref="IOException">They cannot be read, or kept.</exception>
    public static List<FileChange> Before(
        Workspace workspace, IEnumerable<string> paths, CheckpointOptions options, ImageFile images)
    {
        var states = new List<FileChange>();
        foreach (var path in paths.Distinct(StringComparer.Ordinal))
        {
            for (var folder = Path.GetDirectoryName(path); folder is not null && !Directory.Exists(folder);
                folder = Path.GetDirectoryName(folder))
            {
                if (!states.Exists(state => state.Path == folder))
                {
                    states.Add(new FileChange(folder, FileState.None, FileState.None));
                }
            }

            var hidden = IgnoreScope.Judge(workspace, path, PathKind.File, IgnoreFiles.Qwen) is IgnoreVerdict.Visible
                ? null : "is named by .qwenignore, so no copy was made";
            var state = ContentReader.Describe(path, options.LargestFile, hidden, out var content);
            states.Add(new FileChange(path, content is null ? state : state with { Offset = images.Add(content) }, FileState.None));
        }

        states.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return states;
    }

    /// <summary>Reads the files again and returns those that are not as they were.</summary>
    public static List<FileChange> After(IReadOnlyList<FileChange> before, CheckpointOptions options)
    {
        var changes = new List<FileChange>();
        foreach (var change in before)
        {
            var after = ContentReader.Describe(change.Path, options.LargestFile, change.Before.Lost, out _);
            if (!after.IsSame(change.Before))
            {
                changes.Add(change with { After = after with { Lost = null } });
            }
        }

        return changes;
    }
}

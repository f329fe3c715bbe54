using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>
/// Where the agent keeps what it learned about a project: markdown files, one place for all working trees of a repository.
/// </summary>
internal static class AutoMemory
{
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(2);

    /// <summary>Gives the directory of a project's memory; it need not exist.</summary>
    public static string RootOf(Workspace workspace)
    {
        if (Environment.GetEnvironmentVariable("QWEN_CODE_MEMORY_LOCAL") is "1")
        {
            return Path.Combine(workspace.Root, ".qwen", "memory");
        }

        var home = Environment.GetEnvironmentVariable("QWEN_CODE_MEMORY_BASE_DIR") is { Length: > 0 } given
            ? given : Path.Combine(Workspace.HomeDirectory, ".qwen");
        var key = string.Concat(RepositoryOf(workspace.Root).Select(static value => char.IsAsciiLetterOrDigit(value) ? value : '-'));
        return Path.Combine(home, "projects", key, "memory");
    }

    /// <summary>Gives the words that go before a memory that is old enough to be wrong by now.</summary>
    public static string? StalenessNotice(Workspace workspace, string path, FileStatus status, TimeProvider time)
    {
        var age = time.GetUtcNow() - new DateTimeOffset(DateTime.UnixEpoch.AddTicks(status.Modified));
        return age >= Fresh && Workspace.IsWithin(Workspace.RealPath(path), Workspace.RealPath(RootOf(workspace)))
            ? $"<system-reminder>This memory was written {(int)age.TotalDays} days ago and may be out of date. Check it against the "
            + "project before you rely on it.</system-reminder>\n"
            : null;
    }

    private static string RepositoryOf(string root)
    {
        for (var at = root; at is not null; at = Path.GetDirectoryName(at))
        {
            var git = Path.Combine(at, ".git");
            if (Directory.Exists(git))
            {
                return at;
            }

            if (File.Exists(git))
            {
                return MainTreeOf(at, git) ?? at;
            }
        }

        return root;
    }

    // ".git" of a linked working tree says "gitdir: REPOSITORY/.git/worktrees/NAME".
    private static string? MainTreeOf(string tree, string git)
    {
        try
        {
            if (new FileInfo(git).Length is 0 or > 4_096 || !File.ReadAllText(git).Trim().StartsWith("gitdir:", StringComparison.Ordinal))
            {
                return null;
            }

            var directory = Path.GetFullPath(File.ReadAllText(git).Trim()["gitdir:".Length..].Trim(), tree);
            return Path.GetFileName(Path.GetDirectoryName(directory)) is "worktrees"
                && Path.GetDirectoryName(Path.GetDirectoryName(directory)) is { } common && Path.GetFileName(common) is ".git"
                ? Path.GetDirectoryName(common)
                : null;
        }
        catch (Exception exception) when (OsError.Covers(exception))
        {
            return null;
        }
    }
}

namespace QwenCode.Storage.Transcripts;

/// <summary>The branch that is checked out, read from the repository's files: a process for it would cost more than a whole turn.</summary>
internal static class GitHead
{
    private const string BranchPrefix = "ref: refs/heads/";

    /// <summary>Returns the branch's name, <c>HEAD</c> if none is checked out, or <c>null</c> outside a repository.</summary>
    /// <param name="directory">A directory anywhere in the working tree.</param>
    public static string? Branch(string directory)
    {
        try
        {
            for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
            {
                var git = Path.Combine(current, ".git");
                if (File.Exists(git) && File.ReadAllText(git).Trim() is ['g', 'i', 't', 'd', 'i', 'r', ':', .. var target])
                {
                    git = Path.Combine(current, target.Trim()); // A linked work tree or a submodule.
                }

                if (Directory.Exists(git))
                {
                    var head = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
                    return head.StartsWith(BranchPrefix, StringComparison.Ordinal) ? head[BranchPrefix.Length..] : "HEAD";
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The branch is a courtesy to readers of the list of sessions; no record is worth less without it.
        }

        return null;
    }
}

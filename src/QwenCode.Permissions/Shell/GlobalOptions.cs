namespace QwenCode.Permissions.Shell;

/// <summary>Options that some programs take before their sub-command.</summary>
internal static class GlobalOptions
{
    private static readonly Dictionary<string, HashSet<string>> WithValue = new(StringComparer.Ordinal)
    {
        ["git"] = ["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env", "--attr-source"],
        ["npm"] = ["--prefix", "-C", "--workspace", "-w", "--registry", "--userconfig", "--loglevel"],
        ["yarn"] = ["--cwd"],
        ["pnpm"] = ["-C", "--dir", "--filter", "-F"],
        ["docker"] = ["-H", "--host", "--config", "-c", "--context", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey"],
        ["kubectl"] = ["-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server", "--token", "--as"],
        ["cargo"] = ["-C", "--config", "-Z", "--color", "--manifest-path"],
        ["pip"] = ["--python", "--proxy", "--log", "--cache-dir"],
        ["pip3"] = ["--python", "--proxy", "--log", "--cache-dir"],
    };

    /// <summary>Returns the index of the sub-command; 1 if no options come before it, or if the program has no sub-commands.</summary>
    public static int Skip(string program, IReadOnlyList<ShellWord> words)
    {
        var index = 1;
        if (!WithValue.TryGetValue(program, out var valued))
        {
            return index;
        }

        while (index < words.Count && words[index].StartsWith('-'))
        {
            index += valued.Contains(words[index].Text) ? 2 : 1;
        }

        return Math.Min(index, words.Count);
    }
}

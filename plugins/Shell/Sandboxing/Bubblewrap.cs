using System.IO.Enumeration;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Shell.Sandboxing;

/// <summary>
/// Runs commands under bubblewrap: everything can be read, only the workspace can be written, <c>/tmp</c> is each command's own, and
/// the network is there unless it was switched off. It changes nothing of what needs approval.
/// </summary>
/// <remarks>
/// What is read-only inside the workspace would otherwise lead out of it: settings, hooks, variables and the repository are obeyed
/// by later processes that no sandbox surrounds. Of the repository all of it: git obeys more than its hooks and its configuration.
/// </remarks>
internal static class Bubblewrap
{
    public const string Program = "bwrap";

    private const int MostDepth = 4;
    private const int MostRepositories = 200;

    private static readonly string[] Guarded = [".git", ".env"];

    // Made empty where they are missing: a command that could make them would have what it writes there obeyed.
    private static readonly string[] GuardedFolders = [".qwen", ".claude"];

    // No --die-with-parent: the parent it goes by is the thread that started it, and threads of a pool end at any time. What is in
    // the sandbox ends with the command's shell, which is the first process of its own process namespace.
    private static readonly string[] Walls =
    [
        "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL",
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",

        // What is below belongs to the machine, and root needs no capability to write it: core_pattern alone starts a program outside.
        "--ro-bind-try", "/proc/sys", "/proc/sys", "--ro-bind-try", "/proc/sysrq-trigger", "/proc/sysrq-trigger",
        "--tmpfs", "/tmp", "--tmpfs", "/run",
        "--ro-bind-try", "/run/current-system", "/run/current-system", "--ro-bind-try", "/run/wrappers", "/run/wrappers",
        "--unsetenv", "SSH_AUTH_SOCK", "--unsetenv", "GPG_AGENT_INFO", "--unsetenv", "DBUS_SESSION_BUS_ADDRESS",
        "--setenv", "SANDBOX", Program,
    ];

    // Sockets in the home lead out as well: a daemon behind one does what it is told, outside.
    private static readonly string[] Daemons = [".docker/run", ".docker/desktop", ".colima", ".lima", ".orbstack/run", ".gnupg", ".rd"];

    /// <summary>Gives what stands before the shell on the command line; nothing where the settings ask for no sandbox.</summary>
    /// <param name="context">The call.</param>
    /// <param name="directory">Where the command runs.</param>
    public static IReadOnlyList<string> Prefix(ToolContext context, string directory) =>
        context.Setting("tools.sandbox") == Program
            ? Arguments(context.Workspace, directory, hasNetwork: context.Setting("tools.sandboxNetwork") != "false")
            : [];

    internal static IReadOnlyList<string> Arguments(Workspace workspace, string directory, bool hasNetwork)
    {
        var arguments = new List<string> { Program };
        arguments.AddRange(Walls);
        if (!hasNetwork)
        {
            arguments.Add("--unshare-net");
        }

        // The names of hosts are often looked up by a file in /run, which is hidden.
        var resolver = Workspace.RealPath("/etc/resolv.conf");
        if (resolver.StartsWith("/run/", StringComparison.Ordinal))
        {
            arguments.AddRange(["--ro-bind-try", resolver, resolver]);
        }

        foreach (var hidden in Daemons.Select(static name => Path.Combine(Workspace.HomeDirectory, name)).Where(Directory.Exists))
        {
            arguments.AddRange(["--tmpfs", hidden]);
        }

        foreach (var socket in BoundSockets.Outside(workspace))
        {
            arguments.AddRange(["--ro-bind", "/dev/null", socket]);
        }

        foreach (var writable in workspace.Directories)
        {
            arguments.AddRange(["--bind", writable, writable]);
            foreach (var name in Guarded)
            {
                var path = Path.Combine(writable, name);
                arguments.AddRange(["--ro-bind-try", path, path]);
            }

            foreach (var nested in Nested(writable))
            {
                arguments.AddRange(["--ro-bind-try", nested, nested]);
            }

            foreach (var name in GuardedFolders)
            {
                var path = Path.Combine(writable, name);
                arguments.AddRange(Directory.Exists(path) ? ["--ro-bind", path, path] : ["--tmpfs", path, "--remount-ro", path]);
            }
        }

        arguments.AddRange(["--chdir", directory, "--"]);
        return arguments;
    }

    /// <summary>
    /// Lists the repositories in a workspace: git obeys their hooks and their configuration as well. In a worktree or a submodule
    /// <c>.git</c> is a file.
    /// </summary>
    private static IEnumerable<string> Nested(string directory)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MostDepth,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        return new FileSystemEnumerable<string>(directory, static (ref entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = static (ref entry) => entry.FileName is ".git" && entry.Directory.Length > entry.RootDirectory.Length,
            // Nothing inside a repository's own folder is another one, and it may hold many files.
            ShouldRecursePredicate = static (ref entry) => entry.FileName is not ".git",
        }.Take(MostRepositories);
    }
}

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

    // For a shell outside, which reads nothing that the environment names (-p). It takes the filter, the number of bubblewrap's words and
    // of places to hide, the places, bubblewrap's words and the command's. The filter goes through a pipe, since bubblewrap reads it from
    // a descriptor. A place that is gone by now is left out: bubblewrap would fail.
    private const string Opening =
        """
        exec 9< <(printf "$0"); of=$1 hidden=(); shift
        for ((n = $1; n > 0; n--)); do
          shift
          if [ -d "$1" ]; then hidden+=(--tmpfs "$1"); elif [ -e "$1" ]; then hidden+=(--ro-bind /dev/null "$1"); fi
        done
        shift
        exec "${@:1:of}" "${hidden[@]}" --seccomp 9 -- "${@:of + 1}"
        """;

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

        foreach (var daemon in Daemons.Select(static name => Path.Combine(Workspace.HomeDirectory, name)).Where(Directory.Exists))
        {
            arguments.AddRange(["--tmpfs", daemon]);
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

        arguments.AddRange(["--chdir", directory]);
        var hidden = BoundSockets.Outside(workspace);
        return ["bash", "-p", "-c", Opening, SystemCallFilter.Escaped, $"{arguments.Count}", $"{hidden.Count}", .. hidden, .. arguments];
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

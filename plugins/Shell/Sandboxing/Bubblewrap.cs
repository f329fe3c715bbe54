using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Shell.Sandboxing;

/// <summary>
/// Runs commands under bubblewrap: everything can be read, only the workspace can be written, <c>/tmp</c> is each command's own, and
/// the network is there unless it was switched off. It changes nothing of what needs approval.
/// </summary>
/// <remarks>
/// What is read-only inside the workspace would otherwise lead out of it: settings and hooks of ours and of git are run by later
/// processes that no sandbox surrounds.
/// </remarks>
internal static class Bubblewrap
{
    public const string Program = "bwrap";

    private static readonly string[] Guarded = [".qwen", ".claude", ".git/hooks", ".git/config"];

    // No --die-with-parent: the parent it goes by is the thread that started it, and threads of a pool end at any time. What is in
    // the sandbox ends with the command's shell, which is the first process of its own process namespace.
    private static readonly string[] Walls =
    [
        "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL",
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--setenv", "SANDBOX", Program,
    ];

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

        foreach (var writable in workspace.Directories)
        {
            arguments.AddRange(["--bind", writable, writable]);

            // A mount of its own, so that it cannot be moved away with what is guarded in it.
            var repository = Path.Combine(writable, ".git");
            arguments.AddRange(["--bind-try", repository, repository]);
            foreach (var guarded in Guarded)
            {
                var path = Path.Combine(writable, guarded);
                arguments.AddRange(["--ro-bind-try", path, path]);
            }
        }

        arguments.AddRange(["--chdir", directory, "--"]);
        return arguments;
    }
}

using QwenCode.Plugin.Shell.Commands;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell;

/// <summary>Runs a command line in a fresh shell.</summary>
[PluginTool(Order = -80)]
public sealed class RunShellCommandTool : Tool
{
    internal const string ToolName = "run_shell_command";

    private const string About =
        """
        Runs one command line in a fresh shell (`bash -c`; on Windows the shell the user works in) and reports what it printed and how it
        ended.

        - Nothing is remembered between calls: each one is a new process in the project's root, or in `directory`. Variables and `cd` last
          for one call only.
        - The command gets no input. Programs that ask questions must be told not to (for example `--yes`, `--no-pager`).
        - stdout and stderr come back together in the order they were written, without colours. Long output is cut in the
          middle and kept whole in a file that the result names.
        - A command that has not ended after `timeout` milliseconds (120000 if not given, at most 600000) is stopped with everything
          it started.
        - An exit code other than 0 is reported, not raised as an error: read it.
        - Set `is_background` for what does not end by itself, such as servers and watchers; do not add `&` then. Its output goes to a
          file that the result names, and it is stopped when the program ends.
        - Quote paths that contain spaces. Join commands that depend on each other with `&&`.
        - Use the file and search tools instead of cat, sed, find or grep where they can do the job: they are faster, and need no approval.

        The result has these lines: Command, Directory, Output, Error, Exit Code, Signal, Process Group PGID.
        """;

    /// <summary>Creates the tool.</summary>
    public RunShellCommandTool()
        : base(new ToolDeclaration
        {
            Name = ToolName,
            DisplayName = "Shell",
            Description = About,
            Kind = ToolKind.Execute,
            Traits = ToolTraits.LiveOutput,
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{
                "command":{"type":"string","description":"The command line to run."},
                "is_background":{"type":"boolean","description":
                  "Whether to return at once and let the command go on. The default is false."},
                "timeout":{"type":"number","description":
                  "Milliseconds after which the command is stopped: a whole number up to 600000. The default is 120000."},
                "description":{"type":"string","description":"What the command does, in a few words, for the user."},
                "directory":{"type":"string","description":
                  "Absolute path of the directory to run in; it must lie in the workspace. The default is the project's root."}},
                "required":["command"]}
                """u8),
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ShellInvocation(ShellArguments.Read(arguments, context.Workspace), context);
    }
}

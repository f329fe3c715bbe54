using System.Globalization;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Shell.Commands;

/// <summary>The checked arguments of one call.</summary>
/// <param name="Command">The command exactly as the model sent it.</param>
/// <param name="IsBackground">Whether the call returns while the command runs.</param>
/// <param name="Timeout">When to end it, as given.</param>
/// <param name="Note">What it is for, in the model's words.</param>
/// <param name="Directory">Where to run it, as given.</param>
internal sealed record ShellArguments(string Command, bool IsBackground, int? Timeout, string? Note, string? Directory)
{
    private const int LongestTimeout = 600_000;

    /// <summary>Reads and checks arguments.</summary>
    /// <exception cref="ToolArgumentException">They cannot be used.</exception>
    public static ShellArguments Read(ToolArguments arguments, Workspace workspace)
    {
        var command = arguments.String("command") ?? string.Empty;
        if (string.IsNullOrWhiteSpace(command))
        {
            throw new ToolArgumentException("Command cannot be empty.");
        }

        if (command.Contains('\0'))
        {
            // The system would cut it there and run something nobody has approved.
            throw new ToolArgumentException("Command cannot contain a NUL character.");
        }

        if (CommandRoots.Find(command).Count == 0)
        {
            throw new ToolArgumentException("Could not identify command root to obtain permission from user.");
        }

        var timeout = CheckTimeout(arguments.Number("timeout"));
        var directory = arguments.String("directory");
        if (!string.IsNullOrEmpty(directory))
        {
            CheckDirectory(directory, workspace);
        }

        return new(command, arguments.Boolean("is_background") ?? false, timeout, arguments.String("description"),
            string.IsNullOrEmpty(directory) ? null : directory);
    }

    /// <summary>Says what the call will do, in one line.</summary>
    public string Describe()
    {
        var where = Directory is null ? string.Empty : $" [in {Directory}]";
        var how = IsBackground ? " [background]" : Timeout is { } limit
            ? string.Create(CultureInfo.InvariantCulture, $" [timeout: {limit}ms]") : string.Empty;
        var why = string.IsNullOrEmpty(Note) ? string.Empty : $" ({Note.ReplaceLineEndings(" ")})";
        return Command + where + how + why;
    }

    private static int? CheckTimeout(double? timeout) => timeout switch
    {
        null => null,
        { } value when double.Floor(value) != value =>
            throw new ToolArgumentException("Timeout must be an integer number of milliseconds."),
        <= 0 => throw new ToolArgumentException("Timeout must be a positive number."),
        > LongestTimeout => throw new ToolArgumentException("Timeout cannot exceed 600000ms (10 minutes)."),
        { } value => (int)value,
    };

    private static void CheckDirectory(string directory, Workspace workspace)
    {
        if (!Path.IsPathFullyQualified(directory))
        {
            throw new ToolArgumentException("Directory must be an absolute path.");
        }

        string[] skills =
            [Path.Combine(Workspace.HomeDirectory, ".qwen", "skills"), Path.Combine(Workspace.HomeDirectory, ".agents", "skills")];
        var real = Workspace.RealPath(directory);
        if (Array.Exists(skills, skill => Workspace.IsWithin(real, Workspace.RealPath(skill))))
        {
            throw new ToolArgumentException(
                $"Directory '{directory}' belongs to the user's skills, where commands are not run. Leave 'directory' out and name the "
                    + "skill's files in the command by their absolute paths.");
        }

        if (!workspace.Contains(directory))
        {
            throw new ToolArgumentException($"Directory '{directory}' is not within any of the registered workspace directories.");
        }
    }
}

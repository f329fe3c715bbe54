using System.Globalization;
using System.Text;

namespace QwenCode.Definitions.Prompts;

/// <summary>The first two messages of a conversation: where and when it takes place, and that this was understood.</summary>
public static class StartupContext
{
    /// <summary>What the model is made to have answered to the first message.</summary>
    public const string Acknowledgement = "Got it. Thanks for the context!";

    /// <summary>Builds the first message.</summary>
    /// <param name="options">What it is made of.</param>
    public static string Build(StartupContextOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = new StringBuilder()
            .Append("This is Qwen Code. Here is where this conversation takes place.\n")
            .Append(CultureInfo.InvariantCulture,
                $"Today's date is {options.TimeProvider.GetLocalNow().ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture)}.\n")
            .Append("The operating system is: ").Append(Platform).Append('\n');
        if (options.Directories.Count == 1)
        {
            text.Append("The working directory is: ").Append(options.Directories[0]).Append('\n');
        }
        else
        {
            text.Append("The working directories are:\n");
            foreach (var directory in options.Directories)
            {
                text.Append("  - ").Append(directory).Append('\n');
            }
        }

        text.Append("What they hold, at most ").Append(options.MaxEntries).Append(" entries; \"...\" stands for what is not shown:\n");
        foreach (var directory in options.Directories)
        {
            text.Append('\n');
            FolderTree.Append(text, directory, options);
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Platform => OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
}

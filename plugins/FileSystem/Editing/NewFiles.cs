using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>How files are written that did not exist before.</summary>
internal static class NewFiles
{
    /// <summary>Gives the format of a new file: UTF-8, with a mark where the settings want it.</summary>
    public static TextFormat FormatFor(string path, ToolContext context) => context.Setting("general.defaultFileEncoding") switch
    {
        "utf-8-bom" => TextFormat.Utf8WithMark,

        // Without the mark the PowerShell of Windows takes a script to be in the machine's old code page.
        null when OperatingSystem.IsWindows() && path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase) => TextFormat.Utf8WithMark,
        _ => TextFormat.Utf8,
    };

    /// <summary>
    /// Gives the text with the line endings a new file needs: the command interpreter of Windows stumbles over lone line feeds.
    /// </summary>
    public static string WithNewlines(string path, string text) =>
        OperatingSystem.IsWindows() && Path.GetExtension(path).ToUpperInvariant() is ".BAT" or ".CMD"
        ? Newlines.Apply(text, "\r\n")
        : text;
}

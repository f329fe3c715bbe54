using System.Text;

namespace QwenCode.Plugin.Shell.Output;

/// <summary>Files that hold the output of commands: for the user alone, and readable while they are written.</summary>
internal static class OutputFile
{
    /// <summary>Creates a file and the directories it needs.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be created.</exception>
    public static StreamWriter Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows())
        {
            // What a command prints may be secret.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new StreamWriter(new FileStream(path, options), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}

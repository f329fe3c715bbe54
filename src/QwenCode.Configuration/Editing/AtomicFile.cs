using QwenCode.Workspaces;

namespace QwenCode.Configuration.Editing;

/// <summary>Replaces files whole: a reader sees the old content or the new, never half of one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file and renames. A link is followed, so that settings kept elsewhere stay there; the file's mode is kept.</summary>
    /// <param name="file">The file; its directory is created.</param>
    /// <param name="content">The content.</param>
    /// <param name="newFileMode">The mode of a file that does not exist yet; <c>null</c> is the usual one.</param>
    public static void Write(string file, ReadOnlySpan<byte> content, UnixFileMode? newFileMode = null)
    {
        var target = Workspace.RealPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // Narrow from the first byte on: the content may hold keys.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.Exists(target) ? File.GetUnixFileMode(target) : newFileMode ?? UsualMode);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);   // does nothing once it was renamed
        }
    }

    private const UnixFileMode UsualMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}

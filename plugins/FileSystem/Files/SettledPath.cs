using Microsoft.Win32.SafeHandles;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>
/// A path, and where it led when the call was prepared: what rules and people judge then is what is opened later, or nothing is.
/// </summary>
/// <param name="Path">The absolute path as it was asked for.</param>
/// <param name="Real">The same with every link resolved.</param>
internal sealed record SettledPath(string Path, string Real)
{
    // Editors replace files as a matter of course; nobody does it that often in a row.
    private const int Tries = 5;

    /// <summary>Settles a path.</summary>
    public static SettledPath Of(string path) => new(path, Workspace.RealPath(path));

    /// <summary>Makes sure that the path still leads where it led.</summary>
    /// <exception cref="PathMovedException">It leads elsewhere.</exception>
    public void Check()
    {
        if (Workspace.RealPath(Path) != Real)
        {
            throw new PathMovedException(Path);
        }
    }

    /// <summary>Opens the file that was judged.</summary>
    /// <exception cref="PathMovedException">The path leads elsewhere by now.</exception>
    /// <exception cref="IOException">It could not be opened, or is no regular file any more.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public SafeFileHandle OpenForReading()
    {
        for (var i = 0; i < Tries; i++)
        {
            var file = NativeFiles.OpenForReading(Path);
            try
            {
                if (FileStatus.Of(file) is { } status && status.Type is not FileType.Regular)
                {
                    throw new IOException("it is no regular file any more");
                }

                // First that no link leads away now, then that what is open is what stands at the place that was judged: a link
                // that was there only for the moment of opening led to another file.
                Check();
                if (FileStatus.Of(file) is not { Identity: { } opened } || FileStatus.Of(Real).Identity == opened
                    || NativeFiles.PathOf(file) == Real)
                {
                    return file;
                }

                file.Dispose();
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }

        throw new PathMovedException(Path);
    }
}

using Microsoft.Win32.SafeHandles;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>Replaces a file so that whoever looks sees the old content or the new one, also after a crash.</summary>
/// <remarks>
/// The new content is written beside the old, brought to the disk and renamed over it. That gives the file up as one of several hard links,
/// which keeps an edit in one tree from changing another that a package manager linked to the same store.
/// </remarks>
internal static class AtomicFile
{
    /// <summary>Writes a file; its directory exists.</summary>
    /// <param name="path">The real path: no link at its end.</param>
    /// <param name="content">The whole content, in order.</param>
    /// <param name="before">What was there; its mode and owner are kept.</param>
    /// <param name="cancellationToken">Abandons the write; the old content stays.</param>
    /// <exception cref="FileChangedException">Somebody else changed the file since <paramref name="before"/> was taken.</exception>
    /// <exception cref="IOException">It could not be written; the old content stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stays.</exception>
    public static async ValueTask WriteAsync(string path, IReadOnlyList<ReadOnlyMemory<byte>> content, FileStatus before, CancellationToken cancellationToken)
    {
        // What may not be written may not be replaced either, though a rename asks the directory alone.
        if (before.Type is FileType.Regular)
        {
            using var probe = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }

        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = Create(temporary, before))
            {
                var file = stream.SafeFileHandle;
                await WriteAllAsync(file, content, cancellationToken).ConfigureAwait(false);
                Keep(file, before);
                RandomAccess.FlushToDisk(file);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (HasChanged(path, before))
            {
                throw new FileChangedException(path);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (UnauthorizedAccessException) when (before.Type is FileType.Regular && !File.Exists(temporary))
        {
            // The file is ours to write, its directory is not: there is no way to replace it but in place.
            using var file = File.OpenHandle(path, FileMode.Truncate, FileAccess.Write, FileShare.Read);
            await WriteAllAsync(file, content, CancellationToken.None).ConfigureAwait(false);
            RandomAccess.FlushToDisk(file);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static FileStream Create(string path, FileStatus before)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && before.Type is FileType.Regular)
        {
            // Nobody but the owner reads it before it has the mode of the file it replaces.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static async ValueTask WriteAllAsync(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        var offset = 0L;
        foreach (var part in content)
        {
            await RandomAccess.WriteAsync(file, part, offset, cancellationToken).ConfigureAwait(false);
            offset += part.Length;
        }
    }

    private static void Keep(SafeFileHandle file, FileStatus before)
    {
        if (OperatingSystem.IsWindows() || before.Type is not FileType.Regular)
        {
            return;
        }

        var mode = before.Mode;
        if (before is { Owner: { } owner, Group: { } group } && !NativeFiles.TryChangeOwner(file, owner, group))
        {
            // Somebody else's set-id bits would lend our rights instead of theirs.
            mode &= ~(UnixFileMode.SetUser | UnixFileMode.SetGroup);
        }

        File.SetUnixFileMode(file, mode);
    }

    private static bool HasChanged(string path, FileStatus before)
    {
        var now = FileStatus.Of(path);
        return now.Type != before.Type || (now.Type is FileType.Regular && (now.Length != before.Length || now.Modified != before.Modified));
    }
}

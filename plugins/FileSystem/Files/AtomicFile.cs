using Microsoft.Win32.SafeHandles;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>Replaces a file so that whoever looks sees the old content or the new one, also after a crash.</summary>
/// <remarks>
/// The new content is written beside the old, brought to the disk and renamed over it. That gives the file up as one of several hard links,
/// which keeps an edit in one tree from changing another that a package manager linked to the same store.
/// </remarks>
internal static class AtomicFile
{
    private static readonly Lock Replacing = new();

    /// <summary>Writes a file; its directory exists.</summary>
    /// <param name="target">Where to write. Its directory is held fast before anything is done in it, so that nothing can be put in its place meanwhile (Linux).</param>
    /// <param name="content">The whole content, in order.</param>
    /// <param name="before">What was there; its mode and owner are kept.</param>
    /// <param name="cancellationToken">Abandons the write; the old content stays.</param>
    /// <exception cref="PathMovedException">The path leads to another place than it did.</exception>
    /// <exception cref="FileChangedException">Somebody else changed the file since <paramref name="before"/> was taken.</exception>
    /// <exception cref="IOException">It could not be written; the old content stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stays.</exception>
    public static async ValueTask WriteAsync(SettledPath target, IReadOnlyList<ReadOnlyMemory<byte>> content, FileStatus before, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(target.Real)!;
        using var held = Hold(target, parent);
        var directory = held is null ? parent : NativeFiles.PathTo(held);
        var path = Path.Combine(directory, Path.GetFileName(target.Real));

        // What may not be written may not be replaced either, though a rename asks the directory alone.
        using var old = before.Type is FileType.Regular ? OpenOld(path, target, before) : null;
        var temporary = Path.Combine(directory, $".{Guid.NewGuid():N}.tmp");
        try
        {
            FileStatus? written;
            using (var stream = Create(temporary, before))
            {
                var file = stream.SafeFileHandle;
                await WriteAllAsync(file, content, cancellationToken).ConfigureAwait(false);
                Keep(file, before);
                RandomAccess.FlushToDisk(file);
                written = FileStatus.Of(file);
            }

            cancellationToken.ThrowIfCancellationRequested();

            // Two writes of our own must not both find the file unchanged: the later one would undo the earlier.
            lock (Replacing)
            {
                if (HasChanged(path, before))
                {
                    throw new FileChangedException(target.Path);
                }

                File.Move(temporary, path, overwrite: true);
                WrittenFiles.Remember(target.Real, written ?? FileStatus.Of(target.Real));
            }
        }
        catch (UnauthorizedAccessException) when (old is not null && !File.Exists(temporary))
        {
            // The file is ours to write, its directory is not: there is no way to replace it but in place.
            if (HasChanged(path, before))
            {
                throw new FileChangedException(target.Path);
            }

            RandomAccess.SetLength(old, 0);
            await WriteAllAsync(old, content, CancellationToken.None).ConfigureAwait(false);
            RandomAccess.FlushToDisk(old);
            WrittenFiles.Remember(target.Real, FileStatus.Of(old) ?? FileStatus.Of(target.Real));
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static SafeFileHandle? Hold(SettledPath target, string parent)
    {
        if (!OperatingSystem.IsLinux())
        {
            target.Check();
            return null;
        }

        var held = NativeFiles.OpenDirectory(parent);
        switch (NativeFiles.PathOf(held))
        {
            case { } place when place == parent:
                return held;
            case null:
                // A system without /proc: the path is all there is.
                held.Dispose();
                target.Check();
                return null;
            default:
                held.Dispose();
                throw new PathMovedException(target.Path);
        }
    }

    private static SafeFileHandle OpenOld(string path, SettledPath target, FileStatus before)
    {
        SafeFileHandle old;
        try
        {
            old = NativeFiles.OpenForWriting(path);
        }
        catch (FileNotFoundException)
        {
            throw new FileChangedException(target.Path);
        }

        if (FileStatus.Of(old) is { } status && (status.Type is not FileType.Regular || status.Identity != before.Identity))
        {
            old.Dispose();
            throw new FileChangedException(target.Path);
        }

        return old;
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
        return now.Type != before.Type || (now.Type is FileType.Regular && (now.Length != before.Length || now.Modified != before.Modified || now.Identity != before.Identity));
    }
}

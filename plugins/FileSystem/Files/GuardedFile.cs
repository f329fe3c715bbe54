using Microsoft.Win32.SafeHandles;
using QwenCode.Platform.Files;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>Replaces a file whole, unless it changed since it was read or its path leads to another place by now.</summary>
/// <remarks>
/// The file is given up as one of several hard links, which keeps an edit in one tree from changing another that a package manager
/// linked to the same store.
/// </remarks>
internal static class GuardedFile
{
    private static readonly Lock Replacing = new();

    /// <summary>Writes a file; its directory exists.</summary>
    /// <param name="target">Where to write. Its directory is held fast before anything is done in it, so that nothing can be put
    /// in its place meanwhile (Linux).</param>
    /// <param name="content">The whole content, in order.</param>
    /// <param name="before">What was there; its mode and owner are kept.</param>
    /// <param name="cancellationToken">Abandons the write; the old content stays.</param>
    /// <exception cref="PathMovedException">The path leads to another place than it did.</exception>
    /// <exception cref="FileChangedException">Somebody else changed the file since <paramref name="before"/> was taken.</exception>
    /// <exception cref="IOException">It could not be written; the old content stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stays.</exception>
    public static async ValueTask WriteAsync(
        SettledPath target, IReadOnlyList<ReadOnlyMemory<byte>> content, FileStatus before, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(target.Real)!;
        using var held = Hold(target, parent);
        var directory = held is null ? parent : NativeFiles.PathTo(held);
        var path = Path.Combine(directory, Path.GetFileName(target.Real));

        // What may not be written may not be replaced either, though a rename asks the directory alone.
        using var old = before.Type is FileType.Regular ? OpenOld(path, target, before) : null;
        FileDraft draft;
        try
        {
            // A file that takes the place of another is its owner's alone until it has the mode of the other.
            draft = FileDraft.Create(path, !OperatingSystem.IsWindows() && before.Type is FileType.Regular ? before.Mode : null);
        }
        catch (UnauthorizedAccessException) when (old is not null)
        {
            // The file is ours to write, its directory is not: there is no way to replace it but in place.
            await OverwriteAsync(old, path, target, content, before).ConfigureAwait(false);
            return;
        }

        using (draft)
        {
            foreach (var part in content)
            {
                await draft.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            }

            KeepOwner(draft, before);
            draft.Flush();
            var written = FileStatus.Of(draft.Handle);
            cancellationToken.ThrowIfCancellationRequested();

            // Two writes of our own must not both find the file unchanged: the later one would undo the earlier.
            lock (Replacing)
            {
                if (HasChanged(path, before))
                {
                    throw new FileChangedException(target.Path);
                }

                draft.Commit();
                WrittenFiles.Remember(target.Real, written ?? FileStatus.Of(target.Real));
            }
        }
    }

    private static async ValueTask OverwriteAsync(
        SafeFileHandle old, string path, SettledPath target, IReadOnlyList<ReadOnlyMemory<byte>> content, FileStatus before)
    {
        if (HasChanged(path, before))
        {
            throw new FileChangedException(target.Path);
        }

        RandomAccess.SetLength(old, 0);
        await RandomAccess.WriteAsync(old, content, 0, CancellationToken.None).ConfigureAwait(false);
        RandomAccess.FlushToDisk(old);
        WrittenFiles.Remember(target.Real, FileStatus.Of(old) ?? FileStatus.Of(target.Real));
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

    private static void KeepOwner(FileDraft draft, FileStatus before)
    {
        if (draft.Mode is { } mode && before is { Owner: { } owner, Group: { } group }
            && !NativeFiles.TryChangeOwner(draft.Handle, owner, group))
        {
            // Another user's set-id bits would lend our rights instead of theirs.
            draft.Mode = mode & ~(UnixFileMode.SetUser | UnixFileMode.SetGroup);
        }
    }

    private static bool HasChanged(string path, FileStatus before)
    {
        var now = FileStatus.Of(path);
        return now.Type != before.Type || (now.Type is FileType.Regular
            && (now.Length != before.Length || now.Modified != before.Modified || now.Identity != before.Identity));
    }
}

namespace QwenCode.Platform.Files;

/// <summary>Replaces files whole: a reader sees the old content or the new, never half of one, also after a crash.</summary>
/// <remarks>
/// The content is written beside the file, brought to the disk and renamed over it. The mode of a file that exists is kept. A link is
/// followed, so that a file kept elsewhere stays there.
/// </remarks>
public static class AtomicFile
{
    /// <summary>The mode of a new file: everyone reads it, its owner writes it.</summary>
    public const UnixFileMode UsualMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Replaces a file, or creates it together with its directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="newFileMode">The mode of a file that does not exist yet. The default is <see cref="UsualMode"/>.</param>
    /// <exception cref="IOException">It cannot be written; the old content stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stays.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode newFileMode = UsualMode)
    {
        using var draft = CreateDraft(path, newFileMode);
        draft.Write(content);
        draft.Flush();
        draft.Commit();
    }

    /// <summary>Replaces a file, or creates it together with its directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="newFileMode">The mode of a file that does not exist yet. The default is <see cref="UsualMode"/>.</param>
    /// <param name="cancellationToken">Abandons the write; the old content stays.</param>
    /// <exception cref="IOException">It cannot be written; the old content stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stays.</exception>
    public static async ValueTask WriteAsync(
        string path, ReadOnlyMemory<byte> content, UnixFileMode newFileMode = UsualMode, CancellationToken cancellationToken = default)
    {
        using var draft = CreateDraft(path, newFileMode);
        await draft.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        draft.Flush();
        cancellationToken.ThrowIfCancellationRequested();
        draft.Commit();
    }

    private static FileDraft CreateDraft(string path, UnixFileMode newFileMode)
    {
        var target = Path.GetFullPath(path);
        target = new FileInfo(target).LinkTarget is null ? target : File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var mode = OperatingSystem.IsWindows() || !File.Exists(target) ? newFileMode : File.GetUnixFileMode(target);
        return FileDraft.Create(target, mode);
    }
}

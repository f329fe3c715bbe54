using Microsoft.Win32.SafeHandles;

namespace QwenCode.Platform.Files;

/// <summary>The new content of a file, written beside it and not yet in its place.</summary>
/// <remarks>
/// A crash before <see cref="Commit"/> leaves the old file as it was, and a file with the extension <c>.tmp</c> beside it.
/// Disposing a draft that was not committed deletes it. A commit gives the file up as one of several hard links.
/// </remarks>
public sealed class FileDraft : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _target;
    private readonly FileStream _stream;
    private long _length;
    private bool _isCommitted;

    private FileDraft(string target, string path, FileStream stream) => (_target, Path, _stream) = (target, path, stream);

    /// <summary>Gets the path of the draft.</summary>
    public string Path { get; }

    /// <summary>Gets the open draft, for what must be set before the content is in place. It is closed by <see cref="Commit"/>.</summary>
    public SafeFileHandle Handle => _stream.SafeFileHandle;

    /// <summary>Creates an empty draft.</summary>
    /// <param name="target">The file to replace, or to create. A link here is replaced and not followed; its directory exists.</param>
    /// <param name="mode">
    /// The mode of the file on Unix; <c>null</c> leaves it to the system. Until the commit only the owner can read a draft that has one.
    /// </param>
    /// <exception cref="IOException">The draft cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static FileDraft Create(string target, UnixFileMode? mode = null)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(target)!, $".{Guid.NewGuid():N}.tmp");
        var options =
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not null)
        {
            // Narrow from the first byte on: the content may hold keys.
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileDraft(target, path, new FileStream(path, options)) { Mode = mode };
    }

    /// <summary>
    /// Gets or sets the mode that the file gets with the commit. The default is <c>null</c>: the mode it was created with stays.
    /// </summary>
    public UnixFileMode? Mode { get; set; }

    /// <summary>Appends content.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        RandomAccess.Write(Handle, content, _length);
        _length += content.Length;
    }

    /// <summary>Appends content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Abandons the write.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await RandomAccess.WriteAsync(Handle, content, _length, cancellationToken).ConfigureAwait(false);
        _length += content.Length;
    }

    /// <summary>Brings the content to the disk, with its mode, so that a rename is all that is missing.</summary>
    /// <exception cref="IOException">The disk refuses it.</exception>
    public void Flush()
    {
        if (!OperatingSystem.IsWindows() && Mode is { } mode)
        {
            File.SetUnixFileMode(Handle, mode);
        }

        RandomAccess.FlushToDisk(Handle);
    }

    /// <summary>
    /// Puts the draft in the place of the file: a reader sees the old content or the new, also after a crash. Call
    /// <see cref="Flush"/> first.
    /// </summary>
    /// <exception cref="IOException">The file cannot be replaced; the old content stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be replaced; the old content stays.</exception>
    public void Commit()
    {
        _stream.Dispose();
        File.Move(Path, _target, overwrite: true);
        _isCommitted = true;
    }

    /// <summary>Closes the draft, and deletes it if it was not committed.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        if (!_isCommitted)
        {
            File.Delete(Path);
        }
    }
}

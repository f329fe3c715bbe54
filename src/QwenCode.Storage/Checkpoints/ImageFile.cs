namespace QwenCode.Storage.Checkpoints;

/// <summary>The old contents that one change set needs, one after the other in a file that is created with the first of them.</summary>
internal sealed class ImageFile(string path) : IDisposable
{
    private FileStream? _file;

    /// <summary>Gets how many bytes it holds.</summary>
    public long Length => _file?.Length ?? 0;

    /// <summary>Appends a content.</summary>
    /// <returns>Where it lies.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public long Add(ReadOnlySpan<byte> content)
    {
        if (_file is null)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 64 * 1024 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            _file = new FileStream(path, options);
        }

        var offset = _file.Position;
        _file.Write(content);
        return offset;
    }

    /// <summary>Hands what was added to the operating system.</summary>
    public void Flush() => _file?.Flush();

    /// <summary>Deletes it: the call changed nothing.</summary>
    public void Discard()
    {
        if (_file is not null)
        {
            _file.Dispose();
            _file = null;
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Reads a content back.</summary>
    /// <returns>The content; <c>null</c> if it is not there or damaged.</returns>
    public static byte[]? Read(string path, FileState state)
    {
        if (state is not { Offset: { } offset, Hash: { } hash })
        {
            return null;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[state.Size];
            var filled = 0;
            while (filled < content.Length && RandomAccess.Read(file, content.AsSpan(filled), offset + filled) is > 0 and var read)
            {
                filled += read;
            }

            return filled == content.Length && ContentHash.Of(content) == hash ? content : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

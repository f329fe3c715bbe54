namespace QwenCode.Plugin.Planning;

/// <summary>Writes files that are never half written: a reader sees the old content or the new one.</summary>
internal static class AtomicFile
{
    /// <summary>Replaces a file, and creates its directory where needed.</summary>
    /// <exception cref="IOException">It could not be written; the old content is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content is still there.</exception>
    public static async ValueTask WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllBytesAsync(draft, content, cancellationToken).ConfigureAwait(false);
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            // A file that was never created is deleted without complaint.
            File.Delete(draft);
            throw;
        }
    }
}

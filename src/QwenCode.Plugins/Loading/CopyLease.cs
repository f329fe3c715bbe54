namespace QwenCode.Plugins.Loading;

/// <summary>
/// The right to load from a copy of a plugin's folder. As long as any process holds a lease, no process deletes the copy. The
/// lease is a lock on a file beside the copy, so the system takes it back from a process that dies.
/// </summary>
internal sealed class CopyLease : IDisposable
{
    private const int Attempts = 16;

    private readonly FileStream _lock;

    private CopyLease(string folder, FileStream file) => (Folder, _lock) = (folder, file);

    /// <summary>Gets the copy's folder.</summary>
    public string Folder { get; }

    /// <summary>Takes a lease. The copy itself need not exist yet.</summary>
    /// <returns><c>null</c> if another process is deleting the copy right now.</returns>
    public static CopyLease? TryTake(string folder)
    {
        var path = LockOf(folder);
        for (var i = 0; i < Attempts; i++)
        {
            FileStream? file = null;
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, bufferSize: 1);
                // Between opening and locking, the file may have been deleted together with the copy; then the lock guards nothing.
                if (File.Exists(path) && File.GetCreationTimeUtc(path) == File.GetCreationTimeUtc(file.SafeFileHandle))
                {
                    return new(folder, file);
                }
            }
            catch (IOException) when (file is null)
            {
                // Locked by a process that deletes.
            }

            file?.Dispose();
        }

        return null;
    }

    /// <summary>Deletes a copy if it has no lease.</summary>
    /// <returns>Whether it is gone. If not, it is in use, or the system keeps files that are still mapped.</returns>
    public static bool TryDelete(string folder)
    {
        try
        {
            // On Unix the file goes before the lock does, so that no process can take a lock on what is already deleted unseen.
            using var exclusive = new FileStream(
                LockOf(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            if (Directory.Exists(folder))
            {
                // Renamed first: under its own name a copy is whole or not there, also if a file in it cannot be deleted.
                var doomed = $"{folder}.{Guid.NewGuid():N}{DoomedSuffix}";
                Directory.Move(folder, doomed);
                Directory.Delete(doomed, recursive: true);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The end of the names of copies that are being deleted.</summary>
    public const string DoomedSuffix = ".old";

    /// <summary>Gives the lease back and keeps the copy for the next run.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Gives the lease back and deletes the copy, unless something else uses it.</summary>
    public void Discard()
    {
        Dispose();
        TryDelete(Folder);
    }

    private static string LockOf(string folder) => folder + ".lock";
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using QwenCode.Sessions;

namespace QwenCode.Storage.Transcripts;

/// <summary>
/// One process's hold on a session: a file beside the transcript that names the process, with the operating system's lock on it. The
/// lock goes with the process, however that ends, so what a killed one leaves holds nobody; the file goes when the session is closed.
/// </summary>
/// <remarks>
/// On Unix the lock is taken with <c>flock</c> directly: the framework locks a file that it opens for reading, too, and so could not
/// read who holds it. File systems without locks hold nobody.
/// </remarks>
internal sealed partial class SessionLock : IDisposable
{
    private const int ExclusiveNow = 2 | 4;
    private const int Attempts = 100;

    private readonly string _path;
    private readonly SafeFileHandle _file;

    private SessionLock(string path, SafeFileHandle file) => (_path, _file) = (path, file);

    /// <summary>Takes the hold.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="session">The session.</param>
    /// <param name="now">The time.</param>
    /// <returns>The hold; <c>null</c> if the file cannot be made, as on a disk that cannot be written.</returns>
    /// <exception cref="SessionInUseException">Another process holds it.</exception>
    public static SessionLock? Take(string path, SessionId session, DateTimeOffset now)
    {
        var line = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {now.ToUnixTimeMilliseconds()}\n"));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            SafeFileHandle? file = null;
            try
            {
                file = Open(path);
                if (file is null)
                {
                    var (process, since) = HolderOf(path);
                    throw new SessionInUseException(session, process, since);
                }

                RandomAccess.SetLength(file, 0);
                AppendFile.Write(file, line);

                // One that closed the session between our opening and our locking took the file away: another process may lock a new one.
                if (Read(path).AsSpan().SequenceEqual(line))
                {
                    return new SessionLock(path, file);
                }

                file.Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The transcript, which is written beside it, says what is wrong with the disk.
                file?.Dispose();
                return null;
            }
        }

        return null;
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays, and holds nobody.
        }

        _file.Dispose();
    }

    // Null if another process holds it.
    private static SafeFileHandle? Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            var file = AppendFile.Open(path);
            if (Lock(file, ExclusiveNow) >= 0 || Marshal.GetLastPInvokeError() is not (11 or 35)) // EWOULDBLOCK: Linux, macOS
            {
                return file;
            }

            file.Dispose();
            return null;
        }

        try
        {
            AppendFile.Open(path).Dispose();
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        }
        catch (IOException exception) when (exception.HResult is unchecked((int)0x80070020)) // ERROR_SHARING_VIOLATION
        {
            return null;
        }
    }

    private static (int? Process, DateTimeOffset? Since) HolderOf(string path)
    {
        try
        {
            var words = Encoding.ASCII.GetString(Read(path)).Split(' ', StringSplitOptions.TrimEntries);
            return words.Length == 2 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
                ? (process, DateTimeOffset.FromUnixTimeMilliseconds(time)) : (null, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return (null, null); // It has been closed meanwhile, or is no file of ours.
        }
    }

    private static byte[] Read(string path)
    {
        using var file = AppendFile.OpenUnlocked(path);
        var bytes = new byte[64];
        return bytes[..RandomAccess.Read(file, bytes, 0)];
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}

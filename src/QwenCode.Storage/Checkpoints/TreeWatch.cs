using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Storage.Checkpoints;

/// <summary>
/// Has the kernel of Linux keep a list of what changes in folders. Reading an empty list takes microseconds, where looking at ten
/// thousand files takes tens of milliseconds; and an event is in the list before the call that caused it returns.
/// </summary>
internal sealed unsafe partial class TreeWatch : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExecute = 0x80000;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    // Modified, status changed, closed after writing, moved from and to, created, deleted; folders only, links not followed.
    private const uint Mask = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x01000000 | 0x02000000;
    private const uint Overflow = 0x4000;
    private const uint Ignored = 0x8000;

    private readonly SafeFileHandle _queue;
    private readonly Dictionary<int, string> _folders = [];
    private readonly Dictionary<string, int> _watches = new(StringComparer.Ordinal);
    private readonly byte[] _buffer = new byte[64 * 1024];

    private TreeWatch(SafeFileHandle queue) => _queue = queue;

    /// <summary>Begins to watch; <c>null</c> where the system has no such thing or has given out all it has.</summary>
    public static TreeWatch? TryStart()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var queue = Start(NonBlocking | CloseOnExecute);
            return queue < 0 ? null : new TreeWatch(new SafeFileHandle(queue, ownsHandle: true));
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Watches a folder. Call it before the folder is listed, so that nothing is missed in between.</summary>
    /// <returns>Whether it is watched; <c>false</c> also if it is gone.</returns>
    public bool TryAdd(string folder)
    {
        var watch = Add(_queue, folder, Mask);
        if (watch < 0)
        {
            // What is gone again needs no watch: its parent reports that.
            return Marshal.GetLastPInvokeError() is NativeStatus.NoEntry or NativeStatus.NotDirectory;
        }

        if (_folders.TryGetValue(watch, out var before) && before != folder)
        {
            _watches.Remove(before);
        }

        _folders[watch] = folder;
        _watches[folder] = watch;
        return true;
    }

    /// <summary>Stops watching a folder that is gone or has another name now.</summary>
    public void Remove(string folder)
    {
        if (_watches.Remove(folder, out var watch) && _folders.TryGetValue(watch, out var current) && current == folder)
        {
            _folders.Remove(watch);
            RemoveWatch(_queue, watch);
        }
    }

    /// <summary>Takes what has changed since the last call.</summary>
    /// <param name="changed">Gets the paths.</param>
    /// <returns>Whether the list was complete. If not, more happened than the kernel keeps.</returns>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public bool Drain(HashSet<string> changed)
    {
        var isComplete = true;
        while (true)
        {
            var length = ReadQueue(_queue, _buffer, (nuint)_buffer.Length);
            if (length > 0)
            {
                isComplete &= Take(_buffer.AsSpan(0, (int)length), changed);
                continue;
            }

            var error = length == 0 ? TryAgain : Marshal.GetLastPInvokeError();
            if (error is Interrupted)
            {
                continue;
            }

            return error is TryAgain ? isComplete : throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private bool Take(ReadOnlySpan<byte> events, HashSet<string> changed)
    {
        var isComplete = true;
        while (events.Length >= 16)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(events[12..]);
            var name = events.Slice(16, length);
            events = events[(16 + length)..];
            if ((mask & Overflow) != 0)
            {
                isComplete = false;
            }
            else if ((mask & Ignored) != 0)
            {
                if (_folders.Remove(watch, out var gone) && _watches.TryGetValue(gone, out var current) && current == watch)
                {
                    _watches.Remove(gone);
                }
            }
            else if (_folders.TryGetValue(watch, out var folder))
            {
                var end = name.IndexOf((byte)0);
                name = end < 0 ? name : name[..end];
                changed.Add(name.IsEmpty ? folder : Path.Combine(folder, Encoding.UTF8.GetString(name)));
            }
        }

        return isComplete;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Start(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Add(SafeFileHandle queue, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(SafeFileHandle queue, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadQueue(SafeFileHandle queue, byte[] buffer, nuint count);
}

using System.Buffers;
using Microsoft.Win32.SafeHandles;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;

namespace QwenCode.Cli.Interactive.DualOutput;

/// <summary>
/// Follows a file that another program appends lines to. What is in it at the start is skipped; it may come later, and be emptied and begun
/// anew.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="take">Takes an input.</param>
/// <param name="warn">Takes what cannot be used.</param>
/// <param name="time">The clock.</param>
internal sealed class RemoteInputFile(string path, Action<RemoteInput> take, Action<string> warn, TimeProvider time)
{
    // A longer line is no prompt that somebody wrote.
    private const int LongestLine = 64 * 1024 * 1024;

    // File systems that are mounted from elsewhere report no changes, so the file is looked at.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ArrayBufferWriter<byte> _line = new();
    private long _position;
    private int _number;
    private string? _fault;

    /// <summary>Notes what is there; nothing of it is taken.</summary>
    /// <exception cref="RefusedException">It is a pipe or a device, which nothing can be appended to.</exception>
    public void Start()
    {
        try
        {
            _position = File.Exists(path) ? Length() : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Warn(exception.Message);
        }
    }

    /// <summary>Takes what comes, until it is stopped.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The conversation is over.
        }
    }

    /// <summary>Takes what has come since the last look.</summary>
    public void Look()
    {
        try
        {
            if (!File.Exists(path))
            {
                _position = 0;
                return;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.CanSeek && file.Length < _position)
            {
                (_position, _number) = (0, 0);
                _line.ResetWrittenCount();
            }

            if (!file.CanSeek)
            {
                Warn("it is no regular file any more");
                return;
            }

            file.Position = _position;
            var buffer = new byte[64 * 1024];
            while (file.Read(buffer) is > 0 and var read)
            {
                _position += read;
                Cut(buffer.AsSpan(0, read));
            }

            _fault = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Warn(exception.Message);
        }
    }

    private void Cut(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _line.Write(bytes[..end]);
            Take(_line.WrittenMemory);
            _line.ResetWrittenCount();
            bytes = bytes[(end + 1)..];
        }

        // One byte more than fits marks a line as too long, however much of it comes.
        _line.Write(bytes[..Math.Min(bytes.Length, LongestLine + 1 - Math.Min(_line.WrittenCount, LongestLine + 1))]);
    }

    private void Take(ReadOnlyMemory<byte> line)
    {
        _number++;
        if (!line.Span.ContainsAnyExcept(" \t\r"u8))
        {
            return;
        }

        string? problem = "it is too long";
        if (line.Length <= LongestLine && RemoteInput.Read(line, out problem) is { } input)
        {
            take(input);
        }
        else
        {
            warn($"{path}, line {_number}, was ignored: {problem}.");
        }
    }

    // Opened without waiting: a pipe would wait for its writer.
    private long Length()
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileInfo(path).Length;
        }

        var descriptor = Libc.Open(path, OperatingSystem.IsMacOS() ? 4 : 0x800);
        if (descriptor < 0)
        {
            throw new IOException("it cannot be opened");
        }

        using var file = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read, 0);
        return file.CanSeek ? file.Length : throw new RefusedException(
            $"Error: {path} is no regular file. --input-file names a file that others append lines to; it need not exist yet.");
    }

    // Once for a fault that stays.
    private void Warn(string fault)
    {
        if (_fault != fault)
        {
            _fault = fault;
            warn($"{path} cannot be read: {fault}");
        }
    }
}

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Storage.Files;

/// <summary>
/// Reads a file line by line as bytes, in one buffer that is as long as the longest line; a file of 100 MB is never in memory as a
/// whole.
/// </summary>
internal sealed class LineReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;
    private long _offset;

    /// <summary>Opens a file, also one that is being written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where to begin.</param>
    public LineReader(string path, long offset = 0)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _offset = offset;
    }

    /// <summary>Gets the number of the current line, counted from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Gets whether the current line ends in a line feed; only the last of a file may not.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>Gets how many bytes were read from the file.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Returns the next line that is not blank.</summary>
    /// <param name="line">The line without its end; valid until the next call.</param>
    /// <param name="longest">A line that is longer is given as far as it was read by then, once; there are no further ones.</param>
    public bool TryRead(out ReadOnlyMemory<byte> line, int longest = int.MaxValue)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = _buffer.AsMemory(_start, searched + found);
                _start += searched + found + 1;
                searched = 0;
                IsTerminated = true;
                Number++;
                if (!IsBlank(line.Span))
                {
                    return true;
                }

                continue;
            }

            searched = _end - _start;
            if (searched > longest || !Fill())
            {
                line = _buffer.AsMemory(_start, searched);
                _start = _end;
                IsTerminated = false;
                Number++;
                return !IsBlank(line.Span);
            }
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = RandomAccess.Read(_file, _buffer.AsSpan(_end), _offset);
        _end += read;
        _offset += read;
        BytesRead += read;
        return read > 0;
    }
}

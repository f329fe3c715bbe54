using System.Globalization;
using System.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell.Output;

/// <summary>
/// Takes a command's output, cleans it, and keeps it within bounds: all of it while it is short, else its beginning and its end,
/// with everything in a file. Safe to use from several threads.
/// </summary>
internal sealed class OutputBuffer : IDisposable
{
    /// <summary>
    /// How much of the output goes to the file; what a runaway command writes after that is dropped, and the result says so.
    /// </summary>
    public const long LargestFile = 256L * 1024 * 1024;

    private const int Sample = 512;
    private const int LeastMemory = 256 * 1024;
    private const int MostMemory = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] _decoded = new char[8 * 1024];
    private readonly TerminalText _terminal;
    private readonly StringBuilder _head = new();
    private readonly byte[] _sample = new byte[Sample];
    private readonly int _memory;
    private readonly Func<StreamWriter>? _openFile;
    private readonly bool _writesThrough;
    private char[]? _tail;
    private int _tailLength;
    private StreamWriter? _file;
    private string? _fileProblem;
    private int _sampled;
    private long _bytes;
    private long _characters;
    private long _feeds;
    private bool _endsWithFeed;
    private bool _isBinary;
    private bool _isDisposed;

    /// <summary>Creates a buffer.</summary>
    /// <param name="memory">How many characters are kept in memory before the file is used; the end that is kept is as long.</param>
    /// <param name="openFile">Opens the file; called at most once.</param>
    public OutputBuffer(int memory, Func<StreamWriter> openFile)
    {
        _memory = memory;
        _openFile = openFile;
        _terminal = new TerminalText(Keep);
    }

    /// <summary>Creates a buffer that keeps enough for a result.</summary>
    /// <param name="limits">The bounds of a result.</param>
    /// <param name="openFile">Opens the file; called at most once.</param>
    public static OutputBuffer For(ToolLimits limits, Func<StreamWriter> openFile) =>
        new(Math.Clamp(limits.MaxCharacters * 2, LeastMemory, MostMemory), openFile);

    /// <summary>Creates a buffer that writes to its file from the first byte on, for those who read along.</summary>
    /// <param name="memory">How many characters are kept in memory.</param>
    /// <param name="file">The file; closed with the buffer.</param>
    public OutputBuffer(int memory, StreamWriter file)
    {
        _memory = memory;
        _file = file;
        _writesThrough = true;
        _terminal = new TerminalText(Keep);
    }

    /// <summary>Takes bytes as the command wrote them.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _bytes += bytes.Length;
            TakeSample(bytes);
            if (_isBinary)
            {
                return;
            }

            while (!bytes.IsEmpty)
            {
                _decoder.Convert(bytes, _decoded, flush: false, out var used, out var made, out _);
                _terminal.Append(_decoded.AsSpan(0, made));
                bytes = bytes[used..];
            }

            if (_writesThrough)
            {
                Guarded(static file => file.Flush());
            }
        }
    }

    /// <summary>Says that nothing more comes, and gives what came.</summary>
    public OutputText Complete()
    {
        lock (_gate)
        {
            if (!_isDisposed && !_isBinary)
            {
                // A character that was cut off at the end is shown as broken, not dropped.
                _decoder.Convert([], _decoded, flush: true, out _, out var made, out _);
                _terminal.Append(_decoded.AsSpan(0, made));
                _terminal.Flush();
            }

            _isDisposed = true;
            Guarded(static file => file.Flush());
            if (_isBinary)
            {
                var note = string.Create(
                    CultureInfo.InvariantCulture, $"[Binary output of {_bytes} bytes is not shown. Redirect it to a file to keep it.]");
                return new OutputText(note, note, IsWhole: true, 1, _fileProblem);
            }

            if (_tail is null)
            {
                var text = _head.ToString().TrimEnd();
                return new OutputText(text, text, IsWhole: true, OutputCut.CountLines(text), _fileProblem);
            }

            return new OutputText(_head.ToString(), new string(_tail, 0, _tailLength).TrimEnd(), IsWhole: false, _feeds + 1, _fileProblem);
        }
    }

    /// <summary>Adds text to the file if the output has gone there.</summary>
    /// <returns>Whether the file is whole.</returns>
    public bool AppendToFile(string text)
    {
        lock (_gate)
        {
            // The output is trimmed in the result; in the file its last line feed is already written.
            Guarded(file => file.Write(_endsWithFeed ? text.AsSpan().TrimStart('\n') : text));
            Guarded(static file => file.Flush());
            return _fileProblem is null;
        }
    }

    /// <summary>Gives the end of the output so far, to be shown while the command runs.</summary>
    /// <param name="limit">How many characters at most.</param>
    public string Peek(int limit)
    {
        lock (_gate)
        {
            var pending = _isBinary ? [] : _terminal.Pending;
            var kept = Math.Max(limit - pending.Length, 0);
            var text = _tail is null
                ? _head.ToString(Math.Max(_head.Length - kept, 0), Math.Min(kept, _head.Length))
                : new string(_tail, Math.Max(_tailLength - kept, 0), Math.Min(kept, _tailLength));
            return _isBinary
                ? string.Create(CultureInfo.InvariantCulture, $"[Receiving binary output: {_bytes} bytes]") : text + pending.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Guarded(static file => file.Dispose());
            _file = null;
        }
    }

    private void TakeSample(ReadOnlySpan<byte> bytes)
    {
        if (_sampled == Sample)
        {
            return;
        }

        var count = Math.Min(bytes.Length, Sample - _sampled);
        bytes[..count].CopyTo(_sample.AsSpan(_sampled));
        _sampled += count;

        // Zeros alone may be separators; zeros among control characters or without text are no text.
        var seen = _sample.AsSpan(0, _sampled);
        var zeros = seen.Count((byte)0);
        var controls = 0;
        foreach (var value in seen)
        {
            controls += value is > 0 and < 7 or > 13 and < 27 or > 27 and < 32 ? 1 : 0;
        }

        _isBinary = zeros > 0 && (controls > 0 || zeros * 2 > _sampled);
    }

    private void Keep(ReadOnlySpan<char> text)
    {
        if (_characters == 0)
        {
            // Leading blank lines are trimmed here, since the beginning may be gone from memory by the end.
            text = text.TrimStart("\n");
        }

        if (text.IsEmpty)
        {
            return;
        }

        _endsWithFeed = text[^1] == '\n';
        _characters += text.Length;
        _feeds += text.Count('\n');
        if (_writesThrough || _tail is not null)
        {
            WriteFile(text);
        }

        if (_tail is null && _head.Length + text.Length <= _memory)
        {
            _head.Append(text);
            return;
        }

        if (_tail is null)
        {
            if (!_writesThrough)
            {
                foreach (var chunk in _head.GetChunks())
                {
                    WriteFile(chunk.Span);
                }

                WriteFile(text);
            }

            _tail = new char[_memory * 2];
            _head.CopyTo(0, _tail, 0, _head.Length);
            _tailLength = _head.Length;
        }

        // Text comes in pieces of at most one line buffer, so it always fits after the shift.
        if (_tailLength + text.Length > _tail.Length)
        {
            _tail.AsSpan(_tailLength - _memory, _memory).CopyTo(_tail);
            _tailLength = _memory;
        }

        text.CopyTo(_tail.AsSpan(_tailLength));
        _tailLength += text.Length;
    }

    private void WriteFile(ReadOnlySpan<char> text)
    {
        if (_fileProblem is not null)
        {
            return;
        }

        try
        {
            _file ??= _openFile!();
            if (_file.BaseStream.Position > LargestFile)
            {
                _fileProblem = string.Create(CultureInfo.InvariantCulture, $"it was cut after {LargestFile} bytes");
                _file.Write($"\n[The rest is left out: {_fileProblem}.]\n");
                return;
            }

            _file.Write(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _fileProblem = exception.Message;
        }
    }

    private void Guarded(Action<StreamWriter> act)
    {
        try
        {
            if (_file is not null)
            {
                act(_file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _fileProblem ??= exception.Message;
        }
    }
}

/// <summary>The output of a command that has ended.</summary>
/// <param name="Beginning">All of it, or its beginning.</param>
/// <param name="End">All of it, or its end.</param>
/// <param name="IsWhole">Whether both are all of it; else the file has it.</param>
/// <param name="Lines">How many lines there are in all.</param>
/// <param name="FileProblem">Why the file is not whole, if it is not.</param>
internal sealed record OutputText(string Beginning, string End, bool IsWhole, long Lines, string? FileProblem)
{
    /// <summary>Gets whether there is nothing.</summary>
    public bool IsEmpty => IsWhole && Beginning.Length == 0;
}

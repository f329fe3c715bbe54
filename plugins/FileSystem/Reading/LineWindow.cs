using System.Buffers;
using System.Text;
using QwenCode.Platform.Text;

namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>Some lines out of a text.</summary>
/// <param name="Text">The lines, without white space at their ends, joined by line feeds.</param>
/// <param name="First">The 1-based number of the first.</param>
/// <param name="Last">The number of the last; before <paramref name="First"/> where there is none.</param>
/// <param name="Total">How many lines the text has; a final line feed begins one more.</param>
/// <param name="IsTotalKnown">Whether the text was seen to its end; otherwise it has at least <paramref name="Total"/> lines.</param>
/// <param name="IsCut">Whether the last line is not all there.</param>
internal sealed record LineWindow(string Text, long First, long Last, long Total, bool IsTotalKnown, bool IsCut)
{
    private const int BlockSize = 128 * 1024;
    private const int LeastShownCharacters = 10;
    private const string CutMark = "... [truncated]";

    /// <summary>Gets whether there is nothing more to the text than these lines.</summary>
    public bool IsWhole => First == 1 && IsTotalKnown && Last >= Total && !IsCut;

    /// <summary>Takes lines out of UTF-8 text as it streams by; no more of it is kept than is shown.</summary>
    /// <param name="text">The text; bytes that are no UTF-8 become replacement characters.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public static async ValueTask<LineWindow> ReadAsync(Stream text, LineRequest request, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var collector = new Collector(request);
            var behind = 0L;
            while (true)
            {
                var read = await text.ReadAsync(block, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return collector.Finish(isEnd: true);
                }

                collector.Add(block.AsSpan(0, read));
                behind += collector.IsFull ? read : 0;
                if (behind >= request.MostCountedBytes)
                {
                    return collector.Finish(isEnd: false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private sealed class Collector(LineRequest request)
    {
        private readonly StringBuilder _shown = new();
        private readonly ArrayBufferWriter<byte> _line = new();
        private readonly long _end = request.Offset > long.MaxValue - request.Limit ? long.MaxValue : request.Offset + request.Limit;
        private readonly int _mostLineBytes = request.MaxCharacters >= int.MaxValue / 4
            ? int.MaxValue / 2 : (request.MaxCharacters + 64) * 4;
        private long _number;
        private long _taken;
        private bool _isOverflowing;
        private bool _isCut;

        public bool IsFull { get; private set; }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (_number < request.Offset)
            {
                bytes = Skip(bytes);
            }

            while (!IsFull && _number >= request.Offset && !bytes.IsEmpty)
            {
                var newline = bytes.IndexOf((byte)'\n');
                Collect(newline < 0 ? bytes : bytes[..newline]);
                if (newline < 0)
                {
                    // A line longer than all that may be shown: what follows need not be waited for.
                    if (_isOverflowing)
                    {
                        Take();
                        IsFull = true;
                    }

                    return;
                }

                Take();
                _number++;
                bytes = bytes[(newline + 1)..];
            }

            if (IsFull)
            {
                _number += bytes.Count((byte)'\n');
            }
        }

        public LineWindow Finish(bool isEnd)
        {
            // The last line has no line feed to end it.
            if (isEnd && !IsFull && _number >= request.Offset)
            {
                Take();
            }

            return new LineWindow(_shown.ToString(), request.Offset + 1, request.Offset + _taken, _number + 1, isEnd, _isCut);
        }

        private ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> bytes)
        {
            var newlines = bytes.Count((byte)'\n');
            if (_number + newlines < request.Offset)
            {
                _number += newlines;
                return [];
            }

            while (_number < request.Offset)
            {
                bytes = bytes[(bytes.IndexOf((byte)'\n') + 1)..];
                _number++;
            }

            return bytes;
        }

        private void Collect(ReadOnlySpan<byte> bytes)
        {
            var room = _mostLineBytes - _line.WrittenCount;
            _isOverflowing |= bytes.Length > room;
            _line.Write(bytes[..Math.Min(bytes.Length, room)]);
        }

        private void Take()
        {
            var line = Encoding.UTF8.GetString(_line.WrittenSpan);
            line = _isOverflowing ? line : line.TrimEnd();
            _line.Clear();
            var separator = _taken == 0 ? 0 : 1;
            var room = request.MaxCharacters - _shown.Length - separator;
            if (line.Length > room || _isOverflowing)
            {
                line = TextCut.Head(line, Math.Max(room, LeastShownCharacters)) + CutMark;
                _isCut = true;
            }

            _shown.Append('\n', separator).Append(line);
            _taken++;
            _isOverflowing = false;
            IsFull = _isCut || request.Offset + _taken >= _end;
        }
    }
}

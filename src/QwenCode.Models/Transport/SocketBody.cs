namespace QwenCode.Models.Transport;

/// <summary>
/// The body of an answer, freed of its framing. At its end the connection goes back to its origin; disposed before, it is closed.
/// </summary>
internal sealed class SocketBody : Stream
{
    private readonly SocketOrigin _origin;
    private readonly BodyFraming _framing;
    private readonly bool _mayReuse;
    private SocketConnection? _connection;
    private Expected _expected;
    private long _rest;

    /// <summary>Creates a body.</summary>
    /// <param name="origin">Whose connection it is.</param>
    /// <param name="connection">The connection, its head used.</param>
    /// <param name="framing">How the end is known.</param>
    /// <param name="length">The length, where it is known.</param>
    /// <param name="mayReuse">Whether the server goes on to listen after this answer.</param>
    public SocketBody(SocketOrigin origin, SocketConnection connection, BodyFraming framing, long length, bool mayReuse)
    {
        (_origin, _connection, _framing, _mayReuse) = (origin, connection, framing, mayReuse && framing is not BodyFraming.UntilClose);
        (_expected, _rest) = framing switch
        {
            BodyFraming.Chunked => (Expected.Size, 0),
            BodyFraming.UntilClose => (Expected.Data, long.MaxValue),
            _ => (length > 0 ? Expected.Data : Expected.Nothing, length),
        };
        if (_expected is Expected.Nothing)
        {
            LetGo();
        }
    }

    private enum Expected
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Nothing,
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gives the connection back although the end of the body has not been seen, because nothing of interest can follow.</summary>
    /// <remarks>
    /// What is missing is a few bytes of framing. They are read before the next request; if they are not there by then, the
    /// connection is closed.
    /// </remarks>
    public void Release()
    {
        if (_connection is { } connection && _mayReuse)
        {
            _connection = null;
            connection.Unfinished = this;
            _origin.Return(connection);
        }
    }

    /// <summary>Uses up what has been received.</summary>
    /// <param name="connection">The connection that was released.</param>
    /// <returns>Whether that was the rest of the body, and nothing is behind it.</returns>
    public bool Finish(SocketConnection connection)
    {
        Span<byte> waste = stackalloc byte[256];
        while (TryRead(connection, waste, out var count))
        {
            if (count == 0)
            {
                return connection.Received.IsEmpty;
            }
        }

        return false;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_connection is null)
        {
            ObjectDisposedException.ThrowIf(_expected is not Expected.Nothing, this);
            return new(0);
        }

        return buffer.IsEmpty ? new(0)
            : TryRead(_connection, buffer.Span, out var count) ? new(Told(count))
            : ReceiveAsync(_connection, buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // A server should not go on to write an answer that nobody reads.
            _connection?.Dispose();
            _connection = null;
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReceiveAsync(SocketConnection connection, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                if (_framing is not BodyFraming.UntilClose)
                {
                    throw new EndOfStreamException("The connection was closed in the middle of the answer.");
                }

                _expected = Expected.Nothing;
            }

            connection.Add(received);
            if (TryRead(connection, buffer.Span, out var count))
            {
                return Told(count);
            }
        }
    }

    /// <summary>Hands on a count; the first zero is the end.</summary>
    private int Told(int count)
    {
        if (count == 0)
        {
            LetGo();
        }

        return count;
    }

    private void LetGo()
    {
        var connection = _connection!;
        _connection = null;
        if (_mayReuse && connection.Received.IsEmpty)
        {
            _origin.Return(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    /// <summary>Copies what has been received and belongs to the body.</summary>
    /// <returns>Whether there was any, or the end, which is a count of zero; else more must be received first.</returns>
    private bool TryRead(SocketConnection connection, Span<byte> buffer, out int count)
    {
        count = 0;
        while (_expected is not (Expected.Nothing or Expected.Data))
        {
            if (!connection.TryReadLine(out var line))
            {
                return false;
            }

            switch (_expected)
            {
                case Expected.Size:
                    _rest = Size(line);
                    _expected = _rest == 0 ? Expected.Trailer : Expected.Data;
                    break;
                case Expected.DataEnd when line.IsEmpty:
                    _expected = Expected.Size;
                    break;
                case Expected.DataEnd:
                    throw new InvalidAnswerException("a chunk of it is longer than it said");
                case Expected.Trailer when line.IsEmpty:
                    _expected = Expected.Nothing;
                    break;
            }
        }

        if (_expected is Expected.Nothing)
        {
            return true;
        }

        var received = connection.Received;
        count = (int)Math.Min(Math.Min(received.Length, buffer.Length), _rest);
        received[..count].CopyTo(buffer);
        connection.Use(count);
        _rest -= count;
        if (_rest == 0)
        {
            _expected = _framing is BodyFraming.Chunked ? Expected.DataEnd : Expected.Nothing;
        }

        return count > 0;
    }

    /// <summary>Reads the size of a chunk; extensions behind it mean nothing to us.</summary>
    private static long Size(ReadOnlySpan<byte> line)
    {
        var size = 0L;
        var digits = 0;
        while (digits < line.Length && Hex(line[digits]) is >= 0 and var value)
        {
            size = (size << 4) | (uint)value;
            digits++;
        }

        return digits is > 0 and < 16 && (digits == line.Length || line[digits] is (byte)';' or (byte)' ' or (byte)'\t')
            ? size
            : throw new InvalidAnswerException("a chunk of it does not say how long it is");
    }

    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}

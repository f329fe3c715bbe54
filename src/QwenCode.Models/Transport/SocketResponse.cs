using System.Globalization;
using System.Text;

namespace QwenCode.Models.Transport;

/// <summary>
/// An answer on a <see cref="SocketConnection"/>. Its head stays the text it came as: of all the headers only a few are ever asked
/// for.
/// </summary>
internal sealed class SocketResponse : TransportResponse
{
    private readonly string _head;
    private readonly SocketBody _body;

    private SocketResponse(SocketOrigin origin, SocketConnection connection, int status, string head)
    {
        (_head, Status) = (head, status);
        var (framing, length) = Framing();
        var mayReuse = head.StartsWith("HTTP/1.1", StringComparison.Ordinal)
            && Header("Connection")?.Contains("close", StringComparison.OrdinalIgnoreCase) is not true;
        _body = new SocketBody(origin, connection, framing, length, mayReuse);
    }

    public override int Status { get; }

    public override string Reason
    {
        get
        {
            var end = _head.IndexOf('\n', StringComparison.Ordinal);
            return _head[12..(end < 0 ? _head.Length : end)].Trim();
        }
    }

    /// <summary>
    /// Makes an answer of what was received, once that is a whole head; heads that only announce another one are used up.
    /// </summary>
    /// <param name="origin">Whose connection it is.</param>
    /// <param name="connection">The connection, which belongs to the answer from then on.</param>
    /// <returns><c>null</c> if more must be received first.</returns>
    /// <exception cref="InvalidAnswerException">That is no answer.</exception>
    public static SocketResponse? TryCreate(SocketOrigin origin, SocketConnection connection)
    {
        while (HeadLength(connection.Received) is > 0 and var length)
        {
            var head = Encoding.Latin1.GetString(connection.Received[..length]);
            connection.Use(length);
            if (head.Length < 12 || !head.StartsWith("HTTP/1.", StringComparison.Ordinal) || head[8] != ' '
                || !int.TryParse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status < 100)
            {
                throw new InvalidAnswerException("it is not HTTP");
            }

            if (status is 101)
            {
                throw new InvalidAnswerException("the server wants to speak another protocol");
            }

            if (status >= 200)
            {
                return new SocketResponse(origin, connection, status, head);
            }
        }

        return null;
    }

    public override string? Header(string name)
    {
        string? found = null;
        for (var at = _head.IndexOf('\n', StringComparison.Ordinal) + 1; at > 0;)
        {
            var next = _head.IndexOf('\n', at) + 1;
            if (at + name.Length < _head.Length && _head[at + name.Length] == ':'
                && string.Compare(_head, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                var value = _head[(at + name.Length + 1)..(next > 0 ? next : _head.Length)].Trim();
                found = found is null ? value : $"{found}, {value}";
            }

            at = next;
        }

        return found;
    }

    public override ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken) =>
        new(Header("Content-Encoding") is { } coding ? ContentCoding.Decode(_body, coding) : _body);

    public override void Release() => _body.Release();

    public override void Dispose() => _body.Dispose();

    private (BodyFraming Framing, long Length) Framing()
    {
        if (Status is 204 or 304)
        {
            return (BodyFraming.Length, 0);
        }

        if (Header("Transfer-Encoding") is { } coding)
        {
            return coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? (BodyFraming.Chunked, 0)
                : throw new InvalidAnswerException($"its transfer coding is '{coding}', which was not asked for");
        }

        if (Header("Content-Length") is not { } said)
        {
            return (BodyFraming.UntilClose, 0);
        }

        return long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? (BodyFraming.Length, length)
            : throw new InvalidAnswerException($"its length is said to be '{said}'");
    }

    /// <summary>Gives where the empty line behind the headers ends; 0 if it has not come.</summary>
    private static int HeadLength(ReadOnlySpan<byte> received)
    {
        for (var i = 1; i < received.Length; i++)
        {
            if (received[i] == '\n' && (received[i - 1] == '\n' || (i > 1 && received[i - 1] == '\r' && received[i - 2] == '\n')))
            {
                return i + 1;
            }
        }

        return 0;
    }
}

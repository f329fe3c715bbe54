using System.Text;

namespace QwenCode.Models.Tests.Support;

internal enum StubFraming
{
    Chunked,
    Length,
    UntilClose,
}

internal enum StubEnd
{
    Complete,
    Reset,
    Close,
    Stall,
}

/// <summary>How the stub answers one request.</summary>
internal sealed record StubReply
{
    public int Status { get; init; } = 200;

    public string Reason { get; init; } = "Words";

    public string ContentType { get; init; } = "text/event-stream";

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The body in the pieces in which it is sent.</summary>
    public IReadOnlyList<byte[]> Pieces { get; init; } = [];

    public StubFraming Framing { get; init; }

    /// <summary>What happens after the pieces.</summary>
    public StubEnd End { get; init; }

    /// <summary>Whether the end comes before even the headers were sent.</summary>
    public bool WithoutHeaders { get; init; }

    public static StubReply Of(string body) => new() { Pieces = [Encoding.UTF8.GetBytes(body)] };

    public static StubReply Error(int status, string body, params (string Name, string Value)[] headers) => new()
    {
        Status = status,
        ContentType = "application/json",
        Pieces = [Encoding.UTF8.GetBytes(body)],
        Headers = headers.ToDictionary(header => header.Name, header => header.Value),
        Framing = StubFraming.Length,
    };

    /// <summary>Sends the body cut at the given places.</summary>
    public StubReply Cut(params IEnumerable<int> places)
    {
        var whole = Pieces.SelectMany(piece => piece).ToArray();
        var pieces = new List<byte[]>();
        var from = 0;
        foreach (var place in places.Append(whole.Length))
        {
            pieces.Add(whole[from..place]);
            from = place;
        }

        return this with { Pieces = pieces };
    }
}

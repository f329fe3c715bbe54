namespace QwenCode.Models.Cassettes;

/// <summary>A request and its answer, as the file has them.</summary>
internal sealed record RecordedExchange
{
    /// <summary>Gets the name of the run that recorded it.</summary>
    public required string Run { get; init; }

    /// <summary>Gets the number of the event of its run at which the request was made.</summary>
    public required int Started { get; init; }

    /// <summary>Gets the number of the event of its run at which the last of the answer was there.</summary>
    public required int Ended { get; init; }

    /// <summary>Gets the protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>Gets the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the address that the model was asked at, without a query.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Gets the request.</summary>
    public required ReadRequest Request { get; init; }

    /// <summary>Gets the status of the answer; zero if there was none.</summary>
    public int Status { get; init; }

    /// <summary>Gets the words beside the status.</summary>
    public string Reason { get; init; } = string.Empty;

    /// <summary>Gets the headers of the answer that anything depends on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets the pieces in which the body came.</summary>
    public IReadOnlyList<byte[]> Pieces { get; init; } = [];

    /// <summary>Gets how it failed; <c>null</c> if it did not.</summary>
    public RecordedFailure? Failure { get; init; }
}

namespace QwenCode.Models.Cassettes;

/// <summary>What a cassette is used for.</summary>
public enum CassetteMode
{
    /// <summary>Requests are sent, and added to the file with their answers.</summary>
    Record,

    /// <summary>Nothing is sent: answers come from the file. A request that differs from the recorded one is reported.</summary>
    Replay,

    /// <summary>As <see cref="Replay"/>, but a request that differs from the recorded one fails.</summary>
    Strict,
}

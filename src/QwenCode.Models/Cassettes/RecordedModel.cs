namespace QwenCode.Models.Cassettes;

/// <summary>The model that a cassette was recorded with.</summary>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Id">Its id on the wire.</param>
/// <param name="BaseUrl">Its address, which is not asked in a replay, but decides the form of requests.</param>
public sealed record RecordedModel(string Protocol, string Id, string BaseUrl);

namespace QwenCode.Models.Cassettes;

/// <summary>A cassette and the place it is used at.</summary>
/// <param name="Cassette">The cassette.</param>
/// <param name="Place">The place.</param>
public sealed record CassetteUse(ModelCassette Cassette, CassettePlace Place);

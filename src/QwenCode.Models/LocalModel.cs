namespace QwenCode.Models;

/// <summary>A model server that runs on this machine.</summary>
/// <param name="Server">What usually listens there, for people.</param>
/// <param name="BaseUrl">The address for an OpenAI-compatible client.</param>
/// <param name="Model">The first model the server names.</param>
public sealed record LocalModel(string Server, Uri BaseUrl, string Model);

namespace QwenCode.Mcp.Authorization;

/// <summary>What was issued for one server. It never appears in a text.</summary>
internal sealed record StoredToken
{
    public required string Server { get; init; }

    /// <summary>Gets the server's address: the token is for it alone, whatever else has the server's name.</summary>
    public required string Address { get; init; }

    public required string AccessToken { get; init; }

    public string? RefreshToken { get; init; }

    public string? Scope { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string? ClientAuthentication { get; init; }

    public string? TokenAddress { get; init; }

    /// <summary>Gets who issued it; a refresh goes to nobody else.</summary>
    public string? Issuer { get; init; }

    /// <summary>Gets scopes that the server has demanded for a call since; the next login asks for them, too.</summary>
    public string? Demanded { get; init; }

    /// <summary>
    /// Gets when it is renewed: five minutes before it expires, but for one that lives shortly not before nine tenths of its life.
    /// </summary>
    public DateTimeOffset? Renews => Expires is not { } end ? null
        : end - TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(5).Ticks, Math.Max(0, (end - Updated).Ticks / 10)));

    /// <inheritdoc/>
    public override string ToString() => $"a token of {Server}";
}

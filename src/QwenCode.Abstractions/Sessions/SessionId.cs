namespace QwenCode.Sessions;

/// <summary>Names a session; a UUID, also the name of its transcript file.</summary>
/// <param name="Value">The UUID in its lower-case, hyphenated form.</param>
public readonly record struct SessionId(string Value)
{
    /// <summary>Makes a fresh id.</summary>
    public static SessionId New() => new(Guid.NewGuid().ToString());

    /// <inheritdoc/>
    public override string ToString() => Value;
}

namespace QwenCode.Models.Cassettes;

/// <summary>
/// Where a cassette is used: what of this machine must not get into the file, and is put in again when the file is replayed elsewhere.
/// </summary>
/// <param name="HomeDirectory">The user's home directory.</param>
/// <param name="WorkingDirectory">The directory that is worked in.</param>
/// <param name="Environment">The variables whose names say that they hold a secret are taken out of everything.</param>
public sealed record CassettePlace(
    string HomeDirectory, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Returns the name of the type alone: the members hold keys.</summary>
    public override string ToString() => nameof(CassettePlace);
}

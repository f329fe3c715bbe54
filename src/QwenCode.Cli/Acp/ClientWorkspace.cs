namespace QwenCode.Cli.Acp;

/// <summary>The directories that a client names for a session.</summary>
/// <param name="Directory">The working directory, absolute.</param>
/// <param name="Additional">Further directories of the workspace, absolute.</param>
internal sealed record ClientWorkspace(string Directory, IReadOnlyList<string> Additional)
{
    public bool Equals(ClientWorkspace? other) =>
        other is not null && Directory == other.Directory && Additional.SequenceEqual(other.Additional);

    public override int GetHashCode() => HashCode.Combine(Directory, Additional.Count);
}

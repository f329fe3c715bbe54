namespace QwenCode.Configuration.Trust;

/// <summary>What one rule of the trust file says.</summary>
public enum TrustLevel
{
    /// <summary><c>TRUST_FOLDER</c>: the folder and what is below it.</summary>
    TrustFolder,

    /// <summary><c>TRUST_PARENT</c>: the folder's parent and what is below that.</summary>
    TrustParent,

    /// <summary><c>DO_NOT_TRUST</c>: not this folder, nor what is below it.</summary>
    DoNotTrust,
}

using System.Security.Cryptography;

namespace QwenCode.Plugins.Manifests;

/// <summary>Identifies a build of an assembly.</summary>
/// <param name="Length">Its length in bytes: the cheapest difference to see.</param>
/// <param name="Sha256">The hash of its content, in lower-case hexadecimal.</param>
/// <param name="Mvid">The module's id: free to compare once the assembly is loaded.</param>
internal sealed record AssemblyStamp(long Length, string Sha256, Guid Mvid)
{
    public static AssemblyStamp Of(string path, Guid mvid) => new(new FileInfo(path).Length, Hash(path), mvid);

    public static string Hash(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace QwenCode.Storage.Checkpoints;

/// <summary>Names a content: the first 128 bits of its SHA-256.</summary>
internal readonly record struct ContentHash(UInt128 Value)
{
    /// <summary>Names a content.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new ContentHash(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>Reads a name; <c>null</c> for any other text.</summary>
    public static ContentHash? Parse(string? text) =>
        UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? new ContentHash(value) : null;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}

using System.Text;

namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>How text is kept in a file.</summary>
/// <param name="Encoding">The encoding; it throws where text or bytes do not fit it.</param>
/// <param name="HasMark">Whether the file begins with the encoding's byte order mark.</param>
internal sealed record TextFormat(Encoding Encoding, bool HasMark)
{
    /// <summary>Gets what new files are: UTF-8 without a mark.</summary>
    public static TextFormat Utf8 { get; } =
        new(new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true), HasMark: false);

    /// <summary>Gets UTF-8 with a mark.</summary>
    public static TextFormat Utf8WithMark { get; } = Utf8 with { HasMark = true };

    /// <summary>Gets the bytes that stand before the text.</summary>
    public ReadOnlyMemory<byte> Mark => HasMark ? Encoding.GetPreamble() : ReadOnlyMemory<byte>.Empty;

    /// <summary>Gets whether a line ends in the byte 10, and that byte is nothing else.</summary>
    public bool HasByteNewlines => Encoding.CodePage is not (1200 or 1201 or 12000 or 12001);

    /// <summary>Gets the encoding's name for people.</summary>
    public string Name => Encoding.WebName;
}

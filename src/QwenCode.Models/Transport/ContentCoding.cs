using System.IO.Compression;

namespace QwenCode.Models.Transport;

/// <summary>Undoes the compression of a body: some gateways compress although it was not asked for.</summary>
internal static class ContentCoding
{
    /// <summary>Returns the body without its compression.</summary>
    /// <param name="body">The body as it came.</param>
    /// <param name="coding">The <c>Content-Encoding</c> header; several are undone from the last to the first.</param>
    /// <exception cref="InvalidAnswerException">The coding is unknown.</exception>
    public static Stream Decode(Stream body, string? coding)
    {
        if (string.IsNullOrEmpty(coding))
        {
            return body;
        }

        foreach (var word in coding.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            body = word.ToLowerInvariant() switch
            {
                "identity" => body,
                "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
                "br" => new BrotliStream(body, CompressionMode.Decompress),
                "deflate" => new ZLibStream(body, CompressionMode.Decompress),
                _ => throw new InvalidAnswerException($"it is encoded as '{word}', which was not asked for"),
            };
        }

        return body;
    }
}

using System.Text;
using System.Text.Unicode;

namespace QwenCode.Storage.Json;

/// <summary>Lines of a file that are read as JSON.</summary>
internal static class SoundLine
{
    /// <summary>Returns a line with U+FFFD for each byte that is not UTF-8: one of them makes no value of the line unreadable.</summary>
    /// <param name="line">The line; returned as it is if it is sound.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> line) =>
        Utf8.IsValid(line.Span) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line.Span));
}

using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>The text of a file as a client's editor has it, and how the file is kept.</summary>
internal static class ClientText
{
    private const char Mark = '\uFEFF';

    /// <summary>Reads a file.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">The path of a file that exists.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>
    /// The text without a byte order mark, and the format: a client that takes the text back keeps the encoding itself, and the mark if it
    /// gave one; for any other, it is the format on the disk.
    /// </returns>
    /// <exception cref="IOException">It could not be read.</exception>
    public static async ValueTask<(string Text, TextFormat Format)> ReadAsync(
        IClientFiles client, SettledPath path, CancellationToken cancellationToken)
    {
        var shown = await client.ReadTextAsync(path.Path, null, null, cancellationToken).ConfigureAwait(false);
        var hasMark = shown.StartsWith(Mark);
        var text = hasMark ? shown[1..] : shown;
        if (client.CanWrite)
        {
            return (text, hasMark ? TextFormat.Utf8WithMark : TextFormat.Utf8);
        }

        using var file = path.OpenForReading();
        var bytes = await TextFile.ReadBytesAsync(file, TextFile.Largest, cancellationToken).ConfigureAwait(false);
        return (text, TextDetection.Detect(bytes) ?? TextFormat.Utf8);
    }

    /// <summary>Returns the text as a client is to keep it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="format">How the file is kept.</param>
    public static string ForClient(string text, TextFormat format) => format.HasMark ? Mark + text : text;
}

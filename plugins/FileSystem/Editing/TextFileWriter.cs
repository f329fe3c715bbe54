using System.Text;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>Puts text into files: into the client's editor where that takes writes, else on the disk.</summary>
internal static class TextFileWriter
{
    /// <summary>Writes a file, with the directories it needs. A link is written through to its file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text.</param>
    /// <param name="format">How to keep it.</param>
    /// <param name="before">What was there.</param>
    /// <param name="context">Who writes.</param>
    /// <param name="cancellationToken">Abandons the write.</param>
    /// <exception cref="EncoderFallbackException">The format has no place for one of the characters; nothing was written.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static async ValueTask WriteAsync(
        SettledPath path, string text, TextFormat format, FileStatus before, ToolContext context, CancellationToken cancellationToken)
    {
        if (context.ClientFiles is { CanWrite: true } client)
        {
            await client.WriteTextAsync(path.Path, ClientText.ForClient(text, format), cancellationToken).ConfigureAwait(false);
            return;
        }

        var bytes = format.Encoding.GetBytes(text);
        path.Check();
        Directory.CreateDirectory(Path.GetDirectoryName(path.Real)!);
        await GuardedFile.WriteAsync(path, format.HasMark ? [format.Mark, bytes] : [bytes], before, cancellationToken)
            .ConfigureAwait(false);
    }
}

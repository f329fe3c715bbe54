using System.Text;
using Microsoft.Win32.SafeHandles;
using QwenCode.Plugin.FileSystem.Editing;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem;

/// <summary>Writes a whole file.</summary>
[PluginTool(Order = -90)]
public sealed class WriteFileTool : Tool
{
    /// <summary>Over this size the old content is neither kept nor compared; its beginning tells its form.</summary>
    private const long LargestCompared = 10 * 1024 * 1024;

    private const int HeadBytes = 64 * 1024;

    /// <summary>Creates the tool.</summary>
    public WriteFileTool()
        : base(new ToolDeclaration
        {
            Name = "write_file",
            DisplayName = "WriteFile",
            Description = """
                Writes a whole file, creating it and the directories above it where they are missing, and replacing what was there before.
                An existing file keeps its encoding, its byte order mark and its line endings. To change a part of a file, use edit.
                """,
            Parameters = ToolDeclaration.Schema("""
                {"type":"object","properties":{
                "file_path":{"type":"string","description":"Absolute path of the file."},
                "content":{"type":"string","description":"The whole content."}},
                "required":["file_path","content"]}
                """u8),
            Kind = ToolKind.Edit,
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var given = arguments.String("file_path");
        if (string.IsNullOrWhiteSpace(given))
        {
            throw new ToolArgumentException("Missing or empty \"file_path\"");
        }

        if (!Path.IsPathFullyQualified(given))
        {
            throw new ToolArgumentException($"File path must be absolute: {given}");
        }

        PathArguments.CheckCharacters(given);
        if (Directory.Exists(given))
        {
            throw new ToolArgumentException($"Path is a directory, not a file: {given}");
        }

        var content = arguments.String("content") ?? throw new ToolArgumentException("params must have required property 'content'");
        var place = SettledPath.Of(Path.GetFullPath(given));
        return new Invocation(place, place.Path, content, context);
    }

    private sealed class Invocation(SettledPath place, string path, string content, ToolContext context) : ToolInvocation
    {
        // What somebody may have been shown, and agreed to replace.
        private FileStatus? _shown;
        private string? _shownText;

        public override string Description => $"Writing to {PathArguments.Shorten(context.Workspace, path)}";

        public override IReadOnlyList<ToolLocation> Locations => [new(path)];

        public override ToolConsent Consent => ToolConsent.Ask;

        public override async ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken)
        {
            try
            {
                var old = await ReadOldAsync(cancellationToken).ConfigureAwait(false);
                (_shown, _shownText) = (old.Status, old.Text);
                var diff = Diff(old, "Current", "Proposed");
                return new EditConfirmation($"Confirm Write: {PathArguments.Shorten(context.Workspace, path)}", path, diff.Patch, old.Text,
                    Newlines.Normalize(content));
            }
            catch (Exception exception) when (OsError.Covers(exception))
            {
                throw new ToolArgumentException(ReadFailure(exception), ToolError.FileWriteFailure);
            }
        }

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            OldFile old;
            try
            {
                old = await ReadOldAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (OsError.Covers(exception))
            {
                return ToolResult.Failure(ToolError.FileWriteFailure, ReadFailure(exception));
            }

            switch (old.Status.Type)
            {
                case FileType.Directory:
                    return ToolResult.Failure(ToolError.TargetIsDirectory, $"Target is a directory, not a file: {path} (EISDIR)");
                case FileType.Special:
                    return ToolResult.Failure(
                        ToolError.FileWriteFailure, $"Error writing to file '{path}': it is a device, a pipe or a socket");
            }

            // What is typed into an editor does not change the file on the disk.
            if (_shown is { } shown && (WrittenFiles.WasChangedByOthers(place.Real, shown, old.Status)
                || (context.ClientFiles is { CanRead: true } && _shownText != old.Text)))
            {
                return ToolResult.Failure(ToolError.FileWriteFailure, new FileChangedException(path).Message);
            }

            try
            {
                var note = await WriteAsync(old, cancellationToken).ConfigureAwait(false);
                var diff = Diff(old, "Original", "Written");
                return new ToolResult
                {
                    Content = (old.Text is null
                        ? $"Successfully created and wrote to new file: {path}." : $"Successfully overwrote file: {path}.") + note,
                    Display = new FileDiffDisplay(path, diff.Patch, old.Text, Newlines.Normalize(content), diff.Added, diff.Removed),
                };
            }
            catch (Exception exception) when (exception is FileChangedException or PathMovedException)
            {
                return ToolResult.Failure(ToolError.FileWriteFailure, exception.Message);
            }
            catch (Exception exception) when (OsError.Covers(exception))
            {
                return OsError.From(exception).WriteFailure(path);
            }
        }

        private async ValueTask<string> WriteAsync(OldFile old, CancellationToken cancellationToken)
        {
            var text = old.Newline is { } newline ? Newlines.Apply(content, newline) : NewFiles.WithNewlines(path, content);
            try
            {
                await TextFileWriter.WriteAsync(place, text, old.Format, old.Status, context, cancellationToken).ConfigureAwait(false);
                return string.Empty;
            }
            catch (EncoderFallbackException)
            {
                // Half of a surrogate pair has a place nowhere; anything else has one in UTF-8.
                var utf8 = text.IsWellFormed() ? text : text.WithoutLoneSurrogates();
                await TextFileWriter.WriteAsync(place, utf8, TextFormat.Utf8, old.Status, context, cancellationToken).ConfigureAwait(false);
                return ReferenceEquals(utf8, text)
                    ? $" It was encoded as {old.Format.Name}, which has no place for some of the new characters; it is UTF-8 now."
                    : " Halves of characters in the content (lone surrogates) were replaced by U+FFFD.";
            }
        }

        private async ValueTask<OldFile> ReadOldAsync(CancellationToken cancellationToken)
        {
            place.Check();
            var status = FileStatus.Of(path);
            if (status.Type is not FileType.Regular)
            {
                return new OldFile(null, NewFiles.FormatFor(path, context), status, null);
            }

            if (context.ClientFiles is { CanRead: true } client)
            {
                try
                {
                    var (shown, kept) = await ClientText.ReadAsync(client, place, cancellationToken).ConfigureAwait(false);
                    return new OldFile(Newlines.Normalize(shown), kept, status, NewlineOf(shown));
                }
                catch (FileNotFoundException)
                {
                    // Deleted in the editor, and not yet on the disk.
                    return new OldFile(null, NewFiles.FormatFor(path, context), status, null);
                }
            }

            var isLarge = status.Length > LargestCompared;
            using var file = place.OpenForReading();
            var bytes = isLarge
                ? await ReadHeadAsync(file, cancellationToken).ConfigureAwait(false)
                : await TextFile.ReadBytesAsync(file, LargestCompared * 2, cancellationToken).ConfigureAwait(false);

            // Nothing of binary data or of broken text is worth keeping: the new content is text.
            var format = bytes.AsSpan().Contains((byte)0) && TextDetection.ByMark(bytes) is null ? null : TextDetection.Detect(bytes);
            var text = (format?.Encoding ?? Encoding.UTF8).GetString(bytes.AsSpan((format ?? TextFormat.Utf8).Mark.Length));
            var shownOld = isLarge
                ? $"[{status.Length / (1024 * 1024)} MB of old content, too large to be shown]\n" : Newlines.Normalize(text);
            return new OldFile(shownOld, format ?? TextFormat.Utf8, status, NewlineOf(text));
        }

        // Whole lines, so that no character is cut in two.
        private static async ValueTask<byte[]> ReadHeadAsync(SafeFileHandle handle, CancellationToken cancellationToken)
        {
            var head = new byte[HeadBytes];
            head = head[..await RandomAccess.ReadAsync(handle, head, 0, cancellationToken).ConfigureAwait(false)];
            var isWide = TextDetection.ByMark(head) is { HasByteNewlines: false };
            return isWide ? head : head[..(head.AsSpan().LastIndexOf((byte)'\n') + 1)];
        }

        private UnifiedDiff Diff(OldFile old, string before, string after) =>
            UnifiedDiff.Create(Path.GetFileName(path), old.Text ?? string.Empty, Newlines.Normalize(content), before, after);

        // Content that is written with "\r\n" on purpose stays so in a file of line feeds.
        private static string? NewlineOf(string text) => Newlines.DominantIn(text) is "\r\n" ? "\r\n" : null;

        private string ReadFailure(Exception exception) => exception is PathMovedException
            ? exception.Message
            : $"Error checking existing file '{path}': {OsError.From(exception).Describe("open", path)}";
    }

    /// <summary>What a write replaces; without text there was nothing.</summary>
    private sealed record OldFile(string? Text, TextFormat Format, FileStatus Status, string? Newline);
}

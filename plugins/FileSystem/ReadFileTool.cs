using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Win32.SafeHandles;
using QwenCode.Models;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Reading;
using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem;

/// <summary>Reads a file: text by lines, media as they are.</summary>
[PluginTool(Order = -130)]
public sealed class ReadFileTool : Tool
{
    /// <summary>The largest file that is read without saying which part: 9.9 MiB.</summary>
    private const long LargestWhole = (long)(9.9 * 1024 * 1024);

    private const long LargestSvg = 1024 * 1024;

    /// <summary>How much of a large file is looked at to find its encoding.</summary>
    private const int DetectionBytes = 64 * 1024;

    /// <summary>How far a large file is read on, only to say how many lines it has. Some milliseconds' worth.</summary>
    private const long MostCountedBytes = 16 * 1024 * 1024;

    /// <summary>Creates the tool.</summary>
    public ReadFileTool()
        : base(new ToolDeclaration
        {
            Name = "read_file",
            DisplayName = "ReadFile",
            Description = """
                Reads one file and returns its content. Text comes back as it is, without line numbers; white space at line ends is dropped.
                Images, audio, video and PDF files are returned as media where you can take them; of a PDF you cannot take you get the
                text, and of a Jupyter notebook the cells with their output. Other binary files are only named.
                A long file is cut: the answer then begins with "Showing lines A-B of N total lines." Continue with 'offset' = B.
                Files over 10 MB are read in parts: give 'offset' or 'limit'. To find where something is in a large file, use grep_search
                first.
                """,
            Parameters = ToolDeclaration.Schema("""
                {"type":"object","properties":{
                "file_path":{"type":"string","description":"Absolute path of the file."},
                "offset":{"type":"number","description":"How many lines to skip before the first one shown: 0 starts at line 1."},
                "limit":{"type":"number","description":"How many lines to return at most. Without it, as many as one answer may hold."}},
                "required":["file_path"]}
                """u8),
            Kind = ToolKind.Read,
            Traits = ToolTraits.ReadOnly | ToolTraits.Parallel,
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
            throw new ToolArgumentException("The 'file_path' parameter must be non-empty.");
        }

        if (!Path.IsPathFullyQualified(given))
        {
            throw new ToolArgumentException($"File path must be absolute, but was relative: {given}. Give the path from the root, such "
                + $"as {Path.Combine(context.Workspace.Root, "file.txt")}.");
        }

        PathArguments.CheckCharacters(given);
        var offset = Whole(arguments, "offset", "Offset must be a non-negative number", least: 0);
        var limit = Whole(arguments, "limit", "Limit must be a positive number", least: 1);
        if (PathArguments.RespectsQwenIgnore(context.Setting)
            && IgnoreScope.Judge(context.Workspace, given, PathKind.File, IgnoreFiles.Qwen) is not IgnoreVerdict.Visible)
        {
            throw new ToolArgumentException($"File path '{given}' is ignored by .qwenignore pattern(s).");
        }

        // Not in the schema, which is that of a version without it; the answers that cut a PDF name it.
        var pages = PageRange.Parse(arguments.TryGet("pages", out var range) && range.ValueKind is System.Text.Json.JsonValueKind.String
            ? range.GetString() : null);
        var place = SettledPath.Of(Path.GetFullPath(given));
        return new Invocation(place, place.Path, offset, limit, pages, context);
    }

    private static long? Whole(ToolArguments arguments, string name, string complaint, double least)
    {
        if (arguments.Number(name) is not { } number)
        {
            return null;
        }

        return number < least || !double.IsFinite(number) ? throw new ToolArgumentException(complaint)
            : number != Math.Floor(number) ? throw new ToolArgumentException($"{complaint}; lines are counted in whole numbers")
            : (long)Math.Min(number, long.MaxValue / 4);
    }

    private sealed class Invocation(SettledPath place, string path, long? offset, long? limit, PageRange? pages, ToolContext context)
        : ToolInvocation
    {
        // Judged at once: what is read later is what was judged.
        private readonly ToolConsent _consent = ReadableLocations.ForReading(context.Workspace, place.Real);

        public override string Description => PathArguments.Shorten(context.Workspace, path) + (offset, limit) switch
        {
            ({ } from, { } count) => $" (lines {from + 1}-{from + count})",
            ({ } from, null) => $" (from line {from + 1})",
            (null, { } count) => $" (first {count} lines)",
            _ => string.Empty,
        };

        public override IReadOnlyList<ToolLocation> Locations =>
            [new(path, offset is { } from ? (int)Math.Min(from + 1, int.MaxValue) : null)];

        public override ToolConsent Consent => _consent;

        private string Relative => context.Workspace.Shorten(path);

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            try
            {
                place.Check();
                var status = FileStatus.Of(path);
                return status.Type switch
                {
                    FileType.Missing => NotFound(),
                    FileType.Directory => ToolResult.Failure(ToolError.TargetIsDirectory, $"Path is a directory, not a file: {path}"),
                    FileType.Special => ToolResult.Failure(ToolError.ReadContentFailure, $"Not a regular file: {path}"),
                    _ => await ReadAsync(status, cancellationToken).ConfigureAwait(false),
                };
            }
            catch (FileNotFoundException)
            {
                return NotFound();
            }
            catch (PathMovedException exception)
            {
                return ToolResult.Failure(ToolError.ReadContentFailure, exception.Message);
            }
            catch (Exception exception) when (OsError.Covers(exception))
            {
                return ToolResult.Failure(
                    ToolError.ReadContentFailure, $"Error reading file {path}: {OsError.From(exception).Describe("open", path)}");
            }
        }

        private async ValueTask<ToolResult> ReadAsync(FileStatus status, CancellationToken cancellationToken)
        {
            using var handle = place.OpenForReading();
            var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            await using var owned = stream.ConfigureAwait(false);
            var head = new byte[(int)Math.Min(Math.Max(status.Length, FileClass.SniffedBytes) + 1, DetectionBytes)];
            head = head[..await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false)];
            var kind = FileClass.Of(path, head);
            var isPart = offset is not null || limit is not null;
            var isPdfText = kind.Kind is FileClassKind.Pdf && (pages is not null || !Takes(ModelModalities.Pdf));
            if (status.Length > LargestWhole && !isPdfText && !(isPart && kind.Kind is FileClassKind.Text))
            {
                return TooLarge(status.Length);
            }

            switch (kind.Kind)
            {
                case FileClassKind.Pdf when isPdfText:
                    return await ReadPdfTextAsync(handle, status, cancellationToken).ConfigureAwait(false);
                case FileClassKind.Notebook when NotebookText.Render(
                    await TextFile.ReadBytesAsync(handle, LargestWhole, cancellationToken).ConfigureAwait(false)) is { } notebook:
                    return await ShowNotebookAsync(notebook, cancellationToken).ConfigureAwait(false);
                case FileClassKind.Binary:
                    return ToolResult.Success($"Cannot display content of binary file: {Relative}", $"Skipped binary file: {Relative}");
                case FileClassKind.Svg when status.Length > LargestSvg:
                    return ToolResult.Success(
                        $"Cannot display content of SVG file larger than 1MB: {Relative}", $"Skipped large SVG file (>1MB): {Relative}");
                case FileClassKind.Text or FileClassKind.Svg or FileClassKind.Notebook when context.ClientFiles is { CanRead: true } client:
                    return await ReadFromClientAsync(client, status, kind.Kind, cancellationToken).ConfigureAwait(false);
                case FileClassKind.Text or FileClassKind.Svg or FileClassKind.Notebook:
                    stream.Seek(0, SeekOrigin.Begin);
                    return await ReadTextAsync(stream, head, status, kind.Kind, cancellationToken).ConfigureAwait(false);
                case var media when !Takes(ModalityOf(media)):
                    return NotTaken(media);
                default:
                    return await ReadMediaAsync(handle, kind, cancellationToken).ConfigureAwait(false);
            }
        }

        private async ValueTask<ToolResult> ReadMediaAsync(SafeFileHandle handle, FileClass kind, CancellationToken cancellationToken)
        {
            var bytes = await TextFile.ReadBytesAsync(handle, LargestWhole, cancellationToken).ConfigureAwait(false);
            if ((bytes.Length + 2L) / 3 * 4 > LargestWhole)
            {
                return TooLarge(bytes.Length);
            }

            return ToolResult.Success(
                ToolContent.FromParts([new DataContent(bytes, kind.MediaType!) { Name = Path.GetFileName(path) }]),
                $"Read {kind.Kind.ToString().ToLowerInvariant()} file: {Relative}");
        }

        private async ValueTask<ToolResult> ReadPdfTextAsync(SafeFileHandle handle, FileStatus status, CancellationToken cancellationToken)
        {
            if (status.Length > PdfText.LargestFile)
            {
                return ToolResult.Failure(
                    ToolError.FileTooLarge, string.Create(CultureInfo.InvariantCulture,
                        $"PDF size exceeds the 100MB limit for text: {path} ({status.Length / (1024.0 * 1024.0):F2}MB)"));
            }

            var document = await TextFile.ReadBytesAsync(handle, PdfText.LargestFile, cancellationToken).ConfigureAwait(false);
            var found = await PdfText.ExtractAsync(document, pages, context.Time, cancellationToken).ConfigureAwait(false);
            if (found.Problem is { } problem)
            {
                return ToolResult.Failure(ToolError.ReadContentFailure, $"Error reading file {path}: {problem}.");
            }

            var range = pages is null ? string.Empty : $" (pages {pages.First}-{pages.Last})";
            var shown = $"Read pdf as text: {Relative}{range}{(found.Cut is null ? string.Empty : " (truncated)")}";
            return ToolResult.Success(Describe(found), shown);
        }

        private string Describe(PdfText found)
        {
            var cut = found.Cut is null ? string.Empty
                : $"\n... [truncated: these are {found.Cut}. Call read_file with pages, such as \"pages\":\"21-40\", for others.]";
            return string.IsNullOrWhiteSpace(found.Text)
                ? $"The PDF {Relative} holds no text{(pages is null ? string.Empty : " on these pages")}; its pages may be pictures.{cut}"
                : found.Text + cut;
        }

        private async ValueTask<ToolResult> ShowNotebookAsync(string text, CancellationToken cancellationToken)
        {
            var shown = $"Read notebook: {Relative}";
            if (offset is null && limit is null)
            {
                return ToolResult.Success(NotebookText.Cut(text), shown);
            }

            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
            var window = await LineWindow.ReadAsync(stream, Request(isLarge: false), cancellationToken).ConfigureAwait(false);
            return Show(window, default, FileClassKind.Notebook) with { Display = new TextDisplay(shown) };
        }

        // Where nothing is known of the model, whoever sends the medium decides.
        private bool Takes(ModelModalities kind) => context.Modalities is not { } taken || (taken & kind) != 0;

        private static ModelModalities ModalityOf(FileClassKind kind) => kind switch
        {
            FileClassKind.Image => ModelModalities.Image,
            FileClassKind.Audio => ModelModalities.Audio,
            FileClassKind.Video => ModelModalities.Video,
            _ => ModelModalities.Pdf,
        };

        private ToolResult NotTaken(FileClassKind kind)
        {
            var name = kind.ToString().ToLowerInvariant();
            var advice = kind is FileClassKind.Image ? "Ask the user to describe it, or for a model that takes images."
                : $"Ask the user for a transcript, or for a model that takes {name}.";
            return ToolResult.Success($"[Unsupported {name} file: \"{Path.GetFileName(path)}\". The current model takes no {name} "
                + $"input. {advice}]", $"Skipped {name} file: {Relative} (the model takes no {name})");
        }

        private async ValueTask<ToolResult> ReadTextAsync(
            FileStream stream, byte[] head, FileStatus status, FileClassKind kind, CancellationToken cancellationToken)
        {
            Stream text = stream;
            var isLarge = status.Length > LargestWhole;
            if (!isLarge)
            {
                // Small enough to keep, and with all of it at hand the encoding is judged as an edit would judge it.
                head = head.Length < status.Length || status.Length == 0
                    ? await TextFile.ReadBytesAsync(stream.SafeFileHandle, LargestWhole, cancellationToken).ConfigureAwait(false) : head;
                text = new MemoryStream(head, writable: false);
            }

            // The last character of a head may be cut in two; what is judged ends at a line's end.
            var judged = isLarge && head.AsSpan().LastIndexOf((byte)'\n') is var end and > 0 ? head.AsMemory(0, end + 1) : head;
            var format = TextDetection.ByMark(judged.Span) ?? TextDetection.Detect(judged.Span) ?? TextFormat.Utf8;
            text.Seek(format.Mark.Length, SeekOrigin.Begin);
            if (format.Encoding.CodePage != TextFormat.Utf8.Encoding.CodePage)
            {
                text = Encoding.CreateTranscodingStream(text, WithReplacement(format.Encoding), Encoding.UTF8);
            }

            var window = await LineWindow.ReadAsync(text, Request(isLarge), cancellationToken).ConfigureAwait(false);
            return Show(window, status, kind);
        }

        private async ValueTask<ToolResult> ReadFromClientAsync(
            IClientFiles client, FileStatus status, FileClassKind kind, CancellationToken cancellationToken)
        {
            var from = (int)Math.Min(offset ?? 0, int.MaxValue);
            var count = (int)Math.Min(limit ?? DefaultLimit, int.MaxValue);
            var text = await client.ReadTextAsync(path, from == 0 ? null : from, count == int.MaxValue ? null : count, cancellationToken)
                .ConfigureAwait(false);
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
            var window = await LineWindow.ReadAsync(stream, Request(isLarge: false) with { Offset = 0 }, cancellationToken)
                .ConfigureAwait(false);

            // The client was asked for these lines alone: fewer than asked means that it had no more.
            var isEnd = window.IsTotalKnown && window.Total < count;
            return Show(
                window with { First = window.First + from, Last = window.Last + from, Total = window.Total + from, IsTotalKnown = isEnd
                    || (from == 0 && window.IsWhole && window.Total <= count && text.EndsWith('\n')) },
                status,
                kind);
        }

        private long DefaultLimit => context.Limits.MaxLines > 0 ? context.Limits.MaxLines : int.MaxValue;

        private LineRequest Request(bool isLarge) => new(
            offset ?? 0,
            limit ?? DefaultLimit,
            context.Limits.MaxCharacters > 0 ? context.Limits.MaxCharacters : (int)LargestWhole,
            isLarge ? MostCountedBytes : long.MaxValue);

        private ToolResult Show(LineWindow window, FileStatus status, FileClassKind kind)
        {
            var notice = AutoMemory.StalenessNotice(context.Workspace, path, status, context.Time);
            var total = string.Create(CultureInfo.InvariantCulture, $"{(window.IsTotalKnown ? string.Empty : "at least ")}{window.Total}");
            if (window.Last < window.First)
            {
                return ToolResult.Success($"No lines to show: the file has {total} lines, and offset {offset} is past its end.",
                    $"Read no lines of {total} from {Relative}");
            }

            if (window.IsWhole)
            {
                return kind is FileClassKind.Svg
                    ? ToolResult.Success(notice + window.Text, $"Read SVG as text: {Relative}")
                    : ToolResult.Success(notice + window.Text);
            }

            var range = string.Create(CultureInfo.InvariantCulture, $"{window.First}-{window.Last} of {total}");
            return ToolResult.Success(
                $"{notice}Showing lines {range} total lines.\n\n---\n\n{window.Text}",
                kind is FileClassKind.Svg
                    ? $"Read SVG as text: {Relative}"
                    : $"Read lines {range} from {Relative}{(window.IsCut ? " (truncated)" : string.Empty)}");
        }

        private ToolResult NotFound() => ToolResult.Failure(ToolError.FileNotFound, $"File not found: {path}");

        private ToolResult TooLarge(long length) => ToolResult.Failure(
            ToolError.FileTooLarge,
            string.Create(CultureInfo.InvariantCulture, $"File size exceeds the 10MB limit: {path} ({length / (1024.0 * 1024.0):F2}MB)")
                + ". A part of a text file can be read with 'offset' and 'limit'.");

        private static Encoding WithReplacement(Encoding encoding)
        {
            var clone = (Encoding)encoding.Clone();
            clone.DecoderFallback = DecoderFallback.ReplacementFallback;
            return clone;
        }
    }
}

using System.Collections.Frozen;
using QwenCode.Plugin.FileSystem.Text;

namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>What a file is to a reader.</summary>
/// <param name="Kind">How it is shown.</param>
/// <param name="MediaType">Its media type, if it is media.</param>
internal readonly record struct FileClass(FileClassKind Kind, string? MediaType = null)
{
    /// <summary>How much of a file's beginning tells text from binary data.</summary>
    public const int SniffedBytes = 4_096;

    private static readonly FrozenDictionary<string, string> Media = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".gif"] = "image/gif", [".webp"] = "image/webp",
            [".bmp"] = "image/bmp",
        [".tif"] = "image/tiff", [".tiff"] = "image/tiff", [".ico"] = "image/x-icon", [".avif"] = "image/avif", [".heic"] = "image/heic",
        [".heif"] = "image/heif",
        [".mp3"] = "audio/mpeg", [".wav"] = "audio/wav", [".ogg"] = "audio/ogg", [".oga"] = "audio/ogg", [".flac"] = "audio/flac",
        [".aac"] = "audio/aac", [".m4a"] = "audio/mp4",
        [".aiff"] = "audio/x-aiff", [".opus"] = "audio/opus", [".weba"] = "audio/webm",
        [".mp4"] = "video/mp4", [".m4v"] = "video/x-m4v", [".mov"] = "video/quicktime", [".avi"] = "video/x-msvideo",
        [".mkv"] = "video/x-matroska",
        [".webm"] = "video/webm", [".mpeg"] = "video/mpeg", [".mpg"] = "video/mpeg", [".wmv"] = "video/x-ms-wmv", [".flv"] = "video/x-flv",
        [".3gp"] = "video/3gpp",
        [".pdf"] = "application/pdf",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Binary = new[]
    {
        ".zip", ".tar", ".gz", ".bz2", ".rar", ".7z", ".exe", ".dll", ".so", ".dylib", ".bin", ".o", ".a", ".obj", ".lib", ".wasm",
            ".class", ".jar", ".war",
        ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".pyc", ".pyo", ".dat",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Judges a file by its name and, where that says nothing, by how it begins.</summary>
    public static FileClass Of(string path, ReadOnlySpan<byte> head)
    {
        var extension = Path.GetExtension(path);
        return extension.ToLowerInvariant() switch
        {
            ".ts" or ".mts" or ".cts" => new(FileClassKind.Text), // Code, though their media type is a video's.
            ".svg" => new(FileClassKind.Svg),
            ".ipynb" when !LooksBinary(head) => new(FileClassKind.Notebook),
            _ when Media.TryGetValue(extension, out var type) => new(KindOf(type), type),
            _ when Binary.Contains(extension) || LooksBinary(head) => new(FileClassKind.Binary),
            _ => new(FileClassKind.Text),
        };
    }

    private static FileClassKind KindOf(string type) => type switch
    {
        ['i', ..] => FileClassKind.Image,
        ['v', ..] => FileClassKind.Video,
        ['a', 'u', ..] => FileClassKind.Audio,
        _ => FileClassKind.Pdf,
    };

    private static bool LooksBinary(ReadOnlySpan<byte> head)
    {
        head = head[..Math.Min(head.Length, SniffedBytes)];
        if (head.IsEmpty || TextDetection.ByMark(head) is not null)
        {
            return false;
        }

        var controls = 0;
        foreach (var value in head)
        {
            if (value == 0)
            {
                return true;
            }

            controls += value is < 9 or (>= 14 and <= 31) ? 1 : 0;
        }

        return controls * 10 > head.Length * 3;
    }
}

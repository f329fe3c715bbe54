using System.Globalization;
using System.Text;

namespace QwenCode.Benchmarks.Search;

/// <summary>A tree of files that look like source code, the same at every run on every machine.</summary>
internal static class SourceTree
{
    private const int FilesPerDirectory = 50;
    private const int PoolBytes = 8 * 1024 * 1024;
    private const string MarkName = ".complete";

    private static readonly string[] Words =
    [
        "account", "buffer", "cancel", "channel", "client", "column", "config", "context", "count", "cursor", "decode", "delete", "driver", "encode", "entry", "error",
        "event", "filter", "folder", "format", "handle", "header", "import", "index", "insert", "length", "limit", "list", "logger", "message", "method", "module",
        "number", "object", "offset", "option", "output", "parse", "path", "pattern", "process", "project", "prompt", "query", "queue", "reader", "record", "region",
        "request", "result", "schema", "scope", "search", "section", "server", "session", "source", "status", "stream", "string", "summary", "table", "target", "thread",
        "token", "update", "value", "vector", "version", "window", "worker", "writer",
    ];

    private static readonly string[] Endings = [".ts", ".ts", ".ts", ".cs", ".cs", ".py", ".go", ".md", ".json", ".txt"];

    /// <summary>Makes the tree, or finds the one an earlier run has left.</summary>
    /// <returns>Its root.</returns>
    public static string Make(string parent, int files, long bytes)
    {
        var root = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"qwen-search-tree-2-{files}-{bytes}"));
        if (File.Exists(Path.Combine(root, MarkName)))
        {
            return root;
        }

        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(root, ".git", "info"));
        File.WriteAllText(Path.Combine(root, ".gitignore"), "*.log\nbuild/\n/secret\n");
        var random = new Random(20_260_401);
        var pool = Pool(random);
        var sizes = Sizes(random, files, bytes);
        var directory = root;
        for (var i = 0; i < files; i++)
        {
            if (i % FilesPerDirectory == 0)
            {
                var number = i / FilesPerDirectory;
                directory = Path.Combine(root, $"area{number % 20:00}", $"part{number / 20 % 10}", $"unit{number / 200:000}");
                Directory.CreateDirectory(directory);
                if (number % 100 == 0)
                {
                    File.WriteAllText(Path.Combine(directory, ".gitignore"), "*.tmp\n!keep.tmp\n");
                }
            }

            Write(Path.Combine(directory, $"f{i:000000}{Endings[i % Endings.Length]}"), pool, random.Next(PoolBytes / 2), sizes[i], i);
        }

        File.WriteAllText(Path.Combine(root, MarkName), string.Empty);
        return root;
    }

    // Each file begins at some line of the pool, and has one line of its own.
    private static void Write(string path, byte[] pool, int from, int length, int number)
    {
        var start = Array.IndexOf(pool, (byte)'\n', from) + 1;
        length = Math.Min(length, pool.Length - start - 1);
        var end = Array.IndexOf(pool, (byte)'\n', start + length);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(pool, start, (end < 0 ? pool.Length : end + 1) - start);
        if (number % 1_000 == 0)
        {
            file.Write(Encoding.ASCII.GetBytes($"public sealed class Rare{number}Tool : Needle_{number / 1_000}\n"));
        }
    }

    // Few large files and many small ones, as source trees are.
    private static int[] Sizes(Random random, int files, long bytes)
    {
        var weights = new double[files];
        for (var i = 0; i < files; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            weights[i] = Math.Min(Math.Exp(normal * 1.1), 100);
        }

        var scale = bytes / weights.Sum();
        return [.. weights.Select(weight => (int)(weight * scale))];
    }

    private static byte[] Pool(Random random)
    {
        var text = new StringBuilder(PoolBytes + 200);
        while (text.Length < PoolBytes)
        {
            text.Append(' ', random.Next(6) * 4);
            var words = random.Next(1, 9);
            for (var i = 0; i < words; i++)
            {
                var word = Words[random.Next(Words.Length)];
                text.Append(i == 0 ? string.Empty : (random.Next(8) switch { 0 => ".", 1 => "(", 2 => ", ", 3 => "_", _ => " " })).Append(random.Next(5) == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word);
            }

            text.Append(random.Next(6) switch { 0 => ";", 1 => "();", 2 => " {", 3 => " = 42;", _ => string.Empty }).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}

using System.Text;
using QwenCode.Cli.IO;

namespace QwenCode.Cli.Interactive;

/// <summary>Reads lines that a person types; the terminal itself edits them.</summary>
internal static class LineReader
{
    /// <summary>Reads on a thread of its own until the input ends, which is told as <c>null</c>.</summary>
    public static void Start(Action<string?> take) => new Thread(() =>
    {
        try
        {
            using var reader = new StreamReader(StandardInput.Open(), new UTF8Encoding(false));
            while (reader.ReadLine() is { } line)
            {
                take(line);
            }
        }
        catch (IOException)
        {
            // The terminal is gone, which is the end of the input, too.
        }

        take(null);
    })
    { IsBackground = true, Name = "terminal input" }.Start();
}

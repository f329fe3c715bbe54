using System.Text;
using QwenCode.Cli.IO;

namespace QwenCode.Cli.Interactive;

/// <summary>Reads lines that a user types; the terminal itself edits them.</summary>
internal static class LineReader
{
    /// <summary>Reads on a thread of its own.</summary>
    /// <param name="take">Takes a line; <c>null</c> is the end of the input.</param>
    /// <param name="fail">Takes what went wrong. On the reader's thread it would end the process.</param>
    public static void Start(Action<string?> take, Action<Exception> fail) => new Thread(() =>
    {
        try
        {
            using var reader = new StreamReader(StandardInput.Open(), new UTF8Encoding(false));
            while (reader.ReadLine() is { } line)
            {
                take(line);
            }

            take(null);
        }
        catch (IOException)
        {
            // The terminal is gone, which is the end of the input, too.
            take(null);
        }
        catch (Exception exception)
        {
            fail(exception);
        }
    })
    { IsBackground = true, Name = "terminal input" }.Start();
}

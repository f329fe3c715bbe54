using QwenCode.Protocol.Control;

namespace QwenCode.Cli.IO;

/// <summary>Reads what a host or an editor writes to standard input. Reading blocks, so it wants a thread of its own.</summary>
internal static class InputLines
{
    /// <summary>Reads to the end of the input.</summary>
    /// <param name="take">Takes each line, empty if it is too long, and its number.</param>
    /// <returns>What <paramref name="take"/> threw: on that thread it would end the process. <c>null</c> if nothing did.</returns>
    public static Exception? Read(Action<ReadOnlyMemory<byte>, int> take)
    {
        try
        {
            using var stream = StandardInput.Open();
            var reader = new JsonLineReader(stream);
            while (reader.TryRead(out var line))
            {
                take(line, reader.LineNumber);
            }
        }
        catch (IOException exception)
        {
            StandardStreams.ErrorLine($"Standard input cannot be read any more: {exception.Message}");
        }
        catch (Exception exception)
        {
            return exception;
        }

        return null;
    }
}

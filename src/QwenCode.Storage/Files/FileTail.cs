namespace QwenCode.Storage.Files;

/// <summary>The end of a file of lines, read backwards.</summary>
internal static class FileTail
{
    /// <summary>Goes through the lines of a file from the last to the first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="visit">Gets a line without its end; says whether to go on to the one before it.</param>
    /// <returns>Whether the file is empty or ends in a line feed.</returns>
    public static bool VisitBackwards(string path, Func<ReadOnlyMemory<byte>, bool> visit)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var isTerminated = true;
        var window = 16 * 1024L;
        for (var end = length; end > 0;)
        {
            // A window that holds no whole line grows, so that a line of 10 MB is read a few times and not a thousand.
            var start = Math.Max(0, end - window);
            var bytes = new byte[end - start];
            for (var filled = 0; filled < bytes.Length;)
            {
                var read = RandomAccess.Read(file, bytes.AsSpan(filled), start + filled);
                if (read == 0)
                {
                    return true; // The file was cut meanwhile.
                }

                filled += read;
            }

            if (end == length)
            {
                isTerminated = bytes[^1] == (byte)'\n';
            }

            var remaining = bytes.Length;
            while (remaining > 0)
            {
                var line = bytes.AsSpan(0, remaining);
                if (line[^1] == (byte)'\n')
                {
                    line = line[..^1];
                }

                var before = line.LastIndexOf((byte)'\n') + 1;
                if (before == 0 && start > 0)
                {
                    break;
                }

                if (line.Length > before && !visit(bytes.AsMemory(before, line.Length - before)))
                {
                    return isTerminated;
                }

                remaining = before;
            }

            window = remaining == bytes.Length ? window * 8 : window;
            end = start + remaining;
        }

        return isTerminated;
    }
}

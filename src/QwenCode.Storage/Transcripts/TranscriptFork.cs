using System.Text;
using QwenCode.Sessions;

namespace QwenCode.Storage.Transcripts;

/// <summary>Writes the records of one session as those of another.</summary>
internal static class TranscriptFork
{
    /// <summary>Copies the records; the file they come from stays as it is.</summary>
    /// <param name="from">The transcript.</param>
    /// <param name="old">Its session.</param>
    /// <param name="to">The new transcript.</param>
    /// <param name="session">The session that the records are to belong to.</param>
    public static void Copy(string from, SessionId old, string to, SessionId session)
    {
        using var lines = new MemoryStream();
        var bytes = Read(from);

        // What is being written just now has no end yet.
        var rest = bytes.AsSpan(0, bytes.AsSpan().LastIndexOf((byte)'\n') + 1);
        while (!rest.IsEmpty)
        {
            var length = rest.IndexOf((byte)'\n') + 1;
            Write(lines, rest[..length], old, session);
            rest = rest[length..];
        }

        using var file = AppendFile.Open(to);
        AppendFile.Write(file, lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }

    private static byte[] Read(string path)
    {
        // Another process may have it open for writing.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // The first member of the name is the record's own: within texts its quotes are escaped, and what a record holds comes behind it.
    private static void Write(MemoryStream lines, ReadOnlySpan<byte> line, SessionId old, SessionId session)
    {
        var member = line.IndexOf("\"sessionId\":"u8);
        var id = Encoding.UTF8.GetBytes($"\"{old.Value}\"");
        var at = member < 0 ? -1 : line[member..].IndexOf(id);
        if (at < 0 || line[(member + "\"sessionId\":".Length)..(member + at)].ContainsAnyExcept((byte)' ', (byte)'\t'))
        {
            lines.Write(line);
            return;
        }

        lines.Write(line[..(member + at)]);
        lines.Write(Encoding.UTF8.GetBytes($"\"{session.Value}\""));
        lines.Write(line[(member + at + id.Length)..]);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Platform.Json;
using QwenCode.Sessions;

namespace QwenCode.Storage.Transcripts;

/// <summary>Where the files of a project's sessions are.</summary>
internal sealed class TranscriptPaths(string projectDirectory)
{
    /// <summary>Longer names are cut: file systems take 255 bytes, and the endings need some.</summary>
    private const int LongestName = 160;

    /// <summary>Gets the directory of the main agents' transcripts.</summary>
    public string Chats { get; } = Path.Combine(projectDirectory, "chats");

    /// <summary>Returns the transcript of a session's main agent.</summary>
    public string Session(SessionId session) => Path.Combine(Chats, FileName(session.Value) + ".jsonl");

    /// <summary>Returns the file that a process holds while it has a session open.</summary>
    public static string Lock(string transcript) => Path.ChangeExtension(transcript, ".lock");

    /// <summary>Returns the path of a side-car.</summary>
    public static string SideCar(string transcript) => Path.ChangeExtension(transcript, ".meta.json");

    /// <summary>Returns the directory of the transcripts of a session's agents.</summary>
    public string Agents(SessionId session) => Path.Combine(projectDirectory, "subagents", FileName(session.Value));

    /// <summary>
    /// Gives the transcript of an agent. Several ids can have one file name (<c>a.b</c> and <c>a_b</c>); the second to come gets a
    /// name with a hash.
    /// </summary>
    public string Agent(SessionId session, AgentId agent)
    {
        var directory = Agents(session);
        var path = Path.Combine(directory, $"agent-{FileName(agent.Value)}.jsonl");
        return OwnerOf(path) is { } owner && owner != agent.Value
            ? Path.Combine(directory, $"agent-{FileName(agent.Value)}-{Hash(agent.Value)}.jsonl")
            : path;
    }

    /// <summary>Makes a file name of an id: nothing but letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static string FileName(string id)
    {
        var name = string.Create(id.Length, id, static (span, id) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(id[i]) || id[i] is '_' or '-' ? id[i] : '_';
            }
        });
        return name.Length switch
        {
            0 => "_",
            <= LongestName => name,
            _ => $"{name[..LongestName]}-{Hash(id)}",
        };
    }

    private static string? OwnerOf(string transcript)
    {
        var path = SideCar(transcript);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var sideCar = JsonDocument.Parse(File.ReadAllBytes(path));
            return sideCar.RootElement.Text("agentId"u8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // Without a readable side-car the name alone decides.
        }
    }

    private static string Hash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 4));
}

using System.Text.Json;

namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>One server as <c>.lsp.json</c> describes it.</summary>
internal sealed record ServerConfiguration
{
    /// <summary>Gets what it is called: its command, or its key in the file if there is none or another entry has the same.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the key in the file.</summary>
    public required string Language { get; init; }

    /// <summary>Gets the file, for messages.</summary>
    public required string File { get; init; }

    /// <summary>Gets the program to start; <c>null</c> if a server that runs already is connected to.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public ServerTransport Transport { get; init; }

    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; }

    /// <summary>Gets the path of the socket.</summary>
    public string? SocketPath { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public JsonElement? InitializationOptions { get; init; }

    public JsonElement? Settings { get; init; }

    /// <summary>Gets the files it is asked about: extension with its dot, in lower case, to the id of the language.</summary>
    public required IReadOnlyDictionary<string, string> Extensions { get; init; }

    /// <summary>Gets its folder, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the directory that the program keeps for the workspace, where its processes are noted; empty notes nothing.</summary>
    public string ProjectDirectory { get; init; } = string.Empty;

    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public bool RestartOnCrash { get; init; }

    public int MaxRestarts { get; init; } = 3;

    /// <summary>Names a member of the entry, for messages.</summary>
    public string Key(string member) => $"\"{Language}.{member}\" in {File}";
}

using System.Text.Json;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>Reads one entry of <c>.lsp.json</c>.</summary>
internal sealed class ServerEntryReader(string language, JsonElement entry, string file, Workspace workspace)
{
    private static readonly string[] Known =
    [
        "command", "args", "transport", "socket", "host", "port", "path", "socketPath", "env", "initializationOptions", "settings",
        "extensionToLanguage",
        "workspaceFolder", "startupTimeout", "shutdownTimeout", "restartOnCrash", "maxRestarts", "trustRequired",
    ];

    private readonly List<string> _warnings = [];

    /// <summary>Gets what was passed over.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <exception cref="EntryException">The entry cannot be used.</exception>
    public ServerConfiguration Read()
    {
        if (entry.ValueKind is not JsonValueKind.Object)
        {
            throw new EntryException($"\"{language}\" must be an object.");
        }

        foreach (var member in entry.EnumerateObject().Where(static member => !Known.Contains(member.Name)))
        {
            _warnings.Add($"{file}: \"{language}.{member.Name}\" is no known key and is ignored. Known are: {string.Join(", ", Known)}.");
        }

        var transport = Text("transport") switch
        {
            null or "stdio" => ServerTransport.Stdio,
            "tcp" => ServerTransport.Tcp,
            "socket" => ServerTransport.Socket,
            var other => throw Wrong("transport", $"is \"{other}\"; it can be stdio, tcp or socket."),
        };
        var command = Text("command");
        if (command is null && transport is ServerTransport.Stdio)
        {
            throw Wrong("command", "is missing: the program to start.");
        }

        _ = Flag("trustRequired");
        var configuration = new ServerConfiguration
        {
            Name = command ?? language,
            Language = language,
            File = file,
            Command = command,
            Arguments = Arguments(),
            Transport = transport,
            Environment = Map("env", static name => name),
            InitializationOptions = Clone("initializationOptions"),
            Settings = Clone("settings"),
            Extensions = Extensions(),
            Folder = Folder(),
            ProjectDirectory = workspace.ProjectDirectory,
            StartupTimeout = Time("startupTimeout", 10_000),
            ShutdownTimeout = Time("shutdownTimeout", 5_000),
            RestartOnCrash = Flag("restartOnCrash") ?? false,
            MaxRestarts = (int)(Number("maxRestarts", 1_000) ?? 3),
        };
        return transport switch
        {
            ServerTransport.Tcp => configuration with { Host = Address("host") ?? "127.0.0.1", Port = Port() },
            ServerTransport.Socket => configuration with
            {
                SocketPath = Path.GetFullPath(
                    Address("path") ?? Text("socketPath") ?? throw Wrong("socket", "is missing: the path of the socket."),
                    configuration.Folder),
            },
            _ => configuration,
        };
    }

    private EntryException Wrong(string key, string what) => new($"\"{language}.{key}\" {what}");

    private JsonElement? Find(string key) =>
        entry.TryGetProperty(key, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private JsonElement? Clone(string key) => Find(key)?.Clone();

    private string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when !string.IsNullOrWhiteSpace(value.GetString()) => value.GetString(),
        _ => throw Wrong(key, "must be a string that is not empty."),
    };

    private bool? Flag(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(key, "must be true or false."),
    };

    private double? Number(string key, double most) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is var number && number >= 0 && number <= most
            && number == Math.Floor(number) => number,
        _ => throw Wrong(key, $"must be a whole number from 0 to {most}."),
    };

    private TimeSpan Time(string key, double otherwise) => TimeSpan.FromMilliseconds(Math.Max(1, Number(key, 3_600_000) ?? otherwise));

    private string[] Arguments() => Find("args") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(static item => item.ValueKind is JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(static item => item.GetString()!)],
        _ => throw Wrong("args", "must be an array of strings."),
    };

    private Dictionary<string, string> Map(string key, Func<string, string> name) => Find(key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } map
            when map.EnumerateObject().All(static member => member.Value.ValueKind is JsonValueKind.String && member.Name.Length > 0) =>
            map.EnumerateObject().GroupBy(member => name(member.Name))
                .ToDictionary(static group => group.Key, static group => group.Last().Value.GetString()!),
        _ => throw Wrong(key, "must be an object that maps names to strings."),
    };

    private IReadOnlyDictionary<string, string> Extensions()
    {
        // Case is no matter to those who name files, and the dot is easily forgotten.
        var given = Map("extensionToLanguage", static extension => (extension[0] == '.' ? extension : "." + extension).ToLowerInvariant());
        return given.Count > 0 ? given
            : LanguageTable.Find(language) ?? throw Wrong("extensionToLanguage",
                $"is missing, and \"{language}\" is no language whose files are known. Add it, such as {{\".xyz\": \"{language}\"}}.");
    }

    private string Folder()
    {
        if (Text("workspaceFolder") is not { } given)
        {
            return workspace.Root;
        }

        var folder = Path.GetFullPath(given, workspace.Root);
        return !Workspace.IsWithin(Workspace.RealPath(folder), workspace.Root)
            ? throw Wrong("workspaceFolder", $"is {given}, which lies outside the workspace.")
            : !Directory.Exists(folder) ? throw Wrong("workspaceFolder", $"is {given}, which does not exist.")
            : folder;
    }

    // An address may stand in an object of its own, or flat beside the rest; a socket also as a plain string.
    private string? Address(string key) => Find("socket") switch
    {
        { ValueKind: JsonValueKind.Object } socket => socket.TryGetProperty(key, out var value)
            ? value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : throw Wrong($"socket.{key}", "must be a string that is not empty.")
            : Text(key),
        { ValueKind: JsonValueKind.String } path when key is "path" =>
            path.GetString() is { Length: > 0 } text ? text : throw Wrong("socket", "must not be empty."),
        null => Text(key),
        _ => throw Wrong("socket", "must be an object with host and port, or the path of a socket."),
    };

    private int Port()
    {
        var port = Find("socket") is { ValueKind: JsonValueKind.Object } socket && socket.TryGetProperty("port", out var inner)
            ? inner : Find("port");
        return port is { ValueKind: JsonValueKind.Number } given && given.TryGetInt32(out var number) && number is > 0 and < 65_536
            ? number
            : throw Wrong("socket.port", "must be a port: a whole number from 1 to 65535.");
    }
}

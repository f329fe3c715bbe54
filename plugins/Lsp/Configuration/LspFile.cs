using System.Text.Json;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>Reads <c>.lsp.json</c> of a workspace. An entry that is wrong is left out, and the others stay.</summary>
internal static class LspFile
{
    private const string Name = ".lsp.json";

    private const string Example =
        """{"typescript": {"command": "typescript-language-server", "args": ["--stdio"], "extensionToLanguage": {".ts": "typescript"}}}""";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LspConfiguration Read(Workspace workspace)
    {
        var file = Path.Combine(workspace.Root, Name);
        if (!workspace.IsTrusted)
        {
            // Whatever the file says of trust: it is the project's own word.
            return Refuse($"{workspace.Root} is not a trusted folder, so nothing that {Name} names is started and the lsp tool is not "
                + "offered. Trust the folder to use it.");
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refuse(
                $"--experimental-lsp was given, but there is no {file}: the lsp tool is not offered. Create the file, such as {Example}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse($"{file} cannot be read, and the lsp tool is not offered: {exception.Message}");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes, Lenient);
            return Read(document.RootElement, file, workspace);
        }
        catch (JsonException exception)
        {
            return Refuse(
                $"{file}:{(exception.LineNumber ?? 0) + 1}: this is no valid JSON, and the lsp tool is not offered. Mend the file.");
        }
    }

    private static LspConfiguration Read(JsonElement root, string file, Workspace workspace)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return Refuse($"{file} must be an object that maps languages to servers, such as {Example}. The lsp tool is not offered.");
        }

        var servers = new List<ServerConfiguration>();
        var problems = new List<string>();
        foreach (var entry in root.EnumerateObject())
        {
            var reader = new ServerEntryReader(entry.Name, entry.Value, file, workspace);
            try
            {
                var server = reader.Read();
                if (servers.Exists(other => other.Name == server.Name))
                {
                    server = server with { Name = server.Language };
                }

                if (servers.Exists(other => other.Name == server.Name))
                {
                    throw new EntryException($"\"{entry.Name}\" has the name of an entry before it; rename it.");
                }

                servers.Add(server);
                problems.AddRange(reader.Warnings);
            }
            catch (EntryException exception)
            {
                problems.Add($"{file}: {exception.Message} The server is left out.");
            }
        }

        if (servers.Count == 0)
        {
            problems.Add($"{file} names no language server that can be used: the lsp tool is not "
                + $"offered.{(problems.Count == 0 ? $" Add one, such as {Example}" : string.Empty)}");
        }

        return new LspConfiguration(servers, problems);
    }

    private static LspConfiguration Refuse(string problem) => new([], [problem]);
}

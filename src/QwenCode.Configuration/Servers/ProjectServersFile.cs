using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Servers;

/// <summary>The servers of a project's <c>.mcp.json</c>, as several programs share them. Each must be approved before it is used.</summary>
public sealed class ProjectServersFile
{
    /// <summary>The file's name.</summary>
    public const string Name = ".mcp.json";

    private ProjectServersFile()
    {
    }

    /// <summary>Gets the servers, in the order of the file.</summary>
    public IReadOnlyList<ProjectServer> Servers { get; private init; } = [];

    /// <summary>Gets what is wrong with the file, as sentences for people that name file, line and key.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Reads the file of a project. Never throws; a file that is not there has no servers.</summary>
    /// <param name="directory">The project's directory.</param>
    /// <param name="variables">What <c>${NAME}</c> stands for.</param>
    public static ProjectServersFile Read(string directory, IReadOnlyDictionary<string, string> variables)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path))
        {
            return new();
        }

        try
        {
            var root = SettingsReader.Parse(File.ReadAllBytes(path), SettingsScope.Project, path);
            return root.Member("mcpServers") is { IsObject: true } servers ? Read(path, servers, variables)
                : Fail($"{path}:{root.Origin.Line}: mcpServers must be an object that maps names to servers.");
        }
        catch (JsonException exception)
        {
            return Fail($"{path}:{SettingsFile.LineOf(exception)}: it is not valid JSON ({SettingsFile.Reason(exception)}).");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail($"{path} cannot be read: {exception.Message}");
        }
    }

    private static ProjectServersFile Read(string path, SettingsNode servers, IReadOnlyDictionary<string, string> variables)
    {
        var (read, problems) = (new List<ProjectServer>(), new List<string>());
        foreach (var (name, node) in servers.Members)
        {
            string? problem = node.IsObject ? null : "must be an object.";
            var filled = ServerVariables.Fill(node, string.Empty, variables, ref problem);
            if (problem is not null)
            {
                problems.Add($"{path}:{node.Origin.Line}: MCP server '{name}' is left out: mcpServers.{name} {problem}");
                continue;
            }

            // Of what stands in the file, and not of what variables put there: those are the user's own.
            var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node.ToElement().GetRawText())));
            read.Add(new ProjectServer(name, filled.ToElement(), mark, node.Origin));
        }

        return new() { Servers = read, Problems = problems };
    }

    private static ProjectServersFile Fail(string problem) => new() { Problems = [problem] };
}

/// <summary>A server of a project's <c>.mcp.json</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Entry">Its entry, variables filled in.</param>
/// <param name="Mark">What changes when the entry does.</param>
/// <param name="Origin">Where it is written.</param>
public sealed record ProjectServer(string Name, JsonElement Entry, string Mark, SettingsOrigin Origin);

using System.Text;
using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>Reads <c>--mcp-config</c>: JSON, or the file that holds it. It brings servers and can set nothing else.</summary>
internal static class ServersFlag
{
    private const string Flag = "--mcp-config";
    private const string Form = "Give a file or JSON such as {\"mcpServers\":{\"NAME\":{\"command\":\"…\"}}}.";

    /// <summary>Reads the flag's value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="directory">What a relative path begins at.</param>
    /// <returns>Settings with <c>mcpServers</c> alone.</returns>
    /// <exception cref="SettingsException">The file cannot be read, or there are no servers in it.</exception>
    public static SettingsNode Read(string value, string directory)
    {
        var isJson = value.AsSpan().TrimStart() is ['{' or '[', ..];
        var file = isJson ? Flag : Path.GetFullPath(value, directory);
        try
        {
            var given = SettingsReader.Parse(isJson ? Encoding.UTF8.GetBytes(value) : Content(file), SettingsScope.CommandLine, file);
            var servers = given.IsObject && given.Member("mcpServers") is { } inner ? inner : given;
            if (!servers.IsObject || servers.Members.Values.Any(static server => !server.IsObject))
            {
                throw new SettingsException(file, servers.Origin.Line, null, $"must map names of servers to objects. {Form}");
            }

            var root = SettingsNode.Object(given.Origin);
            root.Members["mcpServers"] = servers;
            return root;
        }
        catch (JsonException exception)
        {
            throw new SettingsException(
                file, SettingsFile.LineOf(exception), null, $"is not valid JSON ({SettingsFile.Reason(exception)}). {Form}", exception);
        }
    }

    private static byte[] Content(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, 0, null, $"is named by {Flag} and cannot be read ({exception.Message}). {Form}", exception);
        }
    }
}

using System.Text.Json;
using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Layers;
using QwenCode.Platform.Files;
using QwenCode.Workspaces;

namespace QwenCode.Configuration.Servers;

/// <summary>
/// Which servers of projects the user has approved, in a file of the user's own. An approval holds for the entry as it was: if that
/// changes, the server must be approved again.
/// </summary>
/// <param name="file">The file: <c>{DIRECTORY: {SERVER: {"approved": true, "entry": MARK}}}</c>.</param>
/// <param name="directory">The project's directory.</param>
public sealed class ServerApprovals(string file, string directory)
{
    private readonly string _project = Workspace.RealPath(Path.GetFullPath(directory));
    private SettingsNode? _all;

    /// <summary>Returns what the user has decided.</summary>
    /// <param name="server">The server.</param>
    /// <returns>Whether it may be used; <c>null</c> if nothing is decided.</returns>
    /// <exception cref="SettingsException">The file cannot be read.</exception>
    public bool? Find(ProjectServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _all ??= Parse(Content());
        return _all.Member(_project)?.Member(server.Name) switch
        {
            { IsObject: true } decided when decided.Member("approved") is { Kind: JsonValueKind.False } => false,
            { IsObject: true } decided when decided.Member("approved") is { Kind: JsonValueKind.True }
                && decided.Member("entry")?.Text == server.Mark => true,
            _ => null,
        };
    }

    /// <summary>Keeps what the user decides.</summary>
    /// <param name="server">The server.</param>
    /// <param name="isApproved">Whether it may be used.</param>
    /// <exception cref="SettingsException">The file cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(ProjectServer server, bool isApproved)
    {
        ArgumentNullException.ThrowIfNull(server);
        var content = Content();
        Parse(content);
        var value = isApproved ? $$"""{"approved":true,"entry":"{{server.Mark}}"}""" : """{"approved":false}""";
        AtomicFile.Write(
            file, JsonEditor.Set(content, SettingsScope.User, file, [_project, server.Name], System.Text.Encoding.UTF8.GetBytes(value)),
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _all = null;
    }

    private byte[] Content()
    {
        try
        {
            return File.Exists(file) ? File.ReadAllBytes(file) : "{}\n"u8.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, 0, null, $"cannot be read ({exception.Message}).", exception);
        }
    }

    private SettingsNode Parse(byte[] content)
    {
        try
        {
            return SettingsReader.Parse(content, SettingsScope.User, file);
        }
        catch (JsonException exception)
        {
            throw new SettingsException(
                file, SettingsFile.LineOf(exception), null, $"is not valid JSON ({SettingsFile.Reason(exception)}).", exception);
        }
    }
}

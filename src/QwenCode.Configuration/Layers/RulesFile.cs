using System.Text.Json;
using QwenCode.Configuration.Migration;

namespace QwenCode.Configuration.Layers;

/// <summary>Reads a file of permission rules that is tried before it becomes part of the settings. Nothing in it is passed over.</summary>
internal static class RulesFile
{
    private static readonly string[] Lists = ["allow", "ask", "deny"];

    /// <summary>Reads the file as settings.</summary>
    /// <param name="file">A settings file, or a file with its <c>permissions</c> object. It is not changed.</param>
    /// <exception cref="SettingsException">The file cannot be read, or holds no rules.</exception>
    public static SettingsNode Read(string file)
    {
        var root = Parse(file);
        SettingsFile.RequireObject(root, file);
        if (root.Members.Count > 0 && root.Members.Keys.All(Lists.Contains))
        {
            var wrapped = SettingsNode.Object(root.Origin);
            wrapped.Members["permissions"] = root;
            return wrapped;
        }

        SettingsMigration.Apply(root, file, []);
        if (root.Member("permissions") is not { Kind: not JsonValueKind.Null } permissions)
        {
            return (root.Member("tools") ?? root.Member("agents")) is not null ? root : throw new SettingsException(
                file, root.Origin.Line, "permissions",
                "is missing. Write a settings file, or an object with the lists allow, ask and deny.");
        }

        foreach (var member in permissions.IsObject ? permissions.Members : [])
        {
            if (!Lists.Contains(member.Key))
            {
                throw new SettingsException(file, member.Value.Origin.Line, $"permissions.{member.Key}",
                    "is no list of rules. The lists are allow, ask and deny.");
            }
        }

        return root;
    }

    private static SettingsNode Parse(string file)
    {
        try
        {
            return SettingsReader.Parse(File.ReadAllBytes(file), SettingsScope.Project, file);
        }
        catch (JsonException exception)
        {
            throw new SettingsException(
                file, SettingsFile.LineOf(exception), null, $"is not valid JSON ({SettingsFile.Reason(exception)}).", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, 0, null, $"cannot be read ({exception.Message}).", exception);
        }
    }
}

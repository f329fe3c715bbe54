using System.Text.Json;
using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Layers;
using QwenCode.Platform.Files;
using QwenCode.Workspaces;

namespace QwenCode.Configuration.Trust;

/// <summary>The rules in <c>~/.qwen/trustedFolders.json</c>.</summary>
public static class TrustedFolders
{
    private static readonly string[] Words = ["TRUST_FOLDER", "TRUST_PARENT", "DO_NOT_TRUST"];

    /// <summary>Judges a folder. The rule nearest to it decides; where two are as near, distrust wins.</summary>
    /// <param name="file">The rules; a file that is missing has none.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="SettingsException">The rules cannot be read; exit code 52.</exception>
    public static FolderTrust Judge(string file, string folder)
    {
        var path = Workspace.RealPath(Path.GetFullPath(folder));
        var nearest = -1;
        var verdict = FolderTrust.Unknown;
        foreach (var (rule, level, _) in Read(file))
        {
            var root = Workspace.RealPath(Path.GetFullPath(rule));
            root = level == TrustLevel.TrustParent ? Path.GetDirectoryName(root) ?? root : root;
            if (!Workspace.IsWithin(path, root) || root.Length < nearest || (root.Length == nearest && level != TrustLevel.DoNotTrust))
            {
                continue;
            }

            nearest = root.Length;
            verdict = level == TrustLevel.DoNotTrust ? FolderTrust.Untrusted : FolderTrust.Trusted;
        }

        return verdict;
    }

    /// <summary>Writes a rule; the other rules and the file's comments stay.</summary>
    /// <param name="file">The rules; created for its owner alone where it is missing.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="level">What the rule says.</param>
    public static void Set(string file, string folder, TrustLevel level)
    {
        var content = File.Exists(file) ? File.ReadAllBytes(file) : "{}\n"u8.ToArray();
        var value = JsonEncodedText.Encode(Words[(int)level]);
        AtomicFile.Write(
            file,
            JsonEditor.Set(content, SettingsScope.User, file, [folder], [(byte)'"', .. value.EncodedUtf8Bytes, (byte)'"']),
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static List<(string Path, TrustLevel Level, int Line)> Read(string file)
    {
        var rules = new List<(string, TrustLevel, int)>();
        if (!File.Exists(file))
        {
            return rules;
        }

        SettingsNode root;
        try
        {
            root = SettingsReader.Parse(File.ReadAllBytes(file), SettingsScope.User, file);
        }
        catch (JsonException exception)
        {
            throw new SettingsException(file, SettingsFile.LineOf(exception), null,
                $"is not valid JSON ({SettingsFile.Reason(exception)}). Repair it: it says which folders are trusted.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                file, 0, null, $"cannot be read ({exception.Message}). It says which folders are trusted.", exception);
        }

        SettingsFile.RequireObject(root, file);
        foreach (var rule in root.Members)
        {
            var level = rule.Value.Kind == JsonValueKind.String ? Array.IndexOf(Words, rule.Value.Text) : -1;
            if (level < 0)
            {
                throw new SettingsException(file, rule.Value.Origin.Line, rule.Key, $"must be one of {string.Join(", ", Words)}.");
            }

            rules.Add((rule.Key, (TrustLevel)level, rule.Value.Origin.Line));
        }

        return rules;
    }
}

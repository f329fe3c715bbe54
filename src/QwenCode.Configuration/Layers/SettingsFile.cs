using System.Globalization;
using System.Text.Json;
using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Migration;
using QwenCode.Platform.Files;

namespace QwenCode.Configuration.Layers;

/// <summary>Reads one settings file, brings it up to date and copes with a broken one.</summary>
internal sealed class SettingsFile(TimeProvider timeProvider, List<SettingsWarning> warnings)
{
    /// <summary>Reads a file.</summary>
    /// <returns>Its content in today's shape, or <c>null</c> where there is none.</returns>
    /// <exception cref="SettingsException">The file is JSON but no object, cannot be read, or is the machine's and broken.</exception>
    public SettingsNode? Read(SettingsScope scope, string file)
    {
        if (ReadBytes(file) is not { } content)
        {
            return null;
        }

        SettingsNode root;
        try
        {
            root = SettingsReader.Parse(content, scope, file);
        }
        catch (JsonException exception)
        {
            if (scope is SettingsScope.System or SettingsScope.SystemDefaults)
            {
                // The machine's owner sets bounds here. Going on without them would be going on without bounds.
                throw new SettingsException(file, LineOf(exception), null,
                    $"is not valid JSON ({Reason(exception)}). The machine's settings must be repaired before the program can run.",
                    exception);
            }

            return Recover(scope, file, exception);
        }

        RequireObject(root, file);
        Migrate(root, content, scope, file);
        return root;
    }

    internal static void RequireObject(SettingsNode root, string file)
    {
        if (!root.IsObject)
        {
            throw new SettingsException(file, root.Origin.Line, null,
                $"must hold a JSON object, but holds {SettingsKinds.Describe(root.Kind)}. Put the settings between {{ and }}.");
        }
    }

    internal static int LineOf(JsonException exception) => (int)(exception.LineNumber ?? 0) + 1;

    /// <summary>Gives the parser's reason without its own idea of where, which counts from zero.</summary>
    internal static string Reason(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? exception.Message : exception.Message[..end]).TrimEnd('.', ' ');
    }

    private static byte[]? ReadBytes(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, 0, null, $"cannot be read ({exception.Message}). Check its permissions.", exception);
        }
    }

    private SettingsNode? Recover(SettingsScope scope, string file, JsonException fault)
    {
        var line = LineOf(fault);
        var aside = file + ".corrupted." + timeProvider.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        try
        {
            File.Move(file, aside);
            if (ReadBackup(scope, file) is { } backup)
            {
                AtomicFile.Write(file, backup.Content);
                warnings.Add(new(file, line,
                    $"is not valid JSON ({Reason(fault)}). It was kept as {aside}, and the earlier version in {file}.orig is used again."));
                Migrate(backup.Root, backup.Content, scope, file);
                return backup.Root;
            }

            warnings.Add(new(file, line,
                $"is not valid JSON ({Reason(fault)}). None of its settings apply. It was kept as {aside}; repair it and move it back."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            warnings.Add(new(file, line, $"is not valid JSON ({Reason(fault)}). None of its settings apply; repair it. It could not be "
                + $"set aside: {exception.Message}"));
        }

        return null;
    }

    private static (SettingsNode Root, byte[] Content)? ReadBackup(SettingsScope scope, string file)
    {
        try
        {
            var content = File.ReadAllBytes(file + ".orig");
            var root = SettingsReader.Parse(content, scope, file);
            return root.IsObject ? (root, content) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;   // no backup, or none that is any better
        }
    }

    private void Migrate(SettingsNode root, byte[] content, SettingsScope scope, string file)
    {
        var change = SettingsMigration.Apply(root, file, warnings);

        // The machine's files belong to its administrator; they are understood, but not rewritten.
        if (change == MigrationChange.None || scope is not (SettingsScope.User or SettingsScope.Project))
        {
            return;
        }

        try
        {
            var updated = change == MigrationChange.VersionOnly
                ? JsonEditor.Set(content, scope, file, [SettingsMigration.VersionKey], "3"u8)
                : [.. root.ToUtf8(SettingsNode.Readable), (byte)'\n'];
            AtomicFile.Write(file + ".orig", content);
            AtomicFile.Write(file, updated);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            warnings.Add(
                new(file, 0, $"has the shape of an earlier version. It was understood, but could not be rewritten: {exception.Message}"));
        }
    }
}

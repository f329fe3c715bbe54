using System.Text.Json;
using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Migration;
using QwenCode.Platform.Files;

namespace QwenCode.Configuration.Layers;

/// <summary>Reads one settings file and brings it up to date.</summary>
internal sealed class SettingsFile(List<SettingsWarning> warnings)
{
    private const int Attempts = 4;

    // Longer than an editor takes between emptying a file and filling it, and not worth a thought at a start.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Reads a file. Whatever is wrong with it, it stays where and as it is.</summary>
    /// <returns>Its content in today's shape, or <c>null</c> where there is none.</returns>
    /// <exception cref="SettingsException">The file cannot be read, or is no JSON object. It may hold rules, so nothing runs.</exception>
    public SettingsNode? Read(SettingsScope scope, string file)
    {
        var wasEmpty = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (ReadBytes(file) is not { } content)
                {
                    return null;
                }

                var root = SettingsReader.Parse(content, scope, file);
                if (content.Length > 0 || wasEmpty)
                {
                    RequireObject(root, file);
                    Migrate(root, content, scope, file);
                    return root;
                }

                // An editor empties a file before it fills it.
                wasEmpty = true;
            }
            catch (JsonException exception) when (attempt >= Attempts)
            {
                var earlier = File.Exists(file + ".orig") ? $" An earlier version of it is in {file}.orig." : string.Empty;
                throw new SettingsException(file, LineOf(exception), null,
                    $"is not valid JSON ({Reason(exception)}). It may hold permission rules, so nothing runs until it is repaired; the "
                    + $"file was left as it is.{earlier}", exception);
            }
            catch (Exception exception) when (exception is JsonException
                || (exception is SettingsException { InnerException: IOException } && attempt < Attempts))
            {
                // An editor may be in the middle of saving it.
                wasEmpty = false;
            }

            Thread.Sleep(Pause);
        }
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

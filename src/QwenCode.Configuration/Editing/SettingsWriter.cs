using System.Text;
using System.Text.Json;
using QwenCode.Configuration.Layers;
using QwenCode.Platform.Files;

namespace QwenCode.Configuration.Editing;

/// <summary>Changes single settings in their files. Everything else in a file, comments and layout included, stays as it is.</summary>
/// <param name="locations">Where the files are.</param>
public sealed class SettingsWriter(SettingsLocations locations)
{
    private static readonly Lock Gate = new();

    /// <summary>Sets a value.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="value">The value.</param>
    /// <param name="scope">Whose settings; <see cref="SettingsScope.User"/> or <see cref="SettingsScope.Project"/>.</param>
    /// <exception cref="SettingsException">The file cannot be understood; it was left alone.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Set(string key, JsonElement value, SettingsScope scope = SettingsScope.User)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Set(key.Split('.'), value, scope);
    }

    /// <summary>Sets a value whose key has names with dots in it.</summary>
    /// <param name="path">The names on the way to it.</param>
    /// <param name="value">The value.</param>
    /// <param name="scope">Whose settings; <see cref="SettingsScope.User"/> or <see cref="SettingsScope.Project"/>.</param>
    /// <exception cref="SettingsException">The file cannot be understood; it was left alone.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Set(string[] path, JsonElement value, SettingsScope scope = SettingsScope.User)
    {
        ArgumentOutOfRangeException.ThrowIfZero(path.Length);
        var json = Encoding.UTF8.GetBytes(value.GetRawText());
        Change(scope, (content, file) => JsonEditor.Set(content, scope, file, path, json));
    }

    /// <summary>Sets a string.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="value">The value.</param>
    /// <param name="scope">Whose settings; <see cref="SettingsScope.User"/> or <see cref="SettingsScope.Project"/>.</param>
    public void Set(string key, string value, SettingsScope scope = SettingsScope.User)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var origin = new SettingsOrigin(scope, string.Empty, 0);
        var json = SettingsNode.Scalar(JsonValueKind.String, value, origin).ToUtf8(SettingsNode.Readable);
        Change(scope, (content, file) => JsonEditor.Set(content, scope, file, key.Split('.'), json));
    }

    /// <summary>Takes a setting out, so that a weaker file or the default holds again.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="scope">Whose settings; <see cref="SettingsScope.User"/> or <see cref="SettingsScope.Project"/>.</param>
    public void Remove(string key, SettingsScope scope = SettingsScope.User)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Remove(key.Split('.'), scope);
    }

    /// <summary>Takes out a setting whose key has names with dots in it.</summary>
    /// <param name="path">The names on the way to it.</param>
    /// <param name="scope">Whose settings; <see cref="SettingsScope.User"/> or <see cref="SettingsScope.Project"/>.</param>
    public void Remove(string[] path, SettingsScope scope = SettingsScope.User)
    {
        ArgumentOutOfRangeException.ThrowIfZero(path.Length);
        Change(scope, (content, file) => JsonEditor.Remove(content, scope, file, path));
    }

    /// <summary>Adds texts to a list; those that are in it already are left out.</summary>
    /// <param name="key">The dotted key of the list.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="scope">Whose settings; <see cref="SettingsScope.User"/> or <see cref="SettingsScope.Project"/>.</param>
    public void Append(string key, IReadOnlyList<string> texts, SettingsScope scope = SettingsScope.User)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Change(scope, (content, file) => JsonEditor.Append(content, scope, file, key.Split('.'), texts));
    }

    private void Change(SettingsScope scope, Func<byte[], string, byte[]> edit)
    {
        if (scope is not (SettingsScope.User or SettingsScope.Project))
        {
            throw new ArgumentOutOfRangeException(nameof(scope), scope, "Only the person's and the project's settings can be changed.");
        }

        // In the home directory the project's file is the person's own.
        var file = locations.FileOf(scope)!;
        lock (Gate)
        {
            var content = File.Exists(file) ? File.ReadAllBytes(file) : "{\n  \"$version\": 3\n}\n"u8.ToArray();
            var changed = edit(content, file);
            if (!changed.AsSpan().SequenceEqual(content))
            {
                AtomicFile.Write(file, changed);
            }
        }
    }
}

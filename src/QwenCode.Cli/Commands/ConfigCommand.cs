using System.Text.Json;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Configuration;
using QwenCode.Configuration.Catalogue;
using QwenCode.Configuration.Editing;
using QwenCode.Platform.Json;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen config</c>: shows and changes settings. Secrets are never shown.</summary>
internal static class ConfigCommand
{
    private const string Usage =
        """
        Usage: qwen config list [--show-origin] [--json]
               qwen config get KEY [--show-origin] [--json]
               qwen config set KEY VALUE [--scope user|project]
               qwen config unset KEY [--scope user|project]
               qwen config schema
        """;

    /// <summary>Runs one of the commands.</summary>
    /// <param name="options">The command line; what follows the verb is read here.</param>
    /// <returns>The exit code: 1 if the key is not known or not set, or the value does not fit.</returns>
    public static int Run(CliOptions options)
    {
        var words = options.CommandWords.ToList();
        var (isJson, showsOrigin) = (words.Remove("--json"), words.Remove("--show-origin"));
        var scope = Scope(words);
        if (options.Verb is "schema" && words.Count == 0)
        {
            StandardStreams.Out(SettingsSchema.Write());
            return ExitCodes.Success;
        }

        var wanted = options.Verb switch { "list" => 0, "set" => 2, _ => 1 };
        if (words.Count != wanted || words.Exists(static word => word.StartsWith("--", StringComparison.Ordinal)))
        {
            StandardStreams.ErrorLine(Usage);
            return ExitCodes.Failure;
        }

        var settings = Composition.ReadProject(options).Settings;
        try
        {
            return options.Verb switch
            {
                "list" => Show(ConfiguredValues.List(settings), isJson, showsOrigin),
                "get" => Get(settings, words[0], isJson, showsOrigin),
                "set" => Set(options, settings, words[0], words[1], scope),
                _ => Unset(options, settings, words[0], scope),
            };
        }
        catch (SettingsException exception)
        {
            StandardStreams.ErrorLine(exception.Message);
            return ExitCodes.Failure;
        }
    }

    private static SettingsScope Scope(List<string> words)
    {
        var at = words.FindIndex(static word => word is "--scope" or "-s");
        if (at < 0 || at + 1 >= words.Count || words[at + 1] is not ("user" or "project" or "workspace"))
        {
            return SettingsScope.User;
        }

        var scope = words[at + 1] is "user" ? SettingsScope.User : SettingsScope.Project;
        words.RemoveRange(at, 2);
        return scope;
    }

    private static int Get(Settings settings, string key, bool isJson, bool showsOrigin)
    {
        if (ConfiguredValues.List(settings, key) is { Count: > 0 } found)
        {
            return found is [{ Key: var only }] && only == key && !isJson && !showsOrigin
                ? Print(Shown(found[0].Value)) : Show(found, isJson, showsOrigin);
        }

        // An unknown key is an error; a group without members and a known key without a value are not.
        var standard = SettingsTable.IsGroup(key) ? null : ConfiguredValues.RowOf(key).Default;
        if (standard is null)
        {
            StandardStreams.ErrorLine($"'{key}' is not set.");
            return ExitCodes.Failure;
        }

        var value = JsonElement.Parse(standard);
        return isJson || showsOrigin
            ? Show([new(key, value, new SettingsOrigin(SettingsScope.BuiltIn, "<built-in>", 0))], isJson, showsOrigin)
            : Print(Shown(value));
    }

    private static int Set(CliOptions options, Settings settings, string key, string text, SettingsScope scope)
    {
        var row = ConfiguredValues.RowOf(key);
        var value = ConfiguredValues.Parse(key, text);
        if (row.IsPersonal && scope is SettingsScope.Project)
        {
            throw new SettingsException("<command line>", 0, key, "cannot be set by a project's file; leave --scope out.");
        }

        new SettingsWriter(settings.Locations).Set(key, value, scope);
        if (!row.IsHonoured)
        {
            StandardStreams.ErrorLine($"'{key}' has no effect here. {row.Text}");
        }

        return Tell(options, "set in", settings, key, scope);
    }

    private static int Unset(CliOptions options, Settings settings, string key, SettingsScope scope)
    {
        if (settings.Written(scope, key.Split('.')[0]) is null)
        {
            StandardStreams.ErrorLine($"'{key}' is not set in {settings.Locations.FileOf(scope)}.");
            return ExitCodes.Failure;
        }

        new SettingsWriter(settings.Locations).Remove(key, scope);
        return Tell(options, "taken out of", settings, key, scope);
    }

    private static int Tell(CliOptions options, string done, Settings settings, string key, SettingsScope scope)
    {
        StandardStreams.Out($"'{key}' {done} {settings.Locations.FileOf(scope)}.\n");
        var after = ConfiguredValues.List(Composition.ReadProject(options).Settings, key);
        foreach (var other in after.Where(value => value.Origin.Scope > scope).Take(1))
        {
            StandardStreams.ErrorLine($"{other.Origin} says otherwise, and counts more.");
        }

        return ExitCodes.Success;
    }

    private static int Show(IReadOnlyList<ConfiguredValue> values, bool isJson, bool showsOrigin)
    {
        if (isJson)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            {
                json.WriteStartArray();
                foreach (var value in values)
                {
                    json.WriteStartObject();
                    json.WriteString("key"u8, value.Key);
                    json.WritePropertyName("value"u8);
                    value.Value.WriteTo(json);
                    if (showsOrigin)
                    {
                        json.WriteString("file"u8, value.Origin.File);
                        json.WriteNumber("line"u8, value.Origin.Line);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            StandardStreams.Out(System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n");
            return ExitCodes.Success;
        }

        foreach (var value in values)
        {
            Print($"{(showsOrigin ? $"{value.Origin}\t" : string.Empty)}{value.Key}={Shown(value.Value)}");
        }

        return ExitCodes.Success;
    }

    private static int Print(string line)
    {
        StandardStreams.Out(PlainText.Of(line) + "\n");
        return ExitCodes.Success;
    }

    private static string Shown(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.Text() : value.GetRawText();
}

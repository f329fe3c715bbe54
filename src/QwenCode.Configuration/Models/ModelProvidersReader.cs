using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Models;

/// <summary>Reads <c>modelProviders</c>. An entry is complete in itself: flags and variables do not fill in what it leaves out.</summary>
internal static class ModelProvidersReader
{
    public static List<ResolvedModel> Read(Settings settings, IReadOnlyList<string> hostProtocols, List<string> warnings)
    {
        var models = new List<ResolvedModel>();
        if (settings.Find("modelProviders") is not { } providers)
        {
            return models;
        }

        if (!providers.IsObject)
        {
            warnings.Add($"{Settings.WrongKind("modelProviders", providers, "an object").Message} It is ignored.");
            return models;
        }

        foreach (var protocol in (IEnumerable<string>)[.. Protocols.Named, .. hostProtocols])
        {
            if (providers.Member(protocol) is not { Kind: not JsonValueKind.Null } entries)
            {
                continue;
            }

            var key = "modelProviders." + protocol;
            if (!entries.IsArray)
            {
                warnings.Add($"{Settings.WrongKind(key, entries, "an array").Message} It is ignored.");
                continue;
            }

            foreach (var entry in entries.Items)
            {
                if (TryRead(settings, protocol, entry, $"{key}[{entry.Index}]", warnings) is not { } model)
                {
                    continue;
                }

                if (!models.Exists(other => other.Protocol == protocol && other.Id == model.Id))
                {
                    models.Add(model);
                }
            }
        }

        return models;
    }

    /// <summary>Reads an entry; one that cannot be used is left out, and the others still count.</summary>
    private static ResolvedModel? TryRead(Settings settings, string protocol, SettingsNode entry, string key, List<string> warnings)
    {
        try
        {
            return Read(settings, protocol, entry, key, warnings);
        }
        catch (SettingsException exception)
        {
            warnings.Add($"{exception.Message} The entry is left out.");
            return null;
        }
    }

    private static ResolvedModel Read(Settings settings, string protocol, SettingsNode entry, string key, List<string> warnings)
    {
        if (!entry.IsObject)
        {
            throw Settings.WrongKind(key, entry, "an object");
        }

        var id = Text(entry, key, "id");
        if (string.IsNullOrEmpty(id))
        {
            throw new SettingsException(
                entry.Origin.File, entry.Origin.Line, key, "must have an \"id\": the model's name at its provider.");
        }

        var variable = Text(entry, key, "envKey");
        return new()
        {
            Protocol = protocol,
            Id = id,
            Name = Text(entry, key, "name") ?? id,
            Description = Text(entry, key, "description"),
            EnvKeyName = variable,
            ApiKey = variable is null ? null : settings.Variable(variable),
            BaseUrl = Text(entry, key, "baseUrl") ?? Protocols.OwnBaseUrl(protocol),
            GenerationConfig = GenerationConfigReader.Read(entry.Member("generationConfig"), key + ".generationConfig", warnings),
            Source = ModelSource.Catalogue,
        };
    }

    private static string? Text(SettingsNode entry, string key, string name) => entry.Member(name) switch
    {
        null or { Kind: JsonValueKind.Null } => null,
        { Kind: JsonValueKind.String } member => member.Text is { Length: > 0 } text ? text : null,
        var member => throw Settings.WrongKind($"{key}.{name}", member, "a string"),
    };
}

using System.Text.Json;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Manifests;

/// <summary>Reads <c>plugin.json</c>. A fault in one tool costs that tool; a fault in the file's own keys costs the file.</summary>
internal static class PluginManifestReader
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a manifest file.</summary>
    /// <exception cref="PluginFaultException">The file cannot be read or used.</exception>
    public static PluginManifest Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PluginFaultException(
                new(PluginFaultReason.Unreadable, path, $"The manifest cannot be read: {exception.Message}",
                    "Check who may read it."), exception);
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads a manifest's content.</summary>
    /// <exception cref="PluginFaultException">It cannot be used.</exception>
    public static PluginManifest Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        try
        {
            if (utf8.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            {
                utf8 = utf8[3..];
            }

            using var document = JsonDocument.Parse(utf8, Lenient);
            return Parse(document.RootElement, path);
        }
        catch (JsonException exception)
        {
            var line = (int)(exception.LineNumber ?? 0) + 1;
            throw new PluginFaultException(
                new(PluginFaultReason.InvalidManifest, path, "The manifest is no valid JSON.",
                    "Mend the file, or delete it: the host then makes its own.") { Line = line }, exception);
        }
    }

    private static PluginManifest Parse(JsonElement root, string path)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            throw Invalid(path, "The manifest is no JSON object.");
        }

        if (root.TryGetProperty("manifestVersion", out var form)
            && (!form.TryGetInt32Safely(out var number) || number is < 1 or > PluginManifest.FormatVersion))
        {
            throw Invalid(path, $"'manifestVersion' is {form.GetRawText()}; this host reads up to {PluginManifest.FormatVersion}.");
        }

        var faults = new List<PluginFault>();
        var settings = ReadSettings(root, path, faults);
        var loader = Text(root, "loader", path);
        // A file that only sets something need not repeat what the folder shows.
        var isPartial = (settings is not null || loader is not null) && !root.TryGetProperty("tools", out _);
        var name = Text(root, "name", path) ?? (isPartial ? string.Empty : throw Invalid(path, "'name' is missing."));
        if (!Names.IsPlugin(name) && !(isPartial && name.Length == 0))
        {
            throw Invalid(path, $"'name' is \"{name}\"; letters, digits, '.', '-' and '_' can be used, at most 64.");
        }

        var assembly = Text(root, "assembly", path) ?? (isPartial ? string.Empty : throw Invalid(path, "'assembly' is missing."));
        if (assembly.AsSpan().IndexOfAny('/', '\\') >= 0 || assembly is "." or ".." || (assembly.Length == 0 && !isPartial))
        {
            throw Invalid(path, $"'assembly' is \"{assembly}\"; it must be the name of a file in the same folder.");
        }

        Version? contract = null;
        if (Text(root, "contract", path) is { } written && !Version.TryParse(written, out contract))
        {
            throw Invalid(path, $"'contract' is \"{written}\"; it must be a version such as \"{PluginContract.Version}\".");
        }

        var tools = isPartial ? [] : ReadTools(root, name, path, faults);
        return new PluginManifest
        {
            Name = name,
            Version = Text(root, "version", path) ?? string.Empty,
            Assembly = assembly,
            Contract = contract,
            Stamp = ReadStamp(root, path),
            Tools = tools,
            Inputs = Text(root, "inputs", path),
            Settings = settings ?? [],
            Loader = loader,
            IsPartial = isPartial,
            Faults = [.. ReadFaults(root), .. faults],
        };
    }

    private static AssemblyStamp? ReadStamp(JsonElement root, string path)
    {
        if (!root.TryGetProperty("build", out var build))
        {
            return null;
        }

        return build.ValueKind is JsonValueKind.Object
            && build.TryGetProperty("length", out var length) && length.ValueKind is JsonValueKind.Number
            && length.TryGetInt64(out var bytes)
            && Text(build, "sha256", path) is { } hash
            && Guid.TryParse(Text(build, "mvid", path), out var mvid)
            ? new(bytes, hash, mvid)
            : throw Invalid(path, "'build' must hold 'length', 'sha256' and 'mvid'; a manifest written by hand leaves it out.");
    }

    private static List<PluginToolEntry> ReadTools(JsonElement root, string source, string path, List<PluginFault> faults)
    {
        if (!root.TryGetProperty("tools", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            throw Invalid(path, "'tools' is missing or no array.");
        }

        var tools = new List<PluginToolEntry>(list.GetArrayLength());
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            try
            {
                var entry = ReadTool(item, index, source, path);
                if (tools.Exists(other => other.Declaration.Name == entry.Declaration.Name))
                {
                    throw Invalid(path, "The manifest lists it twice; the first one counts.", entry.Declaration.Name,
                        PluginFaultReason.DuplicateTool);
                }

                tools.Add(entry);
            }
            catch (PluginFaultException exception)
            {
                faults.Add(exception.Fault);
            }

            index++;
        }

        return tools;
    }

    private static PluginToolEntry ReadTool(JsonElement item, int index, string source, string path)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            throw Invalid(path, $"'tools[{index}]' is no object.");
        }

        var name = Text(item, "name", path) ?? throw Invalid(path, $"'tools[{index}].name' is missing.");
        var fault = ToolCheck.FindFault(name, item.TryGetProperty("parameters", out var schema) ? schema : null, path);
        if (fault is not null)
        {
            throw new PluginFaultException(fault);
        }

        return new(
            new ToolDeclaration
            {
                Name = name,
                DisplayName = Text(item, "displayName", path) ?? name,
                Description = Text(item, "description", path) ?? string.Empty,
                Parameters = schema.Clone(),
                Kind = Word<ToolKind>(item, "kind", name, path),
                Traits = Word<ToolTraits>(item, "traits", name, path),
                Feature = Text(item, "feature", path),
                Source = source,
            },
            Text(item, "type", path) ?? throw Invalid(path, "'type' is missing: the full name of the tool's class.", name),
            Text(item, "method", path),
            item.TryGetProperty("order", out var order) && order.TryGetInt32Safely(out var place) ? place : 0)
        {
            Dialect = Text(item, "dialect", path) ?? QwenCodeDialect.DialectName,
        };
    }

    private static List<ToolSetting>? ReadSettings(JsonElement root, string path, List<PluginFault> faults)
    {
        if (!root.TryGetProperty("toolSettings", out var settings))
        {
            return null;
        }

        if (settings.ValueKind is not JsonValueKind.Object)
        {
            throw Invalid(path, "'toolSettings' must be an object with the names of tools as its keys.");
        }

        var read = new List<ToolSetting>();
        foreach (var item in settings.EnumerateObject())
        {
            try
            {
                if (item.Value.ValueKind is not JsonValueKind.Object)
                {
                    throw Invalid(path, $"'toolSettings.{item.Name}' is no object.", item.Name);
                }

                if (item.Value.EnumerateObject().FirstOrDefault(static member => member.Name is not ("kind" or "traits"))
                    is { Value.ValueKind: not JsonValueKind.Undefined } other)
                {
                    throw Invalid(path, $"'toolSettings.{item.Name}.{other.Name}' is unknown; 'kind' and 'traits' can be set.", item.Name);
                }

                read.Add(new(
                    item.Name,
                    item.Value.TryGetProperty("kind", out _) ? Word<ToolKind>(item.Value, "kind", item.Name, path) : null,
                    item.Value.TryGetProperty("traits", out _) ? Word<ToolTraits>(item.Value, "traits", item.Name, path) : null));
            }
            catch (PluginFaultException exception)
            {
                faults.Add(exception.Fault);
            }
        }

        return read;
    }

    private static T Word<T>(JsonElement item, string key, string tool, string path)
        where T : struct, Enum
    {
        var text = Text(item, key, path);
        return text is null ? default
            : Enum.TryParse<T>(text, ignoreCase: true, out var value) && !char.IsAsciiDigit(text[0]) ? value
            : throw Invalid(path, $"'{key}' is \"{text}\"; it can be {string.Join(", ", Enum.GetNames<T>())}.", tool);
    }

    private static IEnumerable<PluginFault> ReadFaults(JsonElement root)
    {
        if (!root.TryGetProperty("faults", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Object
                && Enum.TryParse<PluginFaultReason>(Text(item, "reason", string.Empty), out var reason))
            {
                yield return new(reason, Text(item, "file", string.Empty) ?? string.Empty, Text(item, "message", string.Empty)
                    ?? string.Empty, Text(item, "advice", string.Empty) ?? string.Empty)
                {
                    Tool = Text(item, "tool", string.Empty),
                };
            }
        }
    }

    private static string? Text(JsonElement owner, string key, string path) =>
        !owner.TryGetProperty(key, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => throw Invalid(path, $"'{key}' must be a string, and is {value.GetRawText()}."),
    };

    private static bool TryGetInt32Safely(this JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out value);
    }

    private static PluginFaultException Invalid(
        string path, string message, string? tool = null, PluginFaultReason reason = PluginFaultReason.InvalidManifest) =>
        new(new(reason, path, message, "Mend the file, or delete it: the host then makes its own.") { Tool = tool });
}

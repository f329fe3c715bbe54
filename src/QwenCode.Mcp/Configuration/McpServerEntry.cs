using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Configuration;

/// <summary>Reads entries of <c>mcpServers</c>, from settings or from what a client of the SDK or of an editor hands over.</summary>
public static class McpServerEntry
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    private static readonly string[] WithoutEffect = ["targetAudience", "targetServiceAccount", "tcp"];

    /// <summary>Reads an entry.</summary>
    /// <param name="name">The server's name.</param>
    /// <param name="entry">The entry, variables filled in.</param>
    /// <param name="origin">Where it is written, for messages.</param>
    /// <exception cref="McpConfigurationException">The entry cannot be used.</exception>
    public static McpServerConfiguration Read(string name, JsonElement entry, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var reader = new Reader(name, entry);
        if (reader.Text("type") == "sdk")
        {
            throw new McpConfigurationException(
                name, "type", "is \"sdk\": such a server lives in a program that starts this one and cannot be written down in settings.");
        }

        var http = reader.Text("httpUrl");
        var sse = reader.Text("url");
        var command = reader.Text("command");
        if (http is null && sse is null && command is null)
        {
            throw new McpConfigurationException(name, null,
                "says no way to reach the server; write \"command\" for a program, \"httpUrl\" for streamable HTTP or \"url\" for "
                + "server-sent events.");
        }

        if (reader.Text("authProviderType") is { } provider and not "dynamic_discovery")
        {
            throw new McpConfigurationException(name, "authProviderType",
                $"is \"{provider}\", which does not exist here; write \"dynamic_discovery\" and log in, or a token into \"headers\".");
        }

        // Other programs write {"type": "http", "url": …} for what has a key of its own here.
        var isNet = http is not null || sse is not null;
        var isHttp = http is not null || (sse is not null && reader.Text("type") is "http" or "streamable-http");
        return new McpServerConfiguration
        {
            Name = name,
            Transport = isHttp ? McpTransport.Http : sse is not null ? McpTransport.Sse : McpTransport.Stdio,
            Command = command ?? string.Empty,
            Arguments = reader.List("args") ?? [],
            Environment = reader.Map("env"),
            WorkingDirectory = reader.Text("cwd"),
            Address = http is not null ? reader.Address("httpUrl", http) : sse is not null ? reader.Address("url", sse) : null,
            Headers = reader.Map("headers"),
            Timeout = reader.Milliseconds("timeout") ?? TimeSpan.FromMinutes(10),
            StartTimeout = reader.Milliseconds("timeout"),
            IsDisabled = reader.Truth("disabled"),
            IsTrusted = reader.Truth("trust"),
            Description = reader.Text("description"),
            OAuth = isNet ? OAuthEntry.Read(name, entry) : null,
            IncludeTools = reader.List("includeTools"),
            ExcludeTools = reader.List("excludeTools") ?? [],
            Origin = origin,
            Warnings = [.. WithoutEffect.Where(reader.Has)
                .Concat(isNet ? OAuthEntry.WithoutEffect(entry) : reader.Has("oauth") ? ["oauth"] : [])
                .Select(key => $"mcpServers.{name}.{key} has no effect here.")],
        };
    }

    internal readonly struct Reader
    {
        private readonly string _name;
        private readonly string _within;
        private readonly JsonElement _entry;

        /// <param name="name">The server.</param>
        /// <param name="entry">Its entry, or an object within that.</param>
        /// <param name="within">What stands before the keys of that object.</param>
        public Reader(string name, JsonElement entry, string within = "")
        {
            (_name, _entry, _within) = (name, entry, within);
            if (entry.ValueKind is not JsonValueKind.Object)
            {
                throw new McpConfigurationException(name, null, "must be an object.");
            }
        }

        public bool Has(string key) => Find(key) is not null;

        public string? Text(string key) => Find(key) is not { } value ? null
            : value.ValueKind is not JsonValueKind.String ? throw Wrong(key, "a string")
            : value.Text() is { Length: > 0 } text ? text : throw new McpConfigurationException(_name, _within + key, "must not be empty.");

        public bool Truth(string key) => Find(key)?.ValueKind switch
        {
            null or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => throw Wrong(key, "true or false"),
        };

        public TimeSpan? Milliseconds(string key)
        {
            if (Find(key) is not { } value)
            {
                return null;
            }

            return value.ValueKind is JsonValueKind.Number && value.GetDouble() is > 0 and var number
                && number <= LongestTimeout.TotalMilliseconds
                ? TimeSpan.FromMilliseconds(number)
                : throw Wrong(key, $"a number of milliseconds above 0, at most {LongestTimeout.TotalDays} days");
        }

        public List<string>? List(string key)
        {
            if (Find(key) is not { } value)
            {
                return null;
            }

            if (value.ValueKind is not JsonValueKind.Array)
            {
                throw Wrong(key, "an array of strings");
            }

            var list = new List<string>(value.GetArrayLength());
            foreach (var item in value.EnumerateArray())
            {
                list.Add(item.ValueKind is JsonValueKind.String ? item.Text() : throw Wrong($"{key}[{list.Count}]", "a string"));
            }

            return list;
        }

        public Dictionary<string, string> Map(string key)
        {
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            if (Find(key) is not { } value)
            {
                return map;
            }

            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                    {
                        var name = member.NameText();
                        map[name] = Scalar(member.Value) ?? throw Wrong($"{key}.{name}", "a string");
                    }

                    return map;
                case JsonValueKind.Array:
                    // As editors write it: [{"name": …, "value": …}].
                    foreach (var pair in value.EnumerateArray())
                    {
                        var name = pair.Text("name") ?? throw Wrong(key, "a list of names and values");
                        map[name] = Scalar(pair.Member("value")) ?? throw Wrong($"{key}.{name}", "a string");
                    }

                    return map;
                default:
                    throw Wrong(key, "an object whose values are strings");
            }
        }

        private static string? Scalar(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.Text(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };

        public Uri Address(string key, string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new McpConfigurationException(_name, _within + key, "must be an address that begins with http:// or https://.");

        private JsonElement? Find(string key) =>
            _entry.Member(key) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value : null;

        private McpConfigurationException Wrong(string key, string expected) => new(_name, _within + key, $"must be {expected}.");
    }
}

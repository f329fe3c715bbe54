using System.Buffers;
using System.Text.Json;
using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Commands;

/// <summary>What <c>qwen mcp add</c> is given. What it does not know belongs to the server, and so does all behind <c>--</c>.</summary>
/// <param name="Name">The server's name.</param>
/// <param name="Entry">Its entry in <c>mcpServers</c>.</param>
/// <param name="Transport">How it is reached: <c>stdio</c>, <c>sse</c> or <c>http</c>.</param>
/// <param name="IsProject">Whether it goes into the project's settings.</param>
internal sealed record McpAddArguments(string Name, JsonElement Entry, string Transport, bool IsProject)
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["-s"] = "--scope", ["-t"] = "--transport", ["-e"] = "--env", ["-H"] = "--header",
    };

    private static readonly Dictionary<string, string> OAuth = new(StringComparer.Ordinal)
    {
        ["--oauth-client-id"] = "clientId",
        ["--oauth-client-secret"] = "clientSecret",
        ["--oauth-redirect-uri"] = "redirectUri",
        ["--oauth-authorization-url"] = "authorizationUrl",
        ["--oauth-token-url"] = "tokenUrl",
        ["--oauth-scopes"] = "scopes",
    };

    private static readonly string[] WithValue =
    [
        "--scope", "--transport", "--env", "--header", "--timeout", "--description", "--include-tools", "--exclude-tools", .. OAuth.Keys,
    ];

    /// <summary>Reads the words behind <c>qwen mcp add</c>.</summary>
    /// <exception cref="RefusedException">They make no sense.</exception>
    public static McpAddArguments Parse(IReadOnlyList<string> words)
    {
        var options = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var rest = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == "--")
            {
                rest.AddRange(words.Skip(i + 1));
                break;
            }

            var equals = words[i].StartsWith("--", StringComparison.Ordinal) ? words[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals < 0 ? Aliases.GetValueOrDefault(words[i], words[i]) : words[i][..equals];
            if (name is "--trust")
            {
                options[name] = [equals < 0 ? "true" : words[i][(equals + 1)..]];
            }
            else if (Array.IndexOf(WithValue, name) < 0)
            {
                rest.Add(words[i]);
            }
            else if (equals >= 0 || i + 1 < words.Count)
            {
                (options.TryGetValue(name, out var values) ? values : options[name] = []).Add(
                    equals >= 0 ? words[i][(equals + 1)..] : words[++i]);
            }
            else
            {
                throw new RefusedException($"Not enough arguments following: {name}.");
            }
        }

        if (rest.Count < 2 || rest[0].StartsWith('-'))
        {
            throw new RefusedException("Usage: qwen mcp add [-s user|project] [-t stdio|sse|http] [-e KEY=VALUE] [-H \"Name: value\"] "
                + "[--timeout MS] [--trust] [--description TEXT] [--include-tools A,B] [--exclude-tools A,B] NAME COMMAND|URL [ARGS..]");
        }

        var isUrl = rest[1].StartsWith("http://", StringComparison.Ordinal) || rest[1].StartsWith("https://", StringComparison.Ordinal);
        var transport = Choice(options, "--transport", ["stdio", "sse", "http"]) ?? (isUrl ? "http" : "stdio");
        return new(rest[0], Write(transport, rest, options), transport, Choice(options, "--scope", ["user", "project"]) is "project");
    }

    private static string? Choice(Dictionary<string, List<string>> options, string name, string[] choices) =>
        !options.TryGetValue(name, out var values) ? null
        : choices.Contains(values[^1]) ? values[^1]
        : throw new RefusedException($"{name} must be one of {string.Join(", ", choices)}.");

    private static JsonElement Write(string transport, List<string> rest, Dictionary<string, List<string>> options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (transport is "stdio")
            {
                json.WriteString("command"u8, rest[1]);
                WriteList(json, "args", [.. rest.Skip(2)]);
                WriteMap(json, "env", Pairs(options, "--env", '='));
            }
            else
            {
                json.WriteString(transport is "http" ? "httpUrl"u8 : "url"u8, rest[1]);
                WriteMap(json, "headers", Pairs(options, "--header", ':'));
                WriteOAuth(json, options);
            }

            if (options.TryGetValue("--timeout", out var timeout))
            {
                json.WriteNumber("timeout"u8, long.TryParse(timeout[^1], out var milliseconds) && milliseconds > 0 ? milliseconds
                    : throw new RefusedException("--timeout must be a number of milliseconds."));
            }

            if (options.TryGetValue("--trust", out var trust) && trust[^1] is "true")
            {
                json.WriteBoolean("trust"u8, true);
            }

            if (options.TryGetValue("--description", out var description))
            {
                json.WriteString("description"u8, description[^1]);
            }

            WriteList(json, "includeTools", Names(options, "--include-tools"));
            WriteList(json, "excludeTools", Names(options, "--exclude-tools"));
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void WriteOAuth(Utf8JsonWriter json, Dictionary<string, List<string>> options)
    {
        if (!OAuth.Keys.Any(options.ContainsKey))
        {
            return;
        }

        json.WriteStartObject("oauth"u8);
        foreach (var (name, key) in OAuth.Where(pair => options.ContainsKey(pair.Key)))
        {
            if (key is "scopes")
            {
                WriteList(json, key, [.. options[name].SelectMany(static value => value.Split([',', ' '],
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]);
            }
            else
            {
                json.WriteString(key, options[name][^1]);
            }
        }

        json.WriteEndObject();
    }

    private static string[] Names(Dictionary<string, List<string>> options, string name) => options.TryGetValue(name, out var values)
        ? [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
        : [];

    private static (string Name, string Value)[] Pairs(Dictionary<string, List<string>> options, string name, char separator) =>
        options.TryGetValue(name, out var values)
            ? [.. values.Select(value => value.IndexOf(separator, StringComparison.Ordinal) is > 0 and var at
                ? (value[..at].Trim(), separator is ':' ? value[(at + 1)..].Trim() : value[(at + 1)..])
                : throw new RefusedException($"{name} must have the form NAME{separator}VALUE."))]
            : [];

    private static void WriteList(Utf8JsonWriter json, string name, string[] items)
    {
        if (items.Length > 0)
        {
            json.WriteStartArray(name);
            Array.ForEach(items, json.WriteStringValue);
            json.WriteEndArray();
        }
    }

    private static void WriteMap(Utf8JsonWriter json, string name, (string Name, string Value)[] pairs)
    {
        if (pairs.Length > 0)
        {
            json.WriteStartObject(name);
            Array.ForEach(pairs, pair => json.WriteString(pair.Name, pair.Value));
            json.WriteEndObject();
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Definitions.Markdown;

namespace QwenCode.Definitions.Agents;

/// <content>The MCP servers of an agent.</content>
internal sealed partial class AgentFileReader
{
    // What is not understood of it makes the file unusable: an agent without its servers would do its task in another way.
    private AgentServers? Servers(string file)
    {
        const string key = "mcpServers";
        if (_document.Find(key) is not { } value || value.IsNull)
        {
            return null;
        }

        var (names, own) = (new List<string>(), new List<AgentServer>());
        foreach (var item in value.Members is not null ? [value]
            : value.Items ?? [.. Parts(value.Text!).Select(part => FrontMatterValue.Scalar(part, value.IsQuoted, value.Line))])
        {
            if (item.Members is not null)
            {
                AddOwn(file, item.Members, own);
            }
            else if (item.Text?.Trim() is { Length: > 0 } name && !item.IsNull)
            {
                names.Add(name);
            }
            else
            {
                Error(item, $"'{key}' must hold names of servers, or maps from a name to an entry, but holds {item.Kind}");
            }
        }

        if (own.Select(static server => server.Name).Concat(names).GroupBy(static name => name, StringComparer.Ordinal)
            .FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            Error(value, $"'{key}' names the server '{twice.Key}' more than once");
        }

        return new AgentServers(names, own);
    }

    private void AddOwn(string file, Dictionary<string, FrontMatterValue> servers, List<AgentServer> own)
    {
        foreach (var (name, entry) in servers)
        {
            if (entry.Members is null)
            {
                Error(entry, $"'mcpServers.{name}' must be a map, such as command and args, but is {entry.Kind}");
                continue;
            }

            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                Write(json, entry, key: string.Empty);
            }

            own.Add(new AgentServer(name, JsonElement.Parse(buffer.WrittenSpan), $"{file}:{entry.Line}"));
        }
    }

    // Arguments and variables are texts, also those that look like numbers.
    private static void Write(Utf8JsonWriter json, FrontMatterValue value, string? key)
    {
        if (value.Members is not null)
        {
            json.WriteStartObject();
            foreach (var (name, member) in value.Members)
            {
                json.WritePropertyName(name);
                Write(json, member, name);
            }

            json.WriteEndObject();
        }
        else if (value.Items is not null)
        {
            json.WriteStartArray();
            value.Items.ForEach(item => Write(json, item, key: null));
            json.WriteEndArray();
        }
        else if (value.IsNull)
        {
            json.WriteNullValue();
        }
        else if (value.IsBoolean && key is not null)
        {
            json.WriteBooleanValue(value.Text is "true");
        }
        else if (value.IsNumber && key is "timeout")
        {
            json.WriteRawValue(value.Number!.Value.ToString("R", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteStringValue(value.Text);
        }
    }
}

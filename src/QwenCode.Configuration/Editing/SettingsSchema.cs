using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Configuration.Catalogue;

namespace QwenCode.Configuration.Editing;

/// <summary>The table of settings as a JSON schema, by which editors complete and check a settings file.</summary>
public static class SettingsSchema
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the schema.</summary>
    /// <returns>JSON, with a line break at its end.</returns>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema"u8, "http://json-schema.org/draft-07/schema#"u8);
            json.WriteString("title"u8, "Settings of qwen"u8);
            var root = new Part();
            foreach (var row in SettingsTable.All)
            {
                root.Add(row);
            }

            root.WriteMembers(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>What the schema says of one name: its own row, and the names below it.</summary>
    private sealed class Part
    {
        private readonly SortedDictionary<string, Part> _members = new(StringComparer.Ordinal);
        private Part? _items;
        private SettingKey? _row;

        /// <summary>Puts a row where its key says.</summary>
        /// <param name="row">The row.</param>
        public void Add(SettingKey row)
        {
            var part = this;
            foreach (var name in row.Key.Replace("[]", ".[]", StringComparison.Ordinal).Split('.'))
            {
                if (name == "[]")
                {
                    part = part._items ??= new Part();
                    continue;
                }

                part = part._members.TryGetValue(name, out var member) ? member : part._members[name] = new Part();
            }

            part._row = row;
        }

        /// <summary>Writes the names below as an object's properties; <c>*</c> is any other name.</summary>
        /// <param name="json">The open object.</param>
        public void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "object"u8);
            json.WriteStartObject("properties"u8);
            foreach (var (name, member) in _members)
            {
                if (name != "*")
                {
                    json.WritePropertyName(name);
                    member.Write(json);
                }
            }

            json.WriteEndObject();
            if (_members.TryGetValue("*", out var any))
            {
                json.WritePropertyName("additionalProperties"u8);
                any.Write(json);
            }
        }

        private void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            if (_row is { } row)
            {
                json.WriteString("description"u8, row.IsHonoured ? row.Text : $"No effect here. {row.Text}");
                if (row.Default is { } standard)
                {
                    json.WritePropertyName("default"u8);
                    json.WriteRawValue(standard);
                }
            }

            if (_members.Count > 0)
            {
                WriteMembers(json);
            }
            else
            {
                WriteKinds(json);
            }

            if (_items is not null)
            {
                json.WritePropertyName("items"u8);
                _items.Write(json);
            }

            json.WriteEndObject();
        }

        private void WriteKinds(Utf8JsonWriter json)
        {
            var kind = _row?.Kind ?? SettingKind.None;
            if (_row is { Words.Count: > 0 } row && kind == SettingKind.Text)
            {
                json.WriteStartArray("enum"u8);
                foreach (var word in row.Words)
                {
                    json.WriteStringValue(word);
                }

                json.WriteEndArray();
                return;
            }

            string[] types =
            [
                .. Name(SettingKind.Boolean, "boolean"), .. Name(SettingKind.Text, "string"), .. Name(SettingKind.Number, "number"),
                .. (kind & SettingKind.Number) == 0 ? Name(SettingKind.Whole, "integer") : [],
                .. Name(SettingKind.List | SettingKind.Items, "array"), .. Name(SettingKind.Map, "object"),
            ];
            if (_items is not null && !types.Contains("array"))
            {
                types = [.. types, "array"];
            }

            if (types.Length > 0)
            {
                json.WriteStartArray("type"u8);
                foreach (var type in types)
                {
                    json.WriteStringValue(type);
                }

                json.WriteEndArray();
            }

            Bound(json, "minimum", _row?.Least);
            Bound(json, "maximum", _row?.Most);

            string[] Name(SettingKind wanted, string type) => (kind & wanted) == 0 ? [] : [type];
        }

        private static void Bound(Utf8JsonWriter json, string name, double? value)
        {
            if (value is { } bound)
            {
                json.WriteNumber(name, bound);
            }
        }
    }
}

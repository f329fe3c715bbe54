using System.Text.Json;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// Puts <c>reasoning_details</c> together, which come in pieces by index and are wanted back whole: texts are joined, of everything else
/// what was said last counts.
/// </summary>
internal sealed class ReasoningDetails
{
    private static readonly string[] Joined = ["text", "summary", "data"];

    private readonly List<Dictionary<string, JsonElement>> _entries = [];

    /// <summary>Adds what a chunk says.</summary>
    /// <param name="details">The list of the chunk; anything else is passed over.</param>
    public void Add(JsonElement details)
    {
        if (details.ValueKind is not JsonValueKind.Array)
        {
            return;
        }

        foreach (var entry in details.EnumerateArray())
        {
            if (entry.ValueKind is JsonValueKind.Object)
            {
                AddEntry(entry);
            }
        }
    }

    /// <summary>Returns the whole list, or <c>null</c> if nothing came.</summary>
    public JsonElement? Whole() => _entries.Count == 0 ? null : JsonElement.Parse(WireWriter.Write(
        _entries,
        static (writer, entries) =>
        {
            writer.WriteStartArray();
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                foreach (var (name, value) in entry)
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }));

    private void AddEntry(JsonElement entry)
    {
        var known = entry.TryGetProperty("index", out var index) ? _entries.Find(other => IsSame(other, entry, index)) : null;
        if (known is null)
        {
            _entries.Add(known = new(StringComparer.Ordinal));
        }

        foreach (var member in entry.EnumerateObject())
        {
            var isMore = Array.IndexOf(Joined, member.Name) >= 0 && known.TryGetValue(member.Name, out var before)
                && before.ValueKind is JsonValueKind.String && member.Value.ValueKind is JsonValueKind.String;
            if (isMore)
            {
                known[member.Name] = Join(known[member.Name], member.Value);
            }
            else if (member.Value.ValueKind is not JsonValueKind.Null || !known.ContainsKey(member.Name))
            {
                known[member.Name] = member.Value;
            }
        }
    }

    private static bool IsSame(Dictionary<string, JsonElement> known, JsonElement entry, JsonElement index) =>
        known.TryGetValue("index", out var place) && JsonElement.DeepEquals(place, index)
        && (!entry.TryGetProperty("type", out var type) || !known.TryGetValue("type", out var own) || JsonElement.DeepEquals(own, type));

    private static JsonElement Join(JsonElement before, JsonElement more) => JsonElement.Parse(
        $"\"{JsonEncodedText.Encode(JsonText.PlainText(before) + JsonText.PlainText(more))}\"");
}

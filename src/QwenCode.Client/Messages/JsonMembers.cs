using System.Text.Json;

namespace QwenCode.Client;

/// <summary>Reads members that may be missing, or of another kind than expected.</summary>
internal static class JsonMembers
{
    public static JsonElement Member(this JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static long Whole(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    public static IReadOnlyList<string> Strings(this JsonElement json, string name) =>
        json.Member(name) is not { ValueKind: JsonValueKind.Array } values ? []
            :
            [
                .. values.EnumerateArray().Where(static value => value.ValueKind is JsonValueKind.String)
                    .Select(static value => value.GetString()!),
            ];
}

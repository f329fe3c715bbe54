using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>Reads lists of texts that may be missing, or hold something else.</summary>
internal static class JsonTexts
{
    public static IReadOnlyList<string> Strings(this JsonElement json, string name) =>
        json.Member(name) is not { ValueKind: JsonValueKind.Array } values ? []
            :
            [
                .. values.EnumerateArray().Where(static value => value.ValueKind is JsonValueKind.String)
                    .Select(static value => value.Text()),
            ];
}

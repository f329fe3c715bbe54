using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>The words for kinds of values in error messages.</summary>
internal static class SettingsKinds
{
    public static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}

using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>Returns in one line what a call of a tool that cannot say so itself will do: its name and what it is given.</summary>
internal static class CallDescription
{
    private const int Length = 120;

    public static string Of(Tool tool, JsonElement arguments)
    {
        var json = arguments.GetRawText();
        return $"{tool.Declaration.DisplayName} {(json.Length > Length ? json[..Length] + "…" : json)}";
    }
}

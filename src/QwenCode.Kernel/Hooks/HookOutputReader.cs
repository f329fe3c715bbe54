using System.Text.Json;

namespace QwenCode.Kernel.Hooks;

/// <summary>Understands what a command printed, by its exit code.</summary>
internal static class HookOutputReader
{
    public static HookOutput? FromCommand(int exitCode, string standardOutput, string standardError)
    {
        var text = Clean(exitCode == 2 ? standardError : string.IsNullOrWhiteSpace(standardOutput) ? standardError : standardOutput);
        if (text.Length == 0)
        {
            return null;
        }

        return FromJson(text) ?? exitCode switch
        {
            0 => new HookOutput { Decision = "allow", Reason = "The hook succeeded.", SystemMessage = text },
            1 => new HookOutput { Decision = "allow", Reason = $"Non-blocking error: {text}", SystemMessage = $"Warning: {text}" },
            _ => new HookOutput { Decision = "deny", Reason = text },
        };
    }

    /// <summary>Reads an output object, also one that was written as a string.</summary>
    /// <returns><c>null</c> for everything else.</returns>
    public static HookOutput? FromJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind is JsonValueKind.String)
            {
                using var inner = JsonDocument.Parse(root.GetString()!);
                return inner.RootElement.ValueKind is JsonValueKind.Object ? HookOutput.From(inner.RootElement.Clone()) : null;
            }

            return root.ValueKind is JsonValueKind.Object ? HookOutput.From(root.Clone()) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string Clean(string text) => text.Replace("\0", string.Empty, StringComparison.Ordinal).Trim().Trim('\ufeff');
}

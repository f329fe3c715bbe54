using System.Text.Json;
using System.Text.RegularExpressions;

namespace QwenCode.Models.Tests.Conformance;

/// <summary>What the strictest of the OpenAI-compatible servers accept, as one check of a request.</summary>
internal static partial class StrictServer
{
    /// <summary>Returns why a strict server refuses a request, or <c>null</c> if it does not.</summary>
    public static string? Refusal(JsonElement request)
    {
        HashSet<string> open = [];
        string? previous = null;
        foreach (var (i, message) in request.GetProperty("messages").EnumerateArray().Index())
        {
            var role = message.GetProperty("role").GetString()!;
            if (role is not "tool" && open.Count > 0)
            {
                return $"messages[{i}]: the calls {string.Join(',', open)} have no result";
            }

            if (previous == role && role is "user" or "assistant" && previous == role)
            {
                return $"messages[{i}]: two messages of {role} in a row";
            }

            if (Content(message, role) is { } fault || (role is "tool" && !open.Remove(message.GetProperty("tool_call_id").GetString()!)
                && (fault = "a result without its call") is not null))
            {
                return $"messages[{i}]: {fault}";
            }

            foreach (var call in message.TryGetProperty("tool_calls", out var calls) ? calls.EnumerateArray() : default)
            {
                var function = call.GetProperty("function");
                if (!Name().IsMatch(function.GetProperty("name").GetString()!))
                {
                    return $"messages[{i}]: the name {function.GetProperty("name")}";
                }

                if (JsonElement.Parse(function.GetProperty("arguments").GetString()!).ValueKind is not JsonValueKind.Object)
                {
                    return $"messages[{i}]: arguments that are no object";
                }

                if (!open.Add(call.GetProperty("id").GetString()!))
                {
                    return $"messages[{i}]: the id {call.GetProperty("id")} twice";
                }
            }

            previous = role;
        }

        return open.Count > 0 ? "calls without results" : Tools(request);
    }

    private static string? Content(JsonElement message, string role)
    {
        var content = message.GetProperty("content");
        return content.ValueKind switch
        {
            JsonValueKind.String => null,
            JsonValueKind.Null when message.TryGetProperty("tool_calls", out _) => null,
            JsonValueKind.Array when role is "user" => null,
            JsonValueKind.Array when content.EnumerateArray().All(part => part.GetProperty("type").ValueEquals("text")) => null,
            _ => $"content of {role} that is {content.ValueKind}",
        };
    }

    private static string? Tools(JsonElement request)
    {
        HashSet<string> names = [];
        foreach (var tool in request.TryGetProperty("tools", out var tools) ? tools.EnumerateArray() : default)
        {
            var function = tool.GetProperty("function");
            var name = function.GetProperty("name").GetString()!;
            var parameters = function.GetProperty("parameters");
            if (!Name().IsMatch(name) || !names.Add(name))
            {
                return $"the tool name {name}";
            }

            if (!parameters.TryGetProperty("type", out var type) || !type.ValueEquals("object") || !parameters.TryGetProperty("properties", out _))
            {
                return $"the schema of {name}";
            }
        }

        return null;
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex Name();
}

using System.Text.Json;

namespace QwenCode.Cli.Tests.Support;

/// <summary>A request as the model server got it.</summary>
internal sealed record ModelRequest(string Line, IReadOnlyDictionary<string, string> Headers, string Text)
{
    private readonly JsonElement _body = Text.StartsWith('{') ? JsonElement.Parse(Text) : default;

    public JsonElement Body => _body;

    public IReadOnlyList<JsonElement> Messages => _body.ValueKind is JsonValueKind.Object ? [.. _body.GetProperty("messages").EnumerateArray()] : [];

    public string System => TextOf(Messages.First(static message => RoleOf(message) == "system"));

    public JsonElement Last => Messages[^1];

    public string LastText => TextOf(Last);

    public string LastUserText => TextOf(Messages.Last(static message => RoleOf(message) == "user"));

    /// <summary>Gets the texts of what is said in the user's role.</summary>
    public IReadOnlyList<string> UserTexts => [.. Messages.Where(static message => RoleOf(message) == "user").Select(TextOf)];

    /// <summary>Gets the results of tools, in order.</summary>
    public IReadOnlyList<(string CallId, string Text)> ToolResults =>
        [.. Messages.Where(static message => RoleOf(message) == "tool").Select(static message => (message.GetProperty("tool_call_id").GetString()!, TextOf(message)))];

    public IReadOnlyList<string> ToolNames => _body.TryGetProperty("tools", out var tools)
        ? [.. tools.EnumerateArray().Select(static tool => tool.GetProperty("function").GetProperty("name").GetString()!)]
        : [];

    public static string RoleOf(JsonElement message) => message.GetProperty("role").GetString()!;

    public static string TextOf(JsonElement message) => message.TryGetProperty("content", out var content)
        ? content.ValueKind is JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Select(static part => part.TryGetProperty("text", out var text) ? text.GetString() : string.Empty))
            : content.ToString()
        : string.Empty;
}

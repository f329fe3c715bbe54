using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning;

/// <summary>Reads and writes lists of things to do.</summary>
internal static class TodoList
{
    /// <summary>Reads the list of a call.</summary>
    /// <exception cref="ToolArgumentException">It is no valid list.</exception>
    public static IReadOnlyList<TodoItem> Read(ToolArguments arguments)
    {
        if (!arguments.TryGet("todos", out var todos) || todos.ValueKind is not JsonValueKind.Array)
        {
            throw new ToolArgumentException("Parameter \"todos\" must be an array.");
        }

        var items = new List<TodoItem>(todos.GetArrayLength());
        foreach (var todo in todos.EnumerateArray())
        {
            var id = Text(todo, "id") ?? throw new ToolArgumentException("Each todo must have a non-empty \"id\" string.");
            var content = Text(todo, "content") ?? throw new ToolArgumentException("Each todo must have a non-empty \"content\" string.");
            var status = Text(todo, "status");
            if (status is not ("pending" or "in_progress" or "completed"))
            {
                throw new ToolArgumentException("Each todo must have a valid \"status\" (pending, in_progress, completed).");
            }

            items.Add(new(id, content, status));
        }

        return items.DistinctBy(static item => item.Id).Count() == items.Count
            ? items
            : throw new ToolArgumentException("Todo IDs must be unique within the array.");
    }

    /// <summary>Returns the content of the list's file.</summary>
    public static byte[] ToFile(IReadOnlyList<TodoItem> items, string session)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("todos"u8);
            WriteItems(writer, items);
            writer.WriteString("sessionId"u8, session);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Returns the list as compact JSON for the model.</summary>
    /// <remarks>Angle brackets stay escaped: an item must not be able to end the reminder it stands in.</remarks>
    public static string ToReminder(IReadOnlyList<TodoItem> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) }))
        {
            WriteItems(writer, items);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteItems(Utf8JsonWriter writer, IReadOnlyList<TodoItem> items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writer.WriteString("content"u8, item.Content);
            writer.WriteString("status"u8, item.Status);
            writer.WriteString("id"u8, item.Id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string? Text(JsonElement item, string name) =>
        JsonMembers.Text(item, name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}

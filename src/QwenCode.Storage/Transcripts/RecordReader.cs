using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>Reads the lines of a transcript. What is not known is let through as a link of the chain, never guessed at.</summary>
internal static class RecordReader
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">Its number, counted from 1.</param>
    /// <param name="lost">What of the line cannot be read, or <c>null</c> if that is nothing.</param>
    /// <returns><c>null</c> if it is no record.</returns>
    public static StoredRecord? Read(ReadOnlyMemory<byte> line, int number, out string? lost)
    {
        lost = null;
        try
        {
            using var document = JsonDocument.Parse(SoundLine.Of(line));
            var record = document.RootElement;
            if (record.Text("uuid"u8) is not { } uuid)
            {
                lost = record.ValueKind is JsonValueKind.Object ? "it has no uuid" : "it is no object";
                return null;
            }

            var type = record.Text("type"u8);
            var subtype = record.Text("subtype"u8);
            TranscriptEntry? entry = (type, subtype) switch
            {
                ("user", _) => ReadUser(record, subtype),
                ("assistant", _) => ReadAssistant(record),
                ("tool_result", _) => ReadResult(record),
                ("system", "chat_compression") => ReadCompression(record),
                ("system", "custom_title") => ReadTitle(record),
                _ => null,
            };
            IReadOnlyList<ChatMessage> messages = entry switch
            {
                UserEntry user => [user.Message],
                AssistantEntry assistant => [assistant.Message],
                ToolResultEntry when PartReader.ReadMessage(record.Object("message"u8)) is { } message => [PartReader.GatherMedia(message)],
                CompressionEntry compression => compression.Messages,
                _ => [],
            };
            if (messages.Count == 0 && type is "user" or "assistant" or "tool_result")
            {
                lost = "its message holds nothing that can be read";
            }
            else if (PartReader.UnknownParts(record.Object("message"u8)) is { Length: > 0 } unknown)
            {
                lost = $"parts of a kind that is not known here ({unknown}) are left out of its message";
            }

            return new StoredRecord(
                uuid, record.Text("parentUuid"u8), number, TimeOf(record) ?? default, entry, messages, entry is CompressionEntry);
        }
        catch (JsonException exception)
        {
            lost = $"it is not valid JSON (at byte {exception.BytePositionInLine ?? 0})";
            return null;
        }
    }

    /// <summary>Returns the id of a record, or <c>null</c> if the line is none.</summary>
    public static string? UuidOf(ReadOnlyMemory<byte> line) => Peek(line, static record => record.Text("uuid"u8));

    /// <summary>Returns the working directory that a record names, or <c>null</c> if it names none.</summary>
    public static string? DirectoryOf(ReadOnlyMemory<byte> line) => Peek(line, static record => record.Text("cwd"u8));

    /// <summary>Returns the title a line sets, or <c>null</c> if it sets none.</summary>
    public static TitleEntry? TitleOf(ReadOnlyMemory<byte> line) =>
        Peek(line, static record => record.Text("subtype"u8) is "custom_title" ? ReadTitle(record) : null);

    /// <summary>Returns the task whose end a line reports to an agent, or <c>null</c> if it reports none.</summary>
    public static string? NotifiedTask(ReadOnlyMemory<byte> line) => Peek(line, static record =>
    {
        if (record.Text("type"u8) is not "user" || record.Text("subtype"u8) is not "notification"
            || record.Object("message"u8)?.Array("parts"u8) is not { } parts || parts.GetArrayLength() == 0
            || parts[0].Text("text"u8) is not { } text)
        {
            return null;
        }

        const string open = "<task-id>";
        var start = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = text.IndexOf("</task-id>", StringComparison.Ordinal);
        return start < open.Length || end < start ? null : text[start..end].Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);
    });

    /// <summary>Returns the time of a record.</summary>
    public static DateTimeOffset? TimeOf(JsonElement record) =>
        DateTimeOffset.TryParse(record.Text("timestamp"u8), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at : null;

    private static T? Peek<T>(ReadOnlyMemory<byte> line, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var record = JsonDocument.Parse(SoundLine.Of(line));
            return read(record.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static UserEntry? ReadUser(JsonElement record, string? subtype)
    {
        var origin = subtype switch
        {
            "notification" => UserEntryOrigin.Notification,
            "cron" => UserEntryOrigin.Cron,
            _ => UserEntryOrigin.Prompt,
        };
        return PartReader.ReadMessage(record.Object("message"u8)) is { } message
            ? new UserEntry(message, origin, record.Object("systemPayload"u8)?.Text("displayText"u8))
            : null;
    }

    private static AssistantEntry? ReadAssistant(JsonElement record) =>
        PartReader.ReadMessage(record.Object("message"u8), OriginOf(record)) is { } message
        ? new AssistantEntry(message, record.Text("model"u8) ?? string.Empty, ReadUsage(record.Object("usageMetadata"u8)))
        : null;

    /// <summary>Reads which model an answer came from. Other programs say nothing of the protocol.</summary>
    private static ModelOrigin? OriginOf(JsonElement json) =>
        json.Text("model"u8) is { } model ? new ModelOrigin(json.Text("provider"u8) ?? string.Empty, model) : null;

    private static UsageDetails? ReadUsage(JsonElement? usage) => usage is not { } counts ? null : new UsageDetails
    {
        InputTokenCount = counts.Whole("promptTokenCount"u8),
        OutputTokenCount = counts.Whole("candidatesTokenCount"u8),
        TotalTokenCount = counts.Whole("totalTokenCount"u8),
        CachedInputTokenCount = counts.Whole("cachedContentTokenCount"u8),
        ReasoningTokenCount = counts.Whole("thoughtsTokenCount"u8),
    };

    private static ToolResultEntry? ReadResult(JsonElement record)
    {
        if (PartReader.ReadMessage(record.Object("message"u8)) is not { } message
            || PartReader.GatherMedia(message).Contents.OfType<FunctionResultContent>().FirstOrDefault() is not { } result)
        {
            return null;
        }

        var outcome = record.Object("toolCallResult"u8);
        var response = record.Object("message"u8)?.Array("parts"u8)?.EnumerateArray()
            .Select(static part => part.Object("functionResponse"u8)).FirstOrDefault(static response => response is not null);
        var failed = response?.Object("response"u8)?.TryGetProperty("error"u8, out _) ?? false;
        var text = PartReader.TextOf(result);
        return new ToolResultEntry(
            result.CallId.Length > 0 ? result.CallId : outcome?.Text("callId"u8) ?? string.Empty,
            response?.Text("name"u8) ?? string.Empty,
            outcome?.Text("status"u8) ?? (failed ? "error" : "success"),
            text,
            new ToolResult
            {
                Content = result.Result is IReadOnlyList<AIContent> parts ? ToolContent.FromParts(parts) : text,
                Display = outcome is { } shown ? DisplayJson.Read(shown) : null,
                Error = outcome?.Text("errorType"u8) is { } type
                    ? new ToolError(type, outcome?.Object("error"u8)?.Text("message"u8) ?? text) : null,
            },
            TimeSpan.FromMilliseconds(outcome?.Whole("durationMs"u8) ?? 0));
    }

    private static CompressionEntry? ReadCompression(JsonElement record)
    {
        if (record.Object("systemPayload"u8)?.Array("compressedHistory"u8) is not { } history)
        {
            return null;
        }

        var messages = new List<HistoryMessage>();
        var origins = record.Object("systemPayload"u8)?.Array("origins"u8);
        var place = 0;
        foreach (var content in history.EnumerateArray())
        {
            var origin = origins is { } known && place < known.GetArrayLength() ? OriginOf(known[place]) : null;
            place++;
            if (PartReader.ReadMessage(content, origin) is { } message)
            {
                messages.Add(message);
            }
        }

        var info = record.Object("systemPayload"u8)?.Object("info"u8);
        return new CompressionEntry(messages, info?.Whole("originalTokenCount"u8) ?? 0, info?.Whole("newTokenCount"u8) ?? 0);
    }

    private static TitleEntry? ReadTitle(JsonElement record) => record.Object("systemPayload"u8)?.Text("customTitle"u8) is { } title
        ? new TitleEntry(title, record.Object("systemPayload"u8)?.Text("titleSource"u8) is "auto")
        : null;
}

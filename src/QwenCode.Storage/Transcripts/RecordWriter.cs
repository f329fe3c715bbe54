using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Storage.Json;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>Writes records in the shape that qwen-code writes and reads.</summary>
internal static class RecordWriter
{
    /// <summary>Writes a record.</summary>
    public static void Write(
        Utf8JsonWriter writer, RecordHeader header, TranscriptEntry entry, string uuid, string? parent, DateTimeOffset at)
    {
        writer.WriteStartObject();
        writer.WriteString("uuid"u8, uuid);
        writer.WriteString("parentUuid"u8, parent);
        writer.WriteString("sessionId"u8, header.Session.Value);
        writer.WriteString("timestamp"u8, Format(at));
        var (type, subtype) = KindOf(entry);
        writer.WriteString("type"u8, type);
        if (subtype is not null)
        {
            writer.WriteString("subtype"u8, subtype);
        }

        writer.WriteText("cwd"u8, header.Directory);
        writer.WriteString("version"u8, header.Version);
        if (header.GitBranch.Value is { } branch)
        {
            writer.WriteText("gitBranch"u8, branch);
        }

        if (header.Agent is { } agent)
        {
            writer.WriteText("agentId"u8, agent.Id.Value);
            writer.WriteText("agentName"u8, agent.Type);
            if (agent.Color is { } color)
            {
                writer.WriteText("agentColor"u8, color);
            }

            writer.WriteBoolean("isSidechain"u8, true);
        }

        WritePayload(writer, entry);
        writer.WriteEndObject();
    }

    /// <summary>Returns a time as records hold it.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static (string Type, string? Subtype) KindOf(TranscriptEntry entry) => entry switch
    {
        UserEntry { Origin: UserEntryOrigin.Notification } => ("user", "notification"),
        UserEntry { Origin: UserEntryOrigin.Cron } => ("user", "cron"),
        UserEntry => ("user", null),
        AssistantEntry => ("assistant", null),
        ToolResultEntry => ("tool_result", null),
        CompressionEntry => ("system", "chat_compression"),
        TitleEntry => ("system", "custom_title"),
        RewindEntry => ("system", "rewind"),
        _ => throw new ArgumentException($"There is no form for a record of the type {entry.GetType().Name}.", nameof(entry)),
    };

    private static void WritePayload(Utf8JsonWriter writer, TranscriptEntry entry)
    {
        switch (entry)
        {
            case UserEntry user:
                writer.WritePropertyName("message"u8);
                PartWriter.WriteMessage(writer, user.Message);
                if (user.DisplayText is { } display)
                {
                    writer.WriteStartObject("systemPayload"u8);
                    writer.WriteText("displayText"u8, display);
                    writer.WriteEndObject();
                }

                break;
            case AssistantEntry assistant:
                writer.WriteText("model"u8, assistant.Model);
                if (assistant.Message.Origin is { Protocol.Length: > 0 } origin)
                {
                    writer.WriteText("provider"u8, origin.Protocol);
                }

                writer.WritePropertyName("message"u8);
                PartWriter.WriteMessage(writer, assistant.Message);
                if (assistant.Usage is { } usage)
                {
                    WriteUsage(writer, usage);
                }

                break;
            case ToolResultEntry result:
                PartWriter.WriteResultMessage(writer, result);
                WriteToolCallResult(writer, result);
                break;
            case CompressionEntry compression:
                WriteCompression(writer, compression);
                break;
            case RewindEntry:
                writer.WriteStartObject("systemPayload"u8);
                writer.WriteEndObject();
                break;
            case TitleEntry title:
                writer.WriteStartObject("systemPayload"u8);
                writer.WriteText("customTitle"u8, title.Title);
                writer.WriteString("titleSource"u8, title.IsAutomatic ? "auto"u8 : "manual"u8);
                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteUsage(Utf8JsonWriter writer, UsageDetails usage)
    {
        writer.WriteStartObject("usageMetadata"u8);
        WriteCount(writer, "promptTokenCount"u8, usage.InputTokenCount);
        WriteCount(writer, "candidatesTokenCount"u8, usage.OutputTokenCount);
        WriteCount(writer, "thoughtsTokenCount"u8, usage.ReasoningTokenCount);
        WriteCount(writer, "totalTokenCount"u8, usage.TotalTokenCount);
        WriteCount(writer, "cachedContentTokenCount"u8, usage.CachedInputTokenCount);
        writer.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? count)
    {
        if (count is { } known)
        {
            writer.WriteNumber(name, known);
        }
    }

    private static void WriteToolCallResult(Utf8JsonWriter writer, ToolResultEntry entry)
    {
        writer.WriteStartObject("toolCallResult"u8);
        writer.WriteText("callId"u8, entry.CallId);
        writer.WriteText("status"u8, entry.Status);
        if (entry.Result?.Display is { } display)
        {
            DisplayJson.Write(writer, display);
        }

        if (entry.Result?.Error is { } error)
        {
            // The reference's own value here is what its language makes of an exception: an object without members. The text is a
            // member more.
            writer.WriteStartObject("error"u8);
            writer.WriteText("message"u8, error.Message);
            writer.WriteEndObject();
            writer.WriteText("errorType"u8, error.Type);
        }

        writer.WriteNumber("durationMs"u8, (long)entry.Duration.TotalMilliseconds);
        writer.WriteEndObject();
    }

    private static void WriteCompression(Utf8JsonWriter writer, CompressionEntry compression)
    {
        writer.WriteStartObject("systemPayload"u8);
        writer.WriteStartObject("info"u8);
        writer.WriteNumber("originalTokenCount"u8, compression.TokensBefore);
        writer.WriteNumber("newTokenCount"u8, compression.TokensAfter);
        writer.WriteNumber("compressionStatus"u8, 1);
        writer.WriteEndObject();
        writer.WriteStartArray("compressedHistory"u8);
        var toolNames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var message in compression.Messages)
        {
            foreach (var call in message.Contents.OfType<FunctionCallContent>())
            {
                toolNames[call.CallId] = call.Name;
            }

            PartWriter.WriteMessage(writer, message, toolNames);
        }

        writer.WriteEndArray();
        if (compression.Messages.Any(static message => message.Origin is not null))
        {
            WriteOrigins(writer, compression.Messages);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes where the messages came from, beside them: in them, other programs would send it to their provider.</summary>
    private static void WriteOrigins(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages)
    {
        writer.WriteStartArray("origins"u8);
        foreach (var message in messages)
        {
            if ((message as HistoryMessage)?.Origin is not { } origin)
            {
                writer.WriteNullValue();
                continue;
            }

            writer.WriteStartObject();
            writer.WriteText("provider"u8, origin.Protocol);
            writer.WriteText("model"u8, origin.Model);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCP9005 // Logging goes with the newest revision of the protocol, but clients of the older ones go by it.

namespace QwenCode.Cli.Serving;

/// <summary>
/// What a client is told in its log. Until it sets a level it gets notices and worse; how its calls come along it gets only if it asks.
/// </summary>
internal sealed class ClientLog(Outbox outbox)
{
    private static readonly JsonTypeInfo<LoggingMessageNotificationParams> Message =
        (JsonTypeInfo<LoggingMessageNotificationParams>)McpJsonUtilities.DefaultOptions
            .GetTypeInfo(typeof(LoggingMessageNotificationParams));

    /// <summary>Gets or sets the least level that the client gets.</summary>
    public LoggingLevel Level { get; set; } = LoggingLevel.Notice;

    /// <summary>Writes a sentence.</summary>
    public void Write(LoggingLevel level, string logger, string text, McpServer server, bool mayBeLost = false) =>
        Write(level, logger, writer => writer.WriteStringValue(text), server, mayBeLost);

    /// <summary>Writes data.</summary>
    public void Write(LoggingLevel level, string logger, Action<Utf8JsonWriter> data, McpServer server, bool mayBeLost = false)
    {
        if (level < Level)
        {
            return;
        }

        var message = new LoggingMessageNotificationParams { Level = level, Logger = logger, Data = Json.Of(data) };
        outbox.Post(
            () => server.SendNotificationAsync(
                NotificationMethods.LoggingMessageNotification, message, McpJsonUtilities.DefaultOptions), mayBeLost);
    }
}

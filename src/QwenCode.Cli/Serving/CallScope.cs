using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using QwenCode.Mcp.Serving;
using QwenCode.Platform.Text;
using QwenCode.Tools;

#pragma warning disable MCP9005 // Logging goes with the newest revision of the protocol, but clients of the older ones go by it.

namespace QwenCode.Cli.Serving;

/// <summary>A call of a client while it runs: where its progress and its questions go.</summary>
/// <param name="id">The call's id in the session.</param>
/// <param name="server">The server as the request sees it: what it sends goes the way of the request's answer.</param>
/// <param name="token">What the client wants progress under; <c>null</c> if it wants none.</param>
/// <param name="log">The client's log.</param>
/// <param name="outbox">Sends, in order.</param>
internal sealed class CallScope(string id, McpServer server, ProgressToken? token, ClientLog log, Outbox outbox)
{
    private const int LongestMessage = 200;

    private readonly Lock _gate = new();
    private float _last = -1;

    /// <summary>Gets the call's id in the session.</summary>
    public string Id => id;

    /// <summary>Gets the server as the request sees it.</summary>
    public McpServer Server => server;

    /// <summary>Gets or sets the id of the task that the call started.</summary>
    public string? TaskId { get; set; }

    /// <summary>Tells the client what a tool shows of its work.</summary>
    public void Report(ToolProgress progress)
    {
        switch (progress)
        {
            case StepProgress step:
                Send(step.Message, (float)step.Progress, (float?)step.Total);
                break;
            case OutputProgress output:
                Say(output.Text.TrimEnd() is var text && text.LastIndexOf('\n') is >= 0 and var end ? text[(end + 1)..] : text);
                break;
        }
    }

    /// <summary>Tells the client what is being done now.</summary>
    public void Say(string message) => Send(message, null, null);

    private void Send(string? message, float? progress, float? total)
    {
        var text = message is { Length: > 0 } ? ServedContent.Sound(TextCut.Head(message.ReplaceLineEndings(" "), LongestMessage)) : null;
        if (token is not { } asked)
        {
            if (text is not null)
            {
                log.Write(LoggingLevel.Info, "tools", text, server, mayBeLost: true);
            }

            return;
        }

        ProgressNotificationValue value;
        lock (_gate)
        {
            // It has to grow, whatever a tool reports.
            var next = progress ?? (_last < 0 ? 0 : _last + 1);
            if (next <= _last)
            {
                return;
            }

            _last = next;
            value = new() { Progress = next, Total = total, Message = text };
        }

        outbox.Post(() => server.NotifyProgressAsync(asked, value), mayBeLost: true);
    }
}

#pragma warning disable MCP9005 // Deprecated by the newest revision of the protocol, but what servers of the older ones ask by.
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Connections;
using QwenCode.Mcp.Tools;
using QwenCode.Models;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Mcp.Sampling;

/// <summary>
/// Answers what a server asks the model while one of its tools runs, by the model of the agent that called it: the tokens are that agent's,
/// and the user is asked first, unless the server is trusted. Nothing of the conversation is sent along.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="tell">Takes what people should know.</param>
internal sealed class SamplingRequests(McpServer server, Action<string> tell)
{
    private const int MaxPerCall = 10;
    private const int MaxAnswerTokens = 8192;
    private const int MaxText = 256 * 1024;
    private const int MaxMedia = 10 * 1024 * 1024;
    private const int MaxShown = 2_000;
    private const McpErrorCode Refused = (McpErrorCode)(-1);

    private readonly Lock _gate = new();
    private readonly List<RunningCall> _calls = [];
    private int _denied;

    /// <summary>Lets the server ask the model of a call, until what it returns is disposed.</summary>
    /// <param name="context">The call.</param>
    public IDisposable Follow(ToolContext context)
    {
        var call = new RunningCall(this, context);
        lock (_gate)
        {
            _calls.Add(call);
        }

        return call;
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="McpProtocolException">It is refused, or the model cannot answer.</exception>
    public async ValueTask<CreateMessageResult> AnswerAsync(CreateMessageRequestParams? request, CancellationToken cancellationToken)
    {
        var messages = Messages(request);
        var (context, count) = Take();
        if (context?.Services?.GetService(typeof(IChatClient)) is not IChatClient model)
        {
            throw Deny("it asked without a call of one of its tools", "The model is asked only while a tool runs that one session called.");
        }

        if (count > MaxPerCall)
        {
            throw Deny($"it asked more than {MaxPerCall} times within a call", $"There are {MaxPerCall} requests for each call.");
        }

        if (!server.IsTrusted && !await AskUserAsync(context, messages, cancellationToken).ConfigureAwait(false))
        {
            throw Deny("nobody allowed it; \"trust\" in the server's entry would", "User rejected sampling request");
        }

        var options = new ChatOptions
        {
            MaxOutputTokens = Math.Min(request!.MaxTokens, MaxAnswerTokens),
            Temperature = request.Temperature,
            StopSequences = request.StopSequences is { Count: > 0 } stops ? [.. stops] : null,
        };
        try
        {
            var answer = await model.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            return new CreateMessageResult
            {
                Content = [new TextContentBlock { Text = answer.Text }],
                Model = answer.ModelId ?? "unknown",
                StopReason = answer.FinishReason == ChatFinishReason.Length ? "maxTokens" : "endTurn",
            };
        }
        catch (ModelException exception)
        {
            tell($"MCP server '{server.Name}' asked the model, which could not answer: {exception.Message}");
            throw new McpProtocolException("The model could not answer.", McpErrorCode.InternalError);
        }
    }

    private static List<ChatMessage> Messages(CreateMessageRequestParams? request)
    {
        if (request is not { Messages.Count: > 0, MaxTokens: > 0 })
        {
            throw Invalid("There must be messages, and maxTokens above 0.");
        }

        if (request.Tools is { Count: > 0 })
        {
            throw Invalid("Tools are not supported in requests to the model.");
        }

        var messages = new List<ChatMessage>();
        if (!string.IsNullOrEmpty(request.SystemPrompt))
        {
            messages.Add(new ChatMessage(ChatRole.System, request.SystemPrompt));
        }

        foreach (var message in request.Messages)
        {
            if (message.Content.Any(static block => block is not (TextContentBlock or ImageContentBlock or AudioContentBlock)))
            {
                throw Invalid("Messages hold text, images and audio only.");
            }

            messages.Add(new ChatMessage(
                message.Role is Role.Assistant ? ChatRole.Assistant : ChatRole.User, ContentParts.Of(message.Content, "The server")));
        }

        var contents = messages.SelectMany(static message => message.Contents).ToList();
        return contents.OfType<TextContent>().Sum(static text => (long)text.Text.Length) <= MaxText
            && contents.OfType<DataContent>().Sum(static data => (long)data.Data.Length) <= MaxMedia
            ? messages : throw Invalid($"A request holds at most {MaxText} characters of text and {MaxMedia} bytes of media.");
    }

    // Several calls of one session may run at once, and any of them may be meant; those of several sessions have several models.
    private (ToolContext? Context, int Count) Take()
    {
        lock (_gate)
        {
            return _calls.Count == 0 || _calls.Exists(call => call.Context.Session != _calls[0].Context.Session)
                ? (null, 0) : (_calls[^1].Context, _calls[^1].Count += 1);
        }
    }

    private async ValueTask<bool> AskUserAsync(ToolContext context, List<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var text = TextCut.Head(string.Join('\n', messages.Select(static message => $"{message.Role.Value}: {message.Text}")), MaxShown);
        return context.AskUserAsync is { } ask && await ask(
            new InfoConfirmation($"MCP server '{server.Name}' wants to ask the model", text, []), cancellationToken).ConfigureAwait(false);
    }

    private McpProtocolException Deny(string why, string answer)
    {
        // Said once: a server that is refused asks again.
        if (Interlocked.Exchange(ref _denied, 1) == 0)
        {
            tell($"MCP server '{server.Name}' wanted to ask the model, and was refused: {why}.");
        }

        return new McpProtocolException(answer, Refused);
    }

    private static McpProtocolException Invalid(string message) => new(message, McpErrorCode.InvalidParams);

    private sealed class RunningCall(SamplingRequests owner, ToolContext context) : IDisposable
    {
        public ToolContext Context => context;

        public int Count { get; set; }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._calls.Remove(this);
            }
        }
    }
}

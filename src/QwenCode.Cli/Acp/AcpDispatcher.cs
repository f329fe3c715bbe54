using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;

namespace QwenCode.Cli.Acp;

/// <summary>Does what the messages of a client ask for.</summary>
internal sealed class AcpDispatcher(AcpSessions sessions, JsonRpcPeer peer)
{
    private readonly Dictionary<string, (AcpSession Session, long Number)> _prompts = [];
    private long _count;
    private readonly Lock _gate = new();

    /// <summary>Takes a notification; an unknown one is ignored, as the protocol wants.</summary>
    public void Notify(JsonRpcMessage message)
    {
        switch (message.Method)
        {
            case "session/cancel" when sessions.Find(message.Parameters.Text("sessionId"u8)) is { } session:
                session.Cancel();
                break;
            case "$/cancel_request" when message.Parameters.Member("requestId"u8) is { ValueKind: not JsonValueKind.Undefined } id:
                Latest(id.GetRawText())?.Cancel();
                break;
        }
    }

    // A later prompt has cancelled those before it already, and is not meant.
    private AcpSession? Latest(string key)
    {
        lock (_gate)
        {
            return _prompts.TryGetValue(key, out var one)
                && !_prompts.Values.Any(other => other.Session == one.Session && other.Number > one.Number) ? one.Session : null;
        }
    }

    /// <summary>Meets a request, and answers it.</summary>
    /// <exception cref="JsonRpcException">It cannot be met.</exception>
    public async Task DispatchAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        var (id, parameters) = (message.Id, message.Parameters);
        switch (message.Method)
        {
            case "initialize":
                sessions.Client = AcpClient.Read(parameters);
                peer.Result(id, AcpMethods.WriteInitialize);
                break;
            case "authenticate":
                RequireKnown(parameters.Text("methodId"u8));
                peer.Result(id, static _ => { });
                break;
            case "session/new":
                Opened(id, await Task.Run(() => sessions.NewAsync(parameters, cancellationToken), cancellationToken)
                    .ConfigureAwait(false), isNew: true);
                break;
            case "session/load" or "session/resume":
                var isShown = message.Method is "session/load";
                Opened(id, await Task.Run(() => sessions.LoadAsync(parameters, isShown, cancellationToken), cancellationToken)
                    .ConfigureAwait(false), isNew: false);
                break;
            case "session/list":
                peer.Result(id, await Task.Run(() => sessions.ListAsync(parameters, cancellationToken), cancellationToken)
                    .ConfigureAwait(false));
                break;
            case "session/close":
                await sessions.CloseAsync(Session(parameters), cancellationToken).ConfigureAwait(false);
                peer.Result(id, static _ => { });
                break;
            case "session/prompt":
                var reason = await PromptAsync(id, parameters, cancellationToken).ConfigureAwait(false);
                peer.Result(id, json => json.WriteString("stopReason"u8, reason));
                break;
            case "session/set_mode":
                Session(parameters).SetMode(parameters.Text("modeId"u8));
                peer.Result(id, static _ => { });
                break;
            case "session/set_model":
                Session(parameters).SetModel(parameters.Text("modelId"u8));
                peer.Result(id, static _ => { });
                break;
            case "session/set_config_option":
                peer.Result(id, SetOption(parameters).WriteOptions);
                break;
            case "getAccountInfo":
                var asked = sessions.Find(parameters.Text("sessionId"u8)) ?? sessions.Any
                    ?? throw JsonRpcException.InvalidParams("No session is open.");
                peer.Result(id, json => AcpMethods.WriteAccount(json, asked));
                break;
            default:
                throw new JsonRpcException(JsonRpcErrorCode.MethodNotFound, "Method not found")
                {
                    MoreData = json => json.WriteString("method"u8, message.Method),
                };
        }
    }

    private async Task<string> PromptAsync(JsonElement id, JsonElement parameters, CancellationToken cancellationToken)
    {
        var name = parameters.Text("sessionId"u8);
        var session = sessions.Find(name) ?? throw JsonRpcException.Internal($"Session not found: {name}");
        var key = id.GetRawText();
        lock (_gate)
        {
            _prompts[key] = (session, ++_count);
        }

        try
        {
            return await session.PromptAsync(AcpPrompt.Read(parameters.Member("prompt"u8)), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _prompts.Remove(key);
            }
        }
    }

    private AcpSessionState SetOption(JsonElement parameters)
    {
        var session = Session(parameters);
        switch (parameters.Text("configId"u8))
        {
            case "mode":
                session.SetMode(parameters.Text("value"u8));
                break;
            case "model":
                session.SetModel(parameters.Text("value"u8));
                break;
            case var other:
                throw JsonRpcException.InvalidParams($"There is no option '{other}'; it must be one of: mode, model.");
        }

        return session.State;
    }

    private void Opened(JsonElement id, AcpSession session, bool isNew)
    {
        var state = session.State;
        peer.Result(id, json =>
        {
            if (isNew)
            {
                json.WriteString("sessionId"u8, session.Id);
            }

            state.Write(json);
        });
        session.ShowCommands();
    }

    private AcpSession Session(JsonElement parameters)
    {
        var id = parameters.Text("sessionId"u8);
        return sessions.Find(id) ?? throw JsonRpcException.InvalidParams($"Session not found: {id}");
    }

    private static void RequireKnown(string? method)
    {
        if (method is not AcpMethods.AuthenticationMethod)
        {
            throw JsonRpcException.InvalidParams(
                $"There is no way to authenticate called '{method}'; it must be {AcpMethods.AuthenticationMethod}.");
        }
    }
}

using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>The terminals of an editor, asked for over its connection.</summary>
/// <param name="peer">The client.</param>
/// <param name="session">The session that asks.</param>
/// <param name="hidden">The variables that commands may not see. The editor may have them, so they are set to nothing.</param>
/// <param name="warn">Tells the user that commands run elsewhere after all.</param>
public sealed class AcpTerminals(JsonRpcPeer peer, string session, IReadOnlySet<string> hidden, Action<string> warn) : IClientTerminals
{
    private int _isMissing;

    /// <inheritdoc/>
    public async ValueTask<IClientTerminal?> StartAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _isMissing) != 0)
        {
            return null;
        }

        // The question is not withdrawn: the editor may have started the command by then, and nothing would say so.
        var opening = peer.RequestAsync("terminal/create", json => Write(json, command), CancellationToken.None).AsTask();
        try
        {
            var result = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            return result.Text("terminalId"u8) is { Length: > 0 } id
                ? new AcpTerminal(peer, session, id) : throw new IOException("The client opened a terminal and did not name it.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = opening.ContinueWith(GiveBack, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        catch (JsonRpcException exception) when (exception.Code is JsonRpcErrorCode.MethodNotFound)
        {
            if (Interlocked.Exchange(ref _isMissing, 1) == 0)
            {
                warn("The editor offers terminals and has none: commands run without them.");
            }

            return null;
        }
        catch (JsonRpcException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private void GiveBack(Task<JsonElement> late)
    {
        if (late.IsCompletedSuccessfully && late.Result.Text("terminalId"u8) is { Length: > 0 } id)
        {
            new AcpTerminal(peer, session, id).Dispose();
        }
    }

    private void Write(Utf8JsonWriter json, ClientCommand command)
    {
        json.WriteString("sessionId"u8, session);
        json.WriteString("command"u8, command.Program);
        json.WriteStartArray("args"u8);
        foreach (var argument in command.Arguments)
        {
            json.WriteStringValue(argument);
        }

        json.WriteEndArray();
        json.WriteStartArray("env"u8);
        foreach (var (name, value) in command.Environment)
        {
            if (!hidden.Contains(name))
            {
                Variable(json, name, value);
            }
        }

        foreach (var name in hidden)
        {
            Variable(json, name, string.Empty);
        }

        json.WriteEndArray();
        json.WriteString("cwd"u8, command.Directory);
        json.WriteNumber("outputByteLimit"u8, command.MaxOutput);
    }

    private static void Variable(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("value"u8, value);
        json.WriteEndObject();
    }
}

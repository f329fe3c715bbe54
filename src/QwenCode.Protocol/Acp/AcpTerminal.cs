using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>One terminal of an editor.</summary>
/// <param name="peer">The client.</param>
/// <param name="session">The session that has it.</param>
/// <param name="id">The client's name for it.</param>
internal sealed class AcpTerminal(JsonRpcPeer peer, string session, string id) : IClientTerminal
{
    private int _isReleased;

    public string Id => id;

    public async ValueTask<ClientExit> WaitAsync(CancellationToken cancellationToken) =>
        Exit(await AskAsync("terminal/wait_for_exit", cancellationToken).ConfigureAwait(false));

    public async ValueTask<ClientOutput> ReadAsync(CancellationToken cancellationToken)
    {
        var result = await AskAsync("terminal/output", cancellationToken).ConfigureAwait(false);
        return new ClientOutput(
            result.Text("output"u8) ?? throw new IOException("The client answered without an output."),
            result.IsTrue("truncated"u8),
            result.Object("exitStatus"u8) is { } status ? Exit(status) : null);
    }

    public async ValueTask KillAsync(CancellationToken cancellationToken) =>
        await AskAsync("terminal/kill", cancellationToken).ConfigureAwait(false);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            // Nothing depends on the answer.
            _ = peer.RequestAsync("terminal/release", Write, CancellationToken.None).AsTask();
        }
    }

    // Codes of the protocol are unsigned; large ones of Windows are negative here, as they are for a process of our own.
    private static ClientExit Exit(JsonElement json) => new(
        json.Whole("exitCode"u8) is >= 0 and <= uint.MaxValue and var code ? unchecked((int)(uint)code) : null,
        json.Text("signal"u8) is { Length: > 0 } signal ? signal : null);

    private void Write(Utf8JsonWriter json)
    {
        json.WriteString("sessionId"u8, session);
        json.WriteString("terminalId"u8, id);
    }

    private async ValueTask<JsonElement> AskAsync(string method, CancellationToken cancellationToken)
    {
        try
        {
            return await peer.RequestAsync(method, Write, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonRpcException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}

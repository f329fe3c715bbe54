using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>The files of an editor, unsaved changes included, asked for over its connection.</summary>
/// <param name="peer">The client.</param>
/// <param name="client">What it can do.</param>
/// <param name="session">The session that asks.</param>
public sealed class AcpFiles(JsonRpcPeer peer, AcpClient client, string session) : IClientFiles
{
    /// <inheritdoc/>
    public bool CanRead => client.CanRead;

    /// <inheritdoc/>
    public bool CanWrite => client.CanWrite;

    /// <inheritdoc/>
    public async ValueTask<string> ReadTextAsync(string path, int? line, int? limit, CancellationToken cancellationToken)
    {
        var result = await AskAsync(
            "fs/read_text_file",
            json =>
            {
                json.WriteString("sessionId"u8, session);
                json.WriteString("path"u8, path);
                if (line is > 0)
                {
                    // The protocol counts lines from 1.
                    json.WriteNumber("line"u8, line.Value + 1);
                }

                if (limit is not null)
                {
                    json.WriteNumber("limit"u8, limit.Value);
                }
            },
            path,
            cancellationToken).ConfigureAwait(false);
        return result.Text("content"u8) ?? throw new IOException($"The client answered the reading of {path} without a content.");
    }

    /// <inheritdoc/>
    public async ValueTask WriteTextAsync(string path, string content, CancellationToken cancellationToken) =>
        await AskAsync(
            "fs/write_text_file",
            json =>
            {
                json.WriteString("sessionId"u8, session);
                json.WriteString("path"u8, path);
                json.WriteString("content"u8, content);
            },
            path,
            cancellationToken).ConfigureAwait(false);

    private async ValueTask<JsonElement> AskAsync(
        string method, Action<Utf8JsonWriter> parameters, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await peer.RequestAsync(method, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonRpcException exception) when (exception.Code is JsonRpcErrorCode.ResourceNotFound)
        {
            throw new FileNotFoundException($"The client has no file {path}.", path);
        }
        catch (JsonRpcException exception)
        {
            throw new IOException($"The client failed on {path}: {exception.Message}", exception);
        }
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.StreamJson;

namespace QwenCode.Protocol.Control;

/// <summary>Asks the host on the other side of the control channel, and finds the question to each answer.</summary>
/// <param name="writer">Writes the questions.</param>
/// <param name="time">The clock.</param>
public sealed class HostChannel(ControlWriter writer, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _open = new();
    private volatile bool _isClosed;

    /// <summary>Gets how long the host may take to answer, if nothing else is said.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long the host may take to decide about a call.</summary>
    /// <value>The default is <see cref="Timeout"/>.</value>
    public TimeSpan PermissionTimeout { get; set; } = Timeout;

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="body">Writes the members of the request.</param>
    /// <param name="cancellationToken">Abandons the question.</param>
    /// <param name="patience">How long the host may take; <c>null</c> is <see cref="Timeout"/>.</param>
    /// <returns>The answer; an empty element if the host gave none.</returns>
    /// <exception cref="HostRequestException">The host refused, did not answer in time, or is gone.</exception>
    public async ValueTask<JsonElement> AskAsync(
        Action<Utf8JsonWriter> body, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var id = MessageWriter.NewId();
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = answer;
        try
        {
            // Looked at after the question is listed: closing the channel from here on fails it, too.
            if (_isClosed)
            {
                throw Closed();
            }

            writer.Request(id, body);
            return await answer.Task.WaitAsync(patience ?? Timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new HostRequestException("Control request timeout");
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    /// <summary>Takes a <c>control_response</c>; an answer to nothing is ignored.</summary>
    /// <param name="message">The message.</param>
    public void Answer(InputMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!_open.TryRemove(message.RequestId, out var pending))
        {
            return;
        }

        var response = message.Json.GetProperty("response");
        if (response.Text("subtype") == "success")
        {
            pending.TrySetResult(response.TryMember("response", out var body) ? body : default);
        }
        else
        {
            pending.TrySetException(new HostRequestException(ErrorText(response)));
        }
    }

    /// <summary>Ends the waiting for answers: open questions fail, and so do all later ones.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (var open in _open.Values)
        {
            open.TrySetException(Closed());
        }
    }

    private static HostRequestException Closed() => new("Input closed");

    private static string ErrorText(JsonElement response) =>
        !response.TryMember("error", out var error) ? "Unknown error"
        : error.ValueKind is JsonValueKind.String ? error.Text()
        : error.Text("message") ?? error.GetRawText();
}

/// <summary>A question to the host got no useful answer.</summary>
/// <param name="message">Why.</param>
public sealed class HostRequestException(string message) : QwenCodeException(message);

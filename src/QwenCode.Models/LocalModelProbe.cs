using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace QwenCode.Models;

/// <summary>
/// Looks for a model server on this machine, so that a user who runs one need not configure anything. Never contacts another
/// host.
/// </summary>
public sealed class LocalModelProbe
{
    private const int MaxAnswer = 256 * 1024;

    private readonly IReadOnlyList<(string Server, int Port)> _places;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates a probe.</summary>
    /// <param name="places">Where to look, the preferred place first; <c>null</c> is <see cref="UsualPlaces"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    public LocalModelProbe(IReadOnlyList<(string Server, int Port)>? places = null, TimeProvider? timeProvider = null)
    {
        _places = places ?? UsualPlaces;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the ports on which the usual servers listen.</summary>
    public static IReadOnlyList<(string Server, int Port)> UsualPlaces { get; } =
        [("Ollama", 11434), ("LM Studio", 1234), ("vLLM", 8000), ("llama.cpp", 8080)];

    /// <summary>Gets how long the whole search may take.</summary>
    /// <value>
    /// The default is two seconds. A port without a listener refuses at once, so only a server that accepts and stays silent is
    /// waited for, and without an answer there is no model at all. A busy machine may take hundreds of milliseconds to answer.
    /// </value>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Asks all places at once.</summary>
    /// <param name="cancellationToken">Abandons the search.</param>
    /// <returns>The first place, in order, that names a model; <c>null</c> if none does in time.</returns>
    public async Task<LocalModel?> FindAsync(CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(Limit, _timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var asked = new Task<LocalModel?>[_places.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = AskAsync(_places[i].Server, _places[i].Port, both.Token);
        }

        LocalModel? found = null;
        foreach (var ask in asked)
        {
            found = await ask.ConfigureAwait(false);
            if (found is not null)
            {
                break;
            }
        }

        // The others have nothing to add; they are stopped and awaited all the same.
        await both.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(asked).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return found;
    }

    private static async Task<LocalModel?> AskAsync(string server, int port, CancellationToken cancellationToken)
    {
        try
        {
            // A plain socket to the loopback address: no proxy, no name to look up, no redirect to follow.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
            var request = Encoding.ASCII.GetBytes($"GET /v1/models HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n");
            await socket.SendAsync(request, cancellationToken).ConfigureAwait(false);
            using var answer = new MemoryStream();
            var buffer = new byte[8192];
            while (answer.Length < MaxAnswer)
            {
                var count = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                answer.Write(buffer, 0, count);
                if (IsDecided(answer.GetBuffer().AsSpan(0, (int)answer.Length), out var model))
                {
                    return model is null ? null : new LocalModel(server, new Uri($"http://127.0.0.1:{port}/v1"), model);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or IOException)
        {
            // Nothing listens there, or not in time.
        }

        return null;
    }

    /// <summary>
    /// Finds the first id in an answer as soon as it is there; the rest of the list does not matter, nor how it is framed.
    /// </summary>
    /// <returns>Whether more bytes would change nothing.</returns>
    private static bool IsDecided(ReadOnlySpan<byte> answer, out string? model)
    {
        model = null;
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (!answer.StartsWith("HTTP/1."u8) || answer.IndexOf(" 200"u8) is not 8)
        {
            return true;
        }

        var body = answer[(end + 4)..];
        var start = body.IndexOf((byte)'{');
        if (start < 0)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(body[start..], isFinalBlock: false, state: default);
            return IsDecided(ref reader, out model);
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private static bool IsDecided(ref Utf8JsonReader reader, out string? model)
    {
        model = null;
        var isInData = false;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject)
            {
                return true;
            }

            if (reader.TokenType is not JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == 1)
            {
                isInData = reader.ValueTextEquals("data"u8);
            }
            else if (isInData && reader.CurrentDepth == 3 && reader.ValueTextEquals("id"u8))
            {
                if (!reader.Read())
                {
                    return false;
                }

                model = reader.TokenType is JsonTokenType.String && reader.GetString() is { Length: > 0 } id ? id : null;
                return true;
            }
        }

        return false;
    }
}

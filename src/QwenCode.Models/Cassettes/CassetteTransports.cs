using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>Puts a cassette before the transport of a client, or in its place.</summary>
internal static class CassetteTransports
{
    /// <summary>Gives the transport for a client that has a cassette.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="toServer">Makes the transport to the server, which a replay does without.</param>
    /// <exception cref="ModelException">The cassette cannot be opened, or requests should be logged and cannot be.</exception>
    public static IChatTransport For(ChatClientOptions options, Func<ChatClientOptions, IChatTransport> toServer)
    {
        var (cassette, place) = options.Cassette!;
        cassette.Open();
        var texts = new CassetteTexts(options, place);
        return cassette.IsReplay
            ? ChatTransports.Logged(new ReplayTransport(cassette, texts), options)
            : new RecordingTransport(toServer(options), cassette, texts);
    }
}

using System.Text.Json;

namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>Takes a server's notifications and requests. Called on the reading thread: it must not wait.</summary>
internal interface IRpcPeer
{
    /// <summary>Takes a notification.</summary>
    void Notified(string method, JsonElement parameters);

    /// <summary>Answers a question.</summary>
    /// <returns>What writes the result as one value; <c>null</c> if the method is not known.</returns>
    Action<Utf8JsonWriter>? Answer(string method, JsonElement parameters);
}

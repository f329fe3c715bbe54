using System.Text.Json;
using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>
/// Handles a server's notifications, and answers what it asks. Nothing it asks for is done to files or shown to the user.
/// </summary>
internal sealed class ServerPeer(ServerConfiguration server) : IRpcPeer
{
    // By id: a server may announce a method anew before it takes the first announcement back.
    private readonly Dictionary<string, (string Method, JsonElement Options)> _registered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _idle = Completed();

    public DiagnosticStore Diagnostics { get; } = new();

    /// <summary>Gets what the server says it is working on; <c>null</c> if it is idle.</summary>
    public string? Work
    {
        get
        {
            lock (_running)
            {
                return _running.Values.FirstOrDefault();
            }
        }
    }

    /// <summary>Gets what ends when the server first says that it is working on something.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Gets what ends when the server has done what it was working on.</summary>
    public Task Idle
    {
        get
        {
            lock (_running)
            {
                return _idle.Task;
            }
        }
    }

    /// <summary>Returns the options with which the server announced a method after the start; <c>null</c> if it did not.</summary>
    public JsonElement? FindRegistered(string method)
    {
        lock (_registered)
        {
            foreach (var (known, options) in _registered.Values)
            {
                if (known == method)
                {
                    return options;
                }
            }

            return null;
        }
    }

    public void Notified(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "textDocument/publishDiagnostics":
                Diagnostics.Publish(parameters);
                break;
            case "$/progress":
                Progress(parameters);
                break;
        }
    }

    public Action<Utf8JsonWriter>? Answer(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "workspace/configuration":
                return writer => WriteSettings(writer, parameters);
            case "workspace/workspaceFolders":
                return writer => ClientIntroduction.WriteFolders(writer, server);
            case "client/registerCapability":
                Register(parameters, "registrations", isNew: true);
                return static writer => writer.WriteNullValue();
            case "client/unregisterCapability":
                // The protocol itself has the letters in this order.
                Register(parameters, "unregisterations", isNew: false);
                return static writer => writer.WriteNullValue();
            case "window/workDoneProgress/create" or "window/showMessageRequest"
                or "workspace/diagnostic/refresh" or "workspace/codeLens/refresh" or "workspace/semanticTokens/refresh"
                    or "workspace/inlayHint/refresh"
                or "workspace/inlineValue/refresh" or "workspace/foldingRange/refresh":
                return static writer => writer.WriteNullValue();
            case "window/showDocument":
                return static writer => WriteRefusal(writer, "success"u8);
            case "workspace/applyEdit":
                return static writer => WriteRefusal(writer, "applied"u8);
            default:
                return null;
        }
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }

    private static void WriteRefusal(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartObject();
        writer.WriteBoolean(name, false);
        writer.WriteEndObject();
    }

    private void WriteSettings(Utf8JsonWriter writer, JsonElement parameters)
    {
        writer.WriteStartArray();
        if (parameters.ValueKind is JsonValueKind.Object && parameters.TryGetProperty("items", out var items)
            && items.ValueKind is JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray())
            {
                var section = item.ValueKind is JsonValueKind.Object && item.TryGetProperty("section", out var name)
                    && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
                if (Find(section) is { } value)
                {
                    value.WriteTo(writer);
                }
                else
                {
                    writer.WriteNullValue();
                }
            }
        }

        writer.WriteEndArray();
    }

    // Settings may be written nested, or with a dotted name as editors show them.
    private JsonElement? Find(string? section)
    {
        if (string.IsNullOrEmpty(section))
        {
            return server.Settings;
        }

        var at = server.Settings;
        if (at is { ValueKind: JsonValueKind.Object } flat && flat.TryGetProperty(section, out var whole))
        {
            return whole;
        }

        foreach (var part in section.Split('.'))
        {
            at = at is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(part, out var next) ? next : null;
        }

        return at;
    }

    private void Register(JsonElement parameters, string key, bool isNew)
    {
        if (parameters.ValueKind is not JsonValueKind.Object || !parameters.TryGetProperty(key, out var list)
            || list.ValueKind is not JsonValueKind.Array)
        {
            return;
        }

        lock (_registered)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind is not JsonValueKind.Object
                    || !item.TryGetProperty("id", out var id) || id.ValueKind is not JsonValueKind.String
                    || !item.TryGetProperty("method", out var method) || method.ValueKind is not JsonValueKind.String)
                {
                    continue;
                }

                if (isNew)
                {
                    _registered[id.GetString()!] =
                        (method.GetString()!, item.TryGetProperty("registerOptions", out var options) ? options : default);
                }
                else
                {
                    _registered.Remove(id.GetString()!);
                }
            }
        }

        // What waits for a notification may now be able to ask.
        Diagnostics.Wake();
    }

    private void Progress(JsonElement parameters)
    {
        if (parameters.ValueKind is not JsonValueKind.Object
            || !parameters.TryGetProperty("token", out var token)
            || !parameters.TryGetProperty("value", out var value)
            || value.ValueKind is not JsonValueKind.Object
            || !value.TryGetProperty("kind", out var kind)
            || kind.ValueKind is not JsonValueKind.String)
        {
            return;
        }

        lock (_running)
        {
            if (kind.ValueEquals("begin"u8))
            {
                _running[token.GetRawText()] = value.TryGetProperty("title", out var title) && title.ValueKind is JsonValueKind.String
                    && !string.IsNullOrWhiteSpace(title.GetString()) ? title.GetString()! : "working";
                _begun.TrySetResult();
                if (_idle.Task.IsCompleted)
                {
                    _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
            else if (kind.ValueEquals("end"u8) && _running.Remove(token.GetRawText()) && _running.Count == 0)
            {
                _idle.TrySetResult();
            }
        }
    }
}

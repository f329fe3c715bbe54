using System.Text.Json;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>The diagnostics a server has published, by file.</summary>
internal sealed class DiagnosticStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Published> _files = new(StringComparer.Ordinal);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;

    /// <summary>Gets how many times anything was published: what comes later has a higher number.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Gets what ends with the next publication.</summary>
    public Task Next
    {
        get
        {
            lock (_gate)
            {
                return _next.Task;
            }
        }
    }

    /// <summary>Gets all files that have any.</summary>
    public IReadOnlyList<(string Path, IReadOnlyList<JsonElement> Items)> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _files.Where(static pair => pair.Value.Items.Count > 0).Select(static pair => (pair.Key, pair.Value.Items))];
            }
        }
    }

    public (long Number, int? Version, IReadOnlyList<JsonElement> Items)? Find(string path)
    {
        lock (_gate)
        {
            return _files.TryGetValue(path, out var published) ? (published.Number, published.Version, published.Items) : null;
        }
    }

    public void Forget(string path)
    {
        lock (_gate)
        {
            _files.Remove(path);
        }
    }

    public void Publish(JsonElement parameters)
    {
        if (parameters.ValueKind is not JsonValueKind.Object
            || !parameters.TryGetProperty("uri", out var uri) || uri.ValueKind is not JsonValueKind.String
            || !parameters.TryGetProperty("diagnostics", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            return;
        }

        int? version = parameters.TryGetProperty("version", out var given) && given.ValueKind is JsonValueKind.Number
            && given.TryGetInt32(out var number) ? number : null;
        lock (_gate)
        {
            _files[DocumentUri.ToPath(uri.GetString()!) ?? uri.GetString()!] = new Published(++_count, version, [.. list.EnumerateArray()]);
        }

        Wake();
    }

    /// <summary>Lets those look who wait.</summary>
    public void Wake()
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            waiting = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult();
    }

    private sealed record Published(long Number, int? Version, IReadOnlyList<JsonElement> Items);
}

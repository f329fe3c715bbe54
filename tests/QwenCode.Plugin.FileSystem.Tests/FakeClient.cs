using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>An editor that keeps its files in memory.</summary>
public sealed class FakeClient : Dictionary<string, string>, IClientFiles
{
    public List<(string Path, int? Line, int? Limit)> Reads { get; } = [];

    public bool CanRead => true;

    public bool CanWrite { get; init; } = true;

    public ValueTask<string> ReadTextAsync(string path, int? line, int? limit, CancellationToken cancellationToken)
    {
        Reads.Add((path, line, limit));
        return TryGetValue(path, out var text) ? ValueTask.FromResult(text) : throw new FileNotFoundException(path);
    }

    public ValueTask WriteTextAsync(string path, string content, CancellationToken cancellationToken)
    {
        this[path] = content;
        return ValueTask.CompletedTask;
    }
}

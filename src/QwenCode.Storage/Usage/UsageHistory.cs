using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Storage.Files;

namespace QwenCode.Storage.Usage;

/// <summary>
/// Reads what was used from the transcripts of all projects, which hold the counts of every answer. So there is no second file that could
/// disagree with them, and sessions of qwen-code count as well. What was not recorded, or was deleted, is not counted.
/// </summary>
/// <param name="runtimeDirectory">The directory with <c>projects/</c>.</param>
public sealed class UsageHistory(string runtimeDirectory)
{
    /// <summary>Reads the records since a time, in no particular order. A forked session's copies are counted once.</summary>
    /// <param name="since">The time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public IReadOnlyList<UsageRecord> Read(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var records = new List<UsageRecord>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Files(since))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using var lines = new LineReader(file);
                while (lines.TryRead(out var line))
                {
                    if (MayCount(line.Span) && Read(line) is var (id, record) && record.At >= since && seen.Add(id))
                    {
                        records.Add(record);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A session that is deleted meanwhile, or belongs to somebody else.
            }
        }

        return records;
    }

    private IEnumerable<string> Files(DateTimeOffset since)
    {
        var projects = Path.Combine(runtimeDirectory, "projects");
        if (!Directory.Exists(projects))
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true };
        return new DirectoryInfo(projects).EnumerateFiles("*.jsonl", options)
            .Where(file => file.LastWriteTimeUtc >= since.UtcDateTime
                && !file.Name.EndsWith(".tasks.jsonl", StringComparison.Ordinal))
            .Select(static file => file.FullName);
    }

    // Most bytes of a transcript are in lines that count nothing.
    private static bool MayCount(ReadOnlySpan<byte> line) =>
        line.IndexOf("\"usageMetadata\""u8) >= 0 || line.IndexOf("\"diffStat\""u8) >= 0;

    private static (string Id, UsageRecord Record)? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.Text("uuid"u8) is not { } id || !DateTimeOffset.TryParse(
                json.Text("timestamp"u8), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return null;
            }

            var record = new UsageRecord(at, json.Text("sessionId"u8) ?? string.Empty);
            if (json.Member("usageMetadata"u8) is { ValueKind: JsonValueKind.Object } usage)
            {
                var (input, output) = (Count(usage, "promptTokenCount"u8), Count(usage, "candidatesTokenCount"u8));
                var total = Count(usage, "totalTokenCount"u8);
                return (id, record with
                {
                    Model = json.Text("model"u8) is { Length: > 0 } model ? model : "unknown",
                    InputTokens = input,
                    OutputTokens = output,
                    CachedTokens = Count(usage, "cachedContentTokenCount"u8),
                    ThoughtTokens = Count(usage, "thoughtsTokenCount"u8),
                    TotalTokens = total > 0 ? total : input + output,
                    Calls = Calls(json.Member("message"u8).Member("parts"u8)),
                });
            }

            var change = json.Member("toolCallResult"u8).Member("resultDisplay"u8).Member("diffStat"u8);
            return change.ValueKind is not JsonValueKind.Object ? null : (id, record with
            {
                LinesAdded = Count(change, "model_added_lines"u8), LinesRemoved = Count(change, "model_removed_lines"u8),
            });
        }
        catch (JsonException)
        {
            return null; // The torn line of a killed program.
        }
    }

    private static long Count(JsonElement json, ReadOnlySpan<byte> name) => Math.Max(0, json.Whole(name) ?? 0);

    private static int Calls(JsonElement parts) => parts.ValueKind is not JsonValueKind.Array ? 0
        : parts.EnumerateArray().Count(static part => part.Member("functionCall"u8).ValueKind is JsonValueKind.Object);
}

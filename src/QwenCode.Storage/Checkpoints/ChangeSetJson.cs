using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;

namespace QwenCode.Storage.Checkpoints;

/// <summary>Change sets as lines of JSON.</summary>
internal static class ChangeSetJson
{
    /// <summary>Writes a change set.</summary>
    public static void Write(Utf8JsonWriter writer, ChangeSet set)
    {
        writer.WriteStartObject();
        writer.WriteText("id"u8, set.Id);
        writer.WriteText("kind"u8, set.Kind.ToString());
        writer.WriteText("at"u8, set.At.ToString("O", CultureInfo.InvariantCulture));
        if (set.Kind is ChangeSetKind.Call)
        {
            writer.WriteText("session"u8, set.Session);
            writer.WriteText("step"u8, set.Step);
            writer.WriteNumber("number"u8, set.Number);
            writer.WriteText("prompt"u8, set.Prompt);
            writer.WriteText("promptAt"u8, set.PromptAt.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteText("agent"u8, set.Agent);
            writer.WriteText("tool"u8, set.Tool);
            writer.WriteText("call"u8, set.Call);
            writer.WriteBoolean("tree"u8, set.IsTree);
            writer.WriteBoolean("interrupted"u8, set.IsInterrupted);
        }
        else
        {
            writer.WriteStartArray("of"u8);
            foreach (var one in set.Of)
            {
                writer.WriteStringValue(one);
            }

            writer.WriteEndArray();
        }

        writer.WriteStartArray("changes"u8);
        foreach (var change in set.Changes)
        {
            writer.WriteStartObject();
            writer.WriteText("path"u8, change.Path);
            Write(writer, "before"u8, change.Before);
            Write(writer, "after"u8, change.After);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads a change set; <c>null</c> if the line is none, as is one that was cut off by a kill.</summary>
    public static ChangeSet? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var set = document.RootElement;
            if (set.ValueKind is not JsonValueKind.Object || set.Text("id"u8) is not { Length: > 0 } id
                || id.Contains('/', StringComparison.Ordinal)
                || !Enum.TryParse<ChangeSetKind>(set.Text("kind"u8), out var kind))
            {
                return null;
            }

            return new ChangeSet(id, Time(set, "at"u8))
            {
                Kind = kind,
                Session = set.Text("session"u8) ?? string.Empty,
                Step = set.Text("step"u8) ?? string.Empty,
                Number = set.TryGetProperty("number"u8, out var number) && number.TryGetInt32(out var value) ? value : 0,
                Prompt = set.Text("prompt"u8) ?? string.Empty,
                PromptAt = Time(set, "promptAt"u8),
                Agent = set.Text("agent"u8) ?? string.Empty,
                Tool = set.Text("tool"u8) ?? string.Empty,
                Call = set.Text("call"u8) ?? string.Empty,
                IsTree = set.TryGetProperty("tree"u8, out var tree) && tree.ValueKind is JsonValueKind.True,
                IsInterrupted = set.TryGetProperty("interrupted"u8, out var cut) && cut.ValueKind is JsonValueKind.True,
                Of = set.TryGetProperty("of"u8, out var of)
                    ? [.. of.EnumerateArray().Select(static one => one.GetString() ?? string.Empty)] : [],
                Changes = set.TryGetProperty("changes"u8, out var changes) ? [.. changes.EnumerateArray().Select(ReadChange)] : [],
            };
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, FileState state)
    {
        writer.WriteStartObject(name);
        writer.WriteText("kind"u8, state.Kind.ToString());
        if (state.Kind is not (EntryKind.None or EntryKind.Link))
        {
            writer.WriteNumber("mode"u8, state.Mode);
        }

        if (state.Kind is EntryKind.File)
        {
            writer.WriteNumber("size"u8, state.Size);
            writer.WriteNumber("modified"u8, state.Modified);
        }

        if (state.Hash is { } hash)
        {
            writer.WriteText("hash"u8, hash.ToString());
        }

        if (state.Offset is { } offset)
        {
            writer.WriteNumber("offset"u8, offset);
        }

        if (state.Target is { } target)
        {
            writer.WriteText("target"u8, target);
        }

        if (state.Lost is { } lost)
        {
            writer.WriteText("lost"u8, lost);
        }

        writer.WriteEndObject();
    }

    private static FileChange ReadChange(JsonElement change) =>
        new(change.Text("path"u8) ?? string.Empty, ReadState(change.GetProperty("before"u8)), ReadState(change.GetProperty("after"u8)));

    private static FileState ReadState(JsonElement state) => new(Enum.Parse<EntryKind>(state.Text("kind"u8) ?? string.Empty))
    {
        Mode = (int)(Number(state, "mode"u8) ?? 0),
        Size = Number(state, "size"u8) ?? 0,
        Modified = Number(state, "modified"u8) ?? 0,
        Hash = ContentHash.Parse(state.Text("hash"u8)),
        Offset = Number(state, "offset"u8),
        Target = state.Text("target"u8),
        Lost = state.Text("lost"u8),
    };

    private static long? Number(JsonElement state, ReadOnlySpan<byte> name) =>
        state.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : null;

    private static DateTimeOffset Time(JsonElement set, ReadOnlySpan<byte> name) => DateTimeOffset.TryParse(
        set.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : default;
}

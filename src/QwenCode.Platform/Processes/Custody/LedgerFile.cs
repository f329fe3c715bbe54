using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Platform.Processes.Custody;

/// <summary>A ledger as it is read, of this program or another.</summary>
/// <param name="OwnerId">The number of the program that keeps it, or kept it.</param>
/// <param name="IsOwnerAlive">Whether that program still runs.</param>
/// <param name="Machine">Where its numbers mean something; <c>null</c> if it does not say.</param>
/// <param name="Open">The processes whose end is not noted.</param>
internal sealed record LedgerFile(int OwnerId, bool IsOwnerAlive, Machine? Machine, IReadOnlyList<ProcessRecord> Open)
{
    private const int Longest = 16 * 1024 * 1024;

    /// <summary>
    /// Returns whether the program that a ledger is named after still runs; <c>null</c> if it is not named as ledgers are.
    /// </summary>
    public static bool? HasLivingOwner(string path, out int owner)
    {
        var name = Path.GetFileNameWithoutExtension(path.AsSpan());
        var cut = name.IndexOf('-');
        owner = 0;
        return cut > 0 && int.TryParse(name[..cut], NumberStyles.None, CultureInfo.InvariantCulture, out owner)
            && ulong.TryParse(name[(cut + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var birth)
            ? Machine.BirthOf(owner) == birth : null;
    }

    /// <summary>Reads a ledger. Lines that make no sense, such as one that a crash cut, are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stream">Its content.</param>
    /// <returns>The ledger; <c>null</c> if the file is none.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LedgerFile? Read(string path, Stream stream)
    {
        if (HasLivingOwner(path, out var owner) is not { } isAlive || stream.Length > Longest)
        {
            return null;
        }

        Machine? machine = null;
        var open = new Dictionary<string, ProcessRecord>(StringComparer.Ordinal);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var json = document.RootElement;
                if (json.Text("op"u8) is "owner")
                {
                    machine = new Machine(Word(json, "machine"u8), Word(json, "boot"u8), Word(json, "namespace"u8));
                }
                else if (json.Text("mark"u8) is { } mark && ProcessMark.IsMark(mark))
                {
                    Apply(json, mark, owner, isAlive, open);
                }
            }
            catch (JsonException)
            {
                // The program was killed, or the disk was full, in the middle of the line.
            }
        }

        return new LedgerFile(owner, isAlive, machine, [.. open.Values]);
    }

    private static void Apply(JsonElement json, string mark, int owner, bool isAlive, Dictionary<string, ProcessRecord> open)
    {
        switch (json.Text("op"u8))
        {
            case "start":
                var at = json.Member("at"u8);
                open[mark] = new ProcessRecord(
                    Word(json, "kind"u8), Word(json, "name"u8), null, Word(json, "session"u8), Word(json, "task"u8),
                    at.ValueKind is JsonValueKind.String && at.TryGetDateTimeOffset(out var time) ? time : default,
                    owner, isAlive) { Mark = mark };
                break;
            case "born" when open.TryGetValue(mark, out var born) && json.Member("pid"u8) is { ValueKind: JsonValueKind.Number } number
                && number.TryGetInt32(out var id) && id > 1:
                var birth = json.Member("birth"u8);
                open[mark] = born with
                {
                    Id = id,
                    Birth = birth.ValueKind is JsonValueKind.Number && birth.TryGetUInt64(out var ticks) ? ticks : null,
                };
                break;
            case "task" when open.TryGetValue(mark, out var assigned) && json.Text("task"u8) is { } task:
                open[mark] = assigned with { Task = task };
                break;
            case "end":
                open.Remove(mark);
                break;
        }
    }

    private static string Word(JsonElement json, ReadOnlySpan<byte> name) => json.Text(name) ?? string.Empty;
}

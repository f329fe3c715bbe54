using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>An error, a warning or a hint about a stretch of a file.</summary>
/// <param name="Range">Where.</param>
/// <param name="Severity">1 for an error to 4 for a hint.</param>
/// <param name="Code">Its code, if it has one.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Raw">As the server sent it; undefined if the model made it up.</param>
internal sealed record Diagnostic(TextRange Range, int Severity, string? Code, string? Source, string Message, JsonElement Raw)
{
    private static readonly string[] Words = ["error", "warning", "information", "hint"];

    public static Diagnostic FromServer(JsonElement json) => new(
        TextRange.Read(json.Member("range")), json.Whole("severity") is { } severity and >= 1 and <= 4 ? (int)severity : 1, CodeOf(json),
        json.Text("source"), json.Text("message") ?? string.Empty, json);

    public static Diagnostic FromModel(JsonElement json) => new(
        TextRange.FromModel(json.Member("range")), Array.IndexOf(Words, json.Text("severity")) is var index and >= 0 ? index + 1 : 1,
        CodeOf(json), json.Text("source"), json.Text("message") ?? string.Empty, default);

    /// <summary>Returns whether the model means a diagnostic of a server.</summary>
    public bool Means(Diagnostic other) => Range.Start.Line == other.Range.Start.Line && Message == other.Message;

    public string ToLine()
    {
        var code = Code is null ? string.Empty : $" ({Code})";
        var source = Source is null ? string.Empty : $" [{Source}]";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{Words[Severity - 1].ToUpperInvariant()}] {Range.Start.Line + 1}:{Range.Start.Character + 1}{code}{source}: "
            + $"{ResultText.Indent(Message)}");
    }

    public void WriteForServer(Utf8JsonWriter writer)
    {
        if (Raw.ValueKind is JsonValueKind.Object)
        {
            Raw.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        Range.Write(writer, "range"u8);
        writer.WriteNumber("severity"u8, Severity);
        if (Code is not null)
        {
            // Numbers came as numbers, and some servers look them up as such.
            if (int.TryParse(Code, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                writer.WriteNumber("code"u8, number);
            }
            else
            {
                writer.WriteString("code"u8, Code);
            }
        }

        if (Source is not null)
        {
            writer.WriteString("source"u8, Source);
        }

        writer.WriteString("message"u8, Message);
        writer.WriteEndObject();
    }

    private static string? CodeOf(JsonElement json) => json.Member("code") switch
    {
        { ValueKind: JsonValueKind.String } code => code.GetString() is { Length: > 0 } text ? text : null,
        { ValueKind: JsonValueKind.Number } code => code.GetRawText(),
        _ => null,
    };
}

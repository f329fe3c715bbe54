using System.Buffers;
using System.Globalization;
using System.Text;
using QwenCode.Agents;
using QwenCode.Definitions.Markdown;
using QwenCode.Permissions;

namespace QwenCode.Definitions.Agents;

/// <summary>Writes a definition as the file it is read from.</summary>
internal static class AgentFileText
{
    private static readonly SearchValues<char> QuotedMarks = SearchValues.Create(":#\"\\\n\r\t");

    private static readonly string[] Known =
        ["name", "description", "tools", "disallowedTools", "model", "modelConfig", "runConfig", "color", "approvalMode", "background"];

    /// <summary>Writes a definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="previous">The file it replaces; keys in it that mean nothing to us may mean something to others, and stay.</param>
    public static string Write(AgentDefinition definition, MarkdownDocument? previous = null)
    {
        var text = new StringBuilder("---\n");
        Line("name", definition.Name);
        Line("description", definition.Description);
        List("tools", definition.Tools);
        List("disallowedTools", definition.DisallowedTools);
        Line("model", definition.Model is "inherit" ? null : definition.Model);
        Budget(text, definition.Budget);
        Line("color", definition.Color is "auto" ? null : definition.Color);
        Line("approvalMode", definition.ApprovalMode?.ToWire());
        if (definition.Background)
        {
            text.Append("background: true\n");
        }

        foreach (var entry in previous?.Entries ?? [])
        {
            if (Array.IndexOf(Known, entry.Key) < 0 && entry.Raw.Length > 0)
            {
                text.Append(entry.Raw).Append('\n');
            }
        }

        return text.Append("---\n\n").Append(definition.SystemPrompt.Trim()).Append('\n').ToString();

        void Line(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(key).Append(": ").Append(Quote(value)).Append('\n');
            }
        }

        void List(string key, IReadOnlyList<string>? items)
        {
            if (items is { Count: > 0 })
            {
                text.Append(key).Append(":\n");
                foreach (var item in items)
                {
                    text.Append("  - ").Append(Quote(item)).Append('\n');
                }
            }
        }
    }

    /// <summary>Quotes what would be read back as something else.</summary>
    public static string Quote(string value)
    {
        var isSafe = value != string.Empty && value.Trim() == value && value.AsSpan().IndexOfAny(QuotedMarks) < 0
            && (value == "*" || PlainScalars.IsPlain(value)) && FrontMatterValue.Scalar(value, isQuoted: false, 0).IsString;
        return isSafe
            ? value
            : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n").Replace("\t", "\\t", StringComparison.Ordinal)}\"";
    }

    private static void Budget(StringBuilder text, AgentBudget budget)
    {
        if (budget == AgentBudget.None)
        {
            return;
        }

        text.Append("runConfig:\n");
        Number("max_turns", budget.MaxTurns);
        Number("max_time_minutes", budget.MaxDuration?.TotalMinutes);
        Number("max_tokens", budget.MaxTokens);
        Number("max_tool_calls", budget.MaxToolCalls);

        void Number(string key, double? value)
        {
            if (value is { } number)
            {
                text.Append("  ").Append(key).Append(": ").Append(number.ToString(CultureInfo.InvariantCulture)).Append('\n');
            }
        }
    }
}

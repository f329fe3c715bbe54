using System.Globalization;
using System.Text;
using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.Plugins.Reports;

/// <summary>
/// Renders a <see cref="PluginLoadReport"/> as plain text for <c>qwen plugins list</c>, <c>inspect</c> and <c>doctor</c>.
/// </summary>
public static class PluginReportText
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    private static readonly string[] Header = ["NAME", "VERSION", "ORIGIN", "STATE", "TOOLS", "FAULTS"];

    /// <summary>Returns a table of the plugins, and how many faults there are.</summary>
    /// <param name="report">The report.</param>
    public static string List(PluginLoadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Plugins.Count == 0 && report.Faults.Count == 0)
        {
            return "No plugins were found.\n";
        }

        var rows = new List<string[]> { Header };
        rows.AddRange(report.Plugins.Select(static plugin => new[]
        {
            plugin.Name,
            plugin.Version.Length == 0 ? "-" : plugin.Version,
            plugin.Origin.ToString().ToLowerInvariant(),
            plugin.State.ToString().ToLowerInvariant(),
            plugin.Tools.Count.ToString(CultureInfo.InvariantCulture),
            plugin.Faults.Count.ToString(CultureInfo.InvariantCulture),
        }));
        var text = new StringBuilder();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        if (!report.IsHealthy)
        {
            text.AppendLine().AppendLine(
                CultureInfo.InvariantCulture, $"{Count(report.AllFaults.Count(), "fault")}; `qwen plugins doctor` shows what to do.");
        }

        return Lines(text);
    }

    /// <summary>Returns all that is known of one plugin, or <c>null</c> if there is none of that name.</summary>
    /// <param name="report">The report.</param>
    /// <param name="name">The plugin's name; case does not matter.</param>
    public static string? Inspect(PluginLoadReport report, string name)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        foreach (var plugin in report.Plugins.Where(plugin => string.Equals(plugin.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"{plugin.Name}{(plugin.Version.Length == 0 ? string.Empty : " " + plugin.Version)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  folder: {plugin.Folder}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  origin: {plugin.Origin.ToString().ToLowerInvariant()}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  state:  {plugin.State.ToString().ToLowerInvariant()}{Time(plugin.LoadTime)}");
            if (plugin.Loader != Loading.PluginLoaders.Own)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  loader: {plugin.Loader}");
            }

            foreach (var tool in plugin.Tools)
            {
                Write(text, tool);
            }

            Write(text, plugin.Faults);
        }

        return text.Length == 0 ? null : Lines(text);
    }

    /// <summary>Returns every fault with what to do about it. Made from <see cref="PluginHost.VerifyAsync"/>, it is complete.</summary>
    /// <param name="report">The report.</param>
    public static string Doctor(PluginLoadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        foreach (var plugin in report.Plugins)
        {
            var verdict = plugin.Faults.Count == 0 ? "ok" : Count(plugin.Faults.Count, "fault");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{plugin.Name} ({plugin.Origin.ToString().ToLowerInvariant()}, {plugin.Folder}): {verdict}, "
                + $"{Count(plugin.Tools.Count, "tool")}{Time(plugin.LoadTime)}");
            Write(text, plugin.Faults);
        }

        Write(text, report.Faults);
        text.AppendLine(report.IsHealthy
            ? $"{Count(report.Plugins.Count, "plugin")}, no faults."
            : $"{Count(report.Plugins.Count, "plugin")}, {Count(report.AllFaults.Count(), "fault")}.");
        return Lines(text);
    }

    private static void Write(StringBuilder text, ToolDeclaration tool)
    {
        var traits = tool.Traits is ToolTraits.None ? string.Empty : $"; {tool.Traits}";
        var feature = tool.Feature is null ? string.Empty : $"; experimental: {tool.Feature}";
        text.AppendLine().AppendLine(
            CultureInfo.InvariantCulture, $"  {tool.Name} ({tool.Kind.ToString().ToLowerInvariant()}{traits}{feature})");
        foreach (var line in tool.Description.Split('\n'))
        {
            text.AppendLine($"    {line}".TrimEnd());
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            tool.Parameters.WriteTo(writer);
        }

        foreach (var line in Encoding.UTF8.GetString(buffer.ToArray()).Split('\n'))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    {line}");
        }
    }

    private static void Write(StringBuilder text, IReadOnlyList<PluginFault> faults)
    {
        foreach (var fault in faults)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {fault.Reason}: {fault.File}{(fault.Line is { } line ? $":{line}" : string.Empty)}");
            text.AppendLine(
                CultureInfo.InvariantCulture, $"    {(fault.Tool is null ? string.Empty : $"tool '{fault.Tool}': ")}{fault.Message}");
            text.AppendLine(CultureInfo.InvariantCulture, $"    {fault.Advice}");
        }
    }

    private static string Time(TimeSpan? time) =>
        time is { } taken ? string.Create(CultureInfo.InvariantCulture, $", loaded in {taken.TotalMilliseconds:0.0} ms") : string.Empty;

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");

    // The same bytes on every platform: this is compared and piped.
    private static string Lines(StringBuilder text) => text.Replace("\r\n", "\n").ToString();
}

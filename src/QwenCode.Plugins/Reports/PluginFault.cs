namespace QwenCode.Plugins.Reports;

/// <summary>One thing that is wrong with a plugin.</summary>
/// <param name="Reason">What kind of fault it is.</param>
/// <param name="File">The file or folder it is about.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record PluginFault(PluginFaultReason Reason, string File, string Message, string Advice)
{
    /// <summary>Gets the 1-based line in <see cref="File"/>, if one is meant.</summary>
    public int? Line { get; init; }

    /// <summary>Gets the tool it is about, if it is about one.</summary>
    public string? Tool { get; init; }

    /// <summary>Describes a plugin that this program cannot load, because it has no just-in-time compiler.</summary>
    /// <param name="folder">The plugin's folder.</param>
    internal static PluginFault NeedsManagedProgram(string folder) => new(
        PluginFaultReason.NeedsManagedProgram, folder, "It appeared after the start, and this native program cannot load it.",
        "Restart qwen to use it.");

    /// <summary>Returns the fault in a sentence or two: where, what, and what to do.</summary>
    public override string ToString() =>
        $"{File}{(Line is { } line ? $":{line}" : string.Empty)}: {(Tool is null ? string.Empty : $"tool '{Tool}': ")}{Message} {Advice}"
            .TrimEnd();
}

namespace QwenCode.Configuration.Options;

/// <summary>What the settings say of what the model is told beside the conversation.</summary>
public sealed record ContextSettings
{
    /// <summary>
    /// Gets the names of context files in their order (<c>context.fileName</c>). The default is <c>QWEN.md</c>, <c>AGENTS.md</c>.
    /// </summary>
    public IReadOnlyList<string> FileNames { get; init; } = ["QWEN.md", "AGENTS.md"];

    /// <summary>
    /// Gets whether imports are listed one after another instead of put in place (<c>context.importFormat</c> is <c>flat</c>).
    /// </summary>
    public bool UseFlatImports { get; init; }

    /// <summary>Gets further roots of the workspace (<c>context.includeDirectories</c>), made absolute.</summary>
    public IReadOnlyList<string> IncludeDirectories { get; init; } = [];

    /// <summary>Gets whether context files are read in the further roots, too. The default is false.</summary>
    public bool LoadFromIncludeDirectories { get; init; }

    /// <summary>Gets whether tools keep to <c>.gitignore</c>. The default is true.</summary>
    public bool RespectGitIgnore { get; init; } = true;

    /// <summary>Gets whether tools keep to <c>.qwenignore</c>. The default is true.</summary>
    public bool RespectQwenIgnore { get; init; } = true;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings.</param>
    public static ContextSettings From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var format = settings.String("context.importFormat");
        if (format is not (null or "tree" or "flat"))
        {
            throw settings.Invalid("context.importFormat", "must be \"tree\" or \"flat\".");
        }

        return new()
        {
            FileNames = settings.StringList("context.fileName") is { Count: > 0 } names ? names : ["QWEN.md", "AGENTS.md"],
            UseFlatImports = format == "flat",
            IncludeDirectories =
                [.. (settings.StringList("context.includeDirectories") ?? []).Select(directory => Expand(settings, directory))],
            LoadFromIncludeDirectories = settings.Bool("context.loadFromIncludeDirectories") ?? false,
            RespectGitIgnore = settings.Bool("context.fileFiltering.respectGitIgnore") ?? true,
            RespectQwenIgnore = settings.Bool("context.fileFiltering.respectQwenIgnore") ?? true,
        };
    }

    private static string Expand(Settings settings, string directory)
    {
        var rest = directory.StartsWith("~/", StringComparison.Ordinal) || directory == "~" ? directory[1..]
            : directory.StartsWith("%userprofile%", StringComparison.OrdinalIgnoreCase) ? directory["%userprofile%".Length..]
            : null;
        return rest is null
            ? Path.GetFullPath(directory, settings.Locations.WorkingDirectory)
            : Path.GetFullPath(Path.Combine(settings.Locations.HomeDirectory, rest.TrimStart('/', '\\')));
    }
}

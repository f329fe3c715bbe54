namespace QwenCode.Configuration;

/// <summary>Where a setting was written.</summary>
/// <param name="Scope">Whose file it is.</param>
/// <param name="File">The file, or <c>&lt;built-in&gt;</c>.</param>
/// <param name="Line">The line, counted from 1.</param>
public sealed record SettingsOrigin(SettingsScope Scope, string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{File}:{Line}" : File;
}

namespace QwenCode.Configuration;

/// <summary>Something about a settings file that did not stop the program, but that its owner should know.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, counted from 1; 0 where the file as a whole is meant.</param>
/// <param name="Message">What is the matter, what was done about it and what to do.</param>
public sealed record SettingsWarning(string File, int Line, string Message)
{
    /// <summary>Gives the one line that belongs on standard error.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Message}" : $"{File}: {Message}";
}

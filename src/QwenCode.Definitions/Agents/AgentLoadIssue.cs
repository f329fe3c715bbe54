namespace QwenCode.Definitions.Agents;

/// <summary>An agent file that cannot be used, or a folder that cannot be read. The rest goes on without it.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Message">All that is wrong and what to do.</param>
public sealed record AgentLoadIssue(string File, int Line, string Message)
{
    /// <summary>Returns the one line that is shown to the user.</summary>
    public override string ToString() => $"{File}:{Line}: {Message}";
}

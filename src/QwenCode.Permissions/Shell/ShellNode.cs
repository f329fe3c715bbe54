namespace QwenCode.Permissions.Shell;

/// <summary>A node of a parsed script.</summary>
internal abstract record ShellNode;

/// <summary>One simple command.</summary>
internal sealed record SimpleCommand(
    IReadOnlyList<ShellAssignment> Assignments, IReadOnlyList<ShellWord> Words, IReadOnlyList<ShellRedirection> Redirections) : ShellNode;

/// <summary>Commands in sequence, each with the operator after it.</summary>
internal sealed record SequenceNode(IReadOnlyList<(ShellNode Node, ShellConnector Connector)> Items) : ShellNode;

/// <summary>Commands joined by pipes.</summary>
internal sealed record PipelineNode(IReadOnlyList<ShellNode> Items) : ShellNode;

/// <summary>A compound command.</summary>
internal sealed record BlockNode(
    BlockKind Kind, IReadOnlyList<ShellNode> Parts, IReadOnlyList<ShellWord> Words, IReadOnlyList<ShellRedirection> Redirections,
        string? Variable = null) : ShellNode;

/// <summary>The kinds of compound commands that are judged differently.</summary>
internal enum BlockKind
{
    /// <summary><c>{ … }</c>.</summary>
    Group,

    /// <summary><c>( … )</c>; a change of directory ends with it.</summary>
    Subshell,

    /// <summary>Branches, loops and <c>(( ))</c>.</summary>
    Control,

    /// <summary>The body of a function.</summary>
    Function,
}

/// <summary>The operator after a command.</summary>
internal enum ShellConnector
{
    /// <summary><c>;</c>, a line's end, or nothing.</summary>
    Then,

    /// <summary><c>&amp;&amp;</c>.</summary>
    And,

    /// <summary><c>||</c>.</summary>
    Or,

    /// <summary><c>&amp;</c>.</summary>
    Background,
}

/// <summary><c>NAME=value</c> before or instead of a command.</summary>
internal sealed record ShellAssignment(string Name, ShellWord Value);

/// <summary>The ways a redirection uses its target.</summary>
internal enum RedirectionKind
{
    /// <summary><c>&lt;</c>.</summary>
    Read,

    /// <summary><c>&gt;</c>, <c>&gt;&gt;</c>, <c>&gt;|</c>, <c>&amp;&gt;</c>, <c>&amp;&gt;&gt;</c>, <c>&gt;&amp;file</c>.</summary>
    Write,

    /// <summary><c>&lt;&gt;</c>.</summary>
    ReadWrite,

    /// <summary><c>2&gt;&amp;1</c>, <c>&lt;&amp;-</c>.</summary>
    Duplicate,

    /// <summary><c>&lt;&lt;</c>, <c>&lt;&lt;-</c>, <c>&lt;&lt;&lt;</c>.</summary>
    Text,
}

/// <summary>A redirection; for a here-document the target is the body.</summary>
internal sealed class ShellRedirection(RedirectionKind kind, string descriptor, ShellWord target)
{
    public RedirectionKind Kind => kind;

    /// <summary>Gets the descriptor as written: digits, <c>&amp;</c>, a name in braces, or nothing.</summary>
    public string Descriptor => descriptor;

    public ShellWord Target { get; set; } = target;
}

/// <summary>The result of parsing.</summary>
/// <param name="Root">Everything that was parsed.</param>
/// <param name="IsComplete">Whether the whole script was parsed. If not, the missing part may do anything.</param>
/// <param name="HasComments">Whether there are comments.</param>
internal sealed record ShellScript(ShellNode Root, bool IsComplete, bool HasComments);

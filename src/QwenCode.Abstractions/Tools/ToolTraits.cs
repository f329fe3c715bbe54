namespace QwenCode.Tools;

/// <summary>What a tool promises. Without traits a tool is taken to write, to run alone, and to need asking.</summary>
[Flags]
public enum ToolTraits
{
    /// <summary>No promise.</summary>
    None = 0,

    /// <summary>Changes nothing, and so needs no approval.</summary>
    ReadOnly = 1,

    /// <summary>May run beside other calls of the same answer.</summary>
    Parallel = 2,

    /// <summary>Needs no approval although it changes something, such as the session's own notes.</summary>
    Preapproved = 4,

    /// <summary>Shows what it is doing while it runs (see <see cref="ToolContext.Report"/>).</summary>
    LiveOutput = 8,

    /// <summary>Its parameters are checked by the tool alone; the schema only informs the model.</summary>
    ChecksOwnArguments = 16,

    /// <summary>Is the main agent's alone, such as what hands over the result of the run.</summary>
    MainAgentOnly = 32,
}

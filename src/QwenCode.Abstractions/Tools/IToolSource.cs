namespace QwenCode.Tools;

/// <summary>Something that brings tools: the plugin host, an MCP connection, the kernel itself.</summary>
public interface IToolSource
{
    /// <summary>Gives the tools as they are now. Called at the start of a turn; cheap when nothing changed, and then the same list.</summary>
    IReadOnlyList<Tool> Snapshot();
}

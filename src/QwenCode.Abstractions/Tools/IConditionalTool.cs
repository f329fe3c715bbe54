using QwenCode.Workspaces;

namespace QwenCode.Tools;

/// <summary>
/// A tool that is of use in some workspaces only. It is asked if its <see cref="ToolDeclaration.Feature"/> is switched on,
/// before each run.
/// </summary>
public interface IConditionalTool
{
    /// <summary>Returns whether the tool is to be offered. Looks at files at most; starts nothing.</summary>
    /// <param name="workspace">Where the session works.</param>
    /// <param name="cancellationToken">Abandons the question.</param>
    ValueTask<ToolReadiness> CheckAsync(Workspace workspace, CancellationToken cancellationToken);
}

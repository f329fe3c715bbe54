namespace QwenCode.Models.Scripting;

/// <summary>A tool call that a script makes.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">The arguments as the model writes them: JSON, or deliberately not. May hold templates.</param>
/// <param name="Id">The call's id; <c>null</c> makes one.</param>
public sealed record ScriptedCall(string Name, string Arguments = "{}", string? Id = null)
{
    /// <summary>Gets what makes the arguments for a request, where templates stand inside of values.</summary>
    internal Func<ScriptValues, string>? Fill { get; init; }
}

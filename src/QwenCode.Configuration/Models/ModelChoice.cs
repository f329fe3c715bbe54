namespace QwenCode.Configuration.Models;

/// <summary>A model, or the reason why there is none.</summary>
/// <param name="Model">The model; also given where only its key or address is missing.</param>
/// <param name="Problem">What stands in the way.</param>
/// <param name="Message">The problem for people, with what to do about it.</param>
public sealed record ModelChoice(ResolvedModel? Model, ModelProblem Problem = ModelProblem.None, string? Message = null)
{
    /// <summary>Gets whether the model can be asked.</summary>
    public bool IsUsable => Problem == ModelProblem.None;
}

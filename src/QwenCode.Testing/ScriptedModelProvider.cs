using QwenCode.Models;
using QwenCode.Models.Scripting;

namespace QwenCode.Testing;

/// <summary>Provides one scripted model under every name, so that agents that ask for a model of their own get it, too.</summary>
/// <param name="model">The model.</param>
public sealed class ScriptedModelProvider(ScriptedModel model) : IModelProvider
{
    /// <inheritdoc/>
    public ModelReference Default { get; } = new(model.ModelId, "scripted", model);

    /// <inheritdoc/>
    public ModelReference Resolve(string? selector, ModelReference? parent = null) =>
        string.IsNullOrEmpty(selector) || selector is "inherit" ? parent ?? Default : Default with { Id = selector };
}

using Microsoft.Extensions.AI;

namespace QwenCode.Models;

/// <summary>Makes chat clients for model selectors.</summary>
public interface IModelProvider
{
    /// <summary>Gets the model that is used if nothing else is said.</summary>
    ModelReference Default { get; }

    /// <summary>Returns a client for a selector: <c>null</c> or <c>inherit</c>, <c>MODEL</c>, <c>PROTOCOL:MODEL</c>.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="parent">The model that <c>inherit</c> and a bare <c>MODEL</c> relate to.</param>
    /// <exception cref="ModelException">Credentials or an address are missing; <see cref="ModelFault.NotConfigured"/>.</exception>
    /// <remarks>The client belongs to the provider and is shared; callers do not dispose it.</remarks>
    ModelReference Resolve(string? selector, ModelReference? parent = null);
}

/// <summary>A model that can be asked.</summary>
/// <param name="Id">The model's id as it goes on the wire.</param>
/// <param name="Protocol"><c>openai</c>, <c>anthropic</c>, <c>gemini</c>, or a host's own word.</param>
/// <param name="Client">The client.</param>
/// <param name="ContextWindow">How many tokens a request may hold.</param>
/// <param name="Modalities">What media the model takes.</param>
public sealed record ModelReference(
    string Id, string Protocol, IChatClient Client, int ContextWindow = 131_072, ModelModalities Modalities = ModelModalities.None)
{
    /// <summary>Gets what the model costs.</summary>
    /// <value>The default is <c>null</c>: nobody has said.</value>
    public ModelPrice? Price { get; init; }

    /// <summary>Gets the options every request starts from: sampling parameters and the like.</summary>
    public ChatOptions? Options { get; init; }
}

/// <summary>Media a model takes beside text.</summary>
[Flags]
public enum ModelModalities
{
    /// <summary>Text only.</summary>
    None = 0,

    /// <summary>Images.</summary>
    Image = 1,

    /// <summary>PDF documents.</summary>
    Pdf = 2,

    /// <summary>Sound.</summary>
    Audio = 4,

    /// <summary>Moving pictures.</summary>
    Video = 8,
}

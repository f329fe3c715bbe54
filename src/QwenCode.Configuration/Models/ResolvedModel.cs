using System.Text;

namespace QwenCode.Configuration.Models;

/// <summary>A model with everything it takes to ask it.</summary>
public sealed record ResolvedModel
{
    /// <summary>Gets <c>openai</c>, <c>anthropic</c>, <c>gemini</c> or <c>vertex-ai</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Gets the id that goes on the wire.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name for people. The default is the id.</summary>
    public string Name { get => field ?? Id; init; }

    /// <summary>Gets what the catalogue says of the model.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the address; <c>null</c> is the protocol's own.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Gets the key; <c>null</c> where none was found. Never printed.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Gets the variable the key comes from, or should come from.</summary>
    public string? EnvKeyName { get; init; }

    /// <summary>Gets how requests are made.</summary>
    public GenerationConfig GenerationConfig { get; init; } = GenerationConfig.Empty;

    /// <summary>Gets where the model comes from.</summary>
    public ModelSource Source { get; init; }

    /// <summary>
    /// Gets the name a runtime model is kept under, <c>$runtime|protocol|model</c>; the id of a model from the catalogue.
    /// </summary>
    public string Key => Source == ModelSource.Runtime ? $"$runtime|{Protocol}|{Id}" : Id;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Protocol = ").Append(Protocol).Append(", Id = ").Append(Id).Append(", BaseUrl = ").Append(BaseUrl)
            .Append(", ApiKey = ").Append(ApiKey is null ? "none" : "***").Append(", EnvKeyName = ").Append(EnvKeyName)
            .Append(", Source = ").Append(Source);
        return true;
    }
}

namespace QwenCode.Models.Anthropic;

/// <summary>Options of <see cref="AnthropicChatClient"/>.</summary>
public sealed record AnthropicClientOptions : ChatClientOptions
{
    /// <summary>Gets the address below which <c>v1/messages</c> lies. The default is Anthropic's own.</summary>
    public override Uri BaseUrl { get; init; } = new("https://api.anthropic.com");

    /// <summary>
    /// Gets what makes the address of a request from the model's id, for hosts that offer the models under addresses of their own, such as
    /// Vertex.
    /// </summary>
    /// <value>The default is <c>null</c>: <c>v1/messages</c> below <see cref="BaseUrl"/>, with the model in the body.</value>
    public Func<string, Uri>? Address { get; init; }

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}

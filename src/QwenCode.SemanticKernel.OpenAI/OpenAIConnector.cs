using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.OpenAI;

/// <summary>The official OpenAI connector of Semantic Kernel, for models whose protocol is <c>sk-openai</c>.</summary>
public static class OpenAIConnector
{
    /// <summary>The protocol: the key of <c>modelProviders</c>, and the auth type that options and settings select.</summary>
    public const string Protocol = "sk-openai";

    /// <summary>Lets models be asked through the connector. Nothing of it is loaded before the first one is.</summary>
    /// <param name="options">The host's options.</param>
    public static QwenCodeOptions AddOpenAIConnector(this QwenCodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Protocols = new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>>(
            options.Protocols) { [Protocol] = static (_, entry) => CreateClient(entry) };
        return options;
    }

    /// <summary>Creates a client.</summary>
    /// <param name="entry">The model, with key, address and the settings of its requests.</param>
    /// <exception cref="ModelException">The key is missing, or a setting has no meaning for the connector;
    /// <see cref="ModelFault.NotConfigured"/>.</exception>
    public static IChatClient CreateClient(ModelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ConnectorClient.Create(entry);
    }
}

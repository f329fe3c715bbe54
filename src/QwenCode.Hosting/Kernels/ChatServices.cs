using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Services;
using QwenCode.Hosting.Clients;
using QwenCode.Models;
using QwenCode.SemanticKernel.Models;

namespace QwenCode.Hosting.Kernels;

/// <summary>The chat clients and chat services of a host as models. A client is preferred: it keeps a tool's schema as it is.</summary>
internal static class ChatServices
{
    /// <summary>The id of a client that does not say which model it asks.</summary>
    public const string UnnamedModel = "default";

    /// <summary>
    /// Lets the entries of <c>modelProviders</c> mean services of the host, unless the host has a meaning of its own for the name.
    /// </summary>
    public static void Offer(QwenCodeOptions options)
    {
        if (!options.Protocols.ContainsKey(QwenCodeKernelBuilder.Protocol))
        {
            options.Protocols = new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>>(
                options.Protocols) { [QwenCodeKernelBuilder.Protocol] = Find };
        }
    }

    /// <summary>Gets the client for an entry: the service registered under its id, else the one registered without an id.</summary>
    /// <exception cref="ModelException">There is none; the message names those that there are.</exception>
    public static IChatClient Find(IServiceProvider services, ModelEntry entry)
    {
        if ((services.GetKeyedService<IChatClient>(entry.Id) ?? Of(services.GetKeyedService<IChatCompletionService>(entry.Id)))
            is { } named)
        {
            return new ForeignClient(named, entry, RequestSettings.ForService(entry, sendsModel: false));
        }

        var client = services.GetService<IChatClient>() ?? Of(services.GetService<IChatCompletionService>())
            ?? throw Missing(services, entry);
        return new ForeignClient(
            client, entry, RequestSettings.ForService(entry, sendsModel: entry.Id != UnnamedModel && entry.Id != ModelOf(client)));
    }

    /// <summary>Finds the service that is meant if the settings name no protocol.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="requested">The model that is asked for; <c>null</c> if none is.</param>
    /// <returns>The model's id, or <c>null</c> if the host has no such service.</returns>
    public static string? FindId(IServiceProvider services, string? requested)
    {
        var registered = services.GetService<RegisteredModels>()?.List() ?? [];
        if (registered.Count == 0)
        {
            return null;
        }

        if (requested is not null && registered.Any(model => model.Id == requested))
        {
            return requested;
        }

        var unnamed = registered.Any(static model => model.Id is null) ? UnnamedId(services) : null;
        return requested is null ? unnamed ?? registered[0].Id : requested == unnamed ? requested : null;
    }

    // Not inlined: only a host that has registered a service needs the library.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string UnnamedId(IServiceProvider services) =>
        (services.GetService<IChatClient>() ?? Of(services.GetService<IChatCompletionService>())) is { } client
            && ModelOf(client) is { Length: > 0 } id ? id : UnnamedModel;

    private static string? ModelOf(IChatClient client) =>
        client.GetService<ChatClientMetadata>()?.DefaultModelId ?? client.GetService<IChatCompletionService>()?.GetModelId();

    private static IChatClient? Of(IChatCompletionService? service) =>
        service is null ? null : service as IChatClient ?? new ChatServiceClient(service);

    private static ModelException Missing(IServiceProvider services, ModelEntry entry)
    {
        var registered = services.GetService<RegisteredModels>()?.List() ?? [];
        var known = registered.Count == 0
            ? "none at all" : string.Join(", ", registered.Select(static model => $"'{model.Id}' ({model.Type})"));
        return new ModelException(
            ModelFault.NotConfigured,
            $"The host has no chat client or chat completion service '{entry.Id}', and none without an id. It has {known}.",
            advice: $"Register one with serviceId: \"{entry.Id}\", or correct 'modelProviders.{QwenCodeKernelBuilder.Protocol}' in "
            + "settings.json.");
    }
}

using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Models;
using QwenCode.SemanticKernel.Models;

namespace QwenCode.Hosting.Kernels;

/// <summary>Finds the chat service of a kernel that an entry of <c>modelProviders</c> means.</summary>
internal static class ChatServices
{
    /// <summary>Gives the client for an entry: the service registered under its id, else the one registered without an id.</summary>
    public static IChatClient Find(IServiceProvider services, ModelEntry entry)
    {
        if (services.GetKeyedService<IChatCompletionService>(entry.Id) is { } named)
        {
            return Of(named, entry);
        }

        if (services.GetKeyedService<IChatClient>(entry.Id) is { } client)
        {
            return client;
        }

        return services.GetService<IChatCompletionService>() is { } service ? Of(service, entry)
            : services.GetService<IChatClient>()
            ?? throw new ModelException(
                ModelFault.NotConfigured,
                $"The kernel has no chat completion service '{entry.Id}', and none without an id.",
                advice: $"Register one with serviceId: \"{entry.Id}\", or correct 'modelProviders.{QwenCodeKernelBuilder.Protocol}' in settings.json.");
    }

    private static IChatClient Of(IChatCompletionService service, ModelEntry entry) => service as IChatClient ?? new ChatServiceClient(service, entry.Id);
}

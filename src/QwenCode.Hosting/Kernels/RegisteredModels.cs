using Microsoft.Extensions.DependencyInjection;

namespace QwenCode.Hosting.Kernels;

/// <summary>The chat clients and chat services that a host has registered, also after the framework was added.</summary>
/// <param name="services">The host's services.</param>
internal sealed class RegisteredModels(IServiceCollection services)
{
    /// <summary>Gets what there is, in the order of registration.</summary>
    public IReadOnlyList<(string? Id, string Type)> List()
    {
        var found = new List<(string? Id, string Type)>();
        foreach (var service in services)
        {
            // By name: a host without Semantic Kernel does not load it for the question.
            if (service.ServiceType.FullName
                is not ("Microsoft.Extensions.AI.IChatClient" or "Microsoft.SemanticKernel.ChatCompletion.IChatCompletionService"))
            {
                continue;
            }

            if (!service.IsKeyedService)
            {
                found.Add((null, service.ServiceType.Name));
            }
            else if (service.ServiceKey is string id)
            {
                found.Add((id, service.ServiceType.Name));
            }
        }

        return found;
    }
}

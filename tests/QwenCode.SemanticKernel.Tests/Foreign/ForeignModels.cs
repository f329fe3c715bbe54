using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Scripting;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>Every kind of client that a host may bring, around a model that plays a script.</summary>
internal static class ForeignModels
{
    public static IReadOnlyDictionary<string, Action<IServiceCollection, QwenCodeOptions, ScriptedModel>> Kinds { get; } =
        new Dictionary<string, Action<IServiceCollection, QwenCodeOptions, ScriptedModel>>
        {
            ["a client that invokes functions"] = static (services, _, model) => services.AddSingleton<IChatClient>(FunctionInvoking(model)),
            ["the kernel's client that invokes functions"] = static (services, _, model) => services.AddSingleton<IChatClient>(KernelFunctionInvoking(model)),
            ["a client that invokes functions under the id of the model"] = static (services, _, model) => services.AddKeyedSingleton<IChatClient>("house-model", FunctionInvoking(model)),
            ["a client of the host's own that invokes what it is given"] = static (services, _, model) =>
                services.AddSingleton<IChatClient>(new InvokingClient(model, static tool => tool as AIFunction)),
            ["a client that unwraps what it is given"] = static (services, _, model) =>
                services.AddSingleton<IChatClient>(new InvokingClient(model, static tool => tool.GetService<AIFunction>() ?? tool.GetService<Tools.Tool>())),
            ["a client for a protocol of the host's own"] = static (_, options, model) => (options.AuthType, options.Protocols) = (
                "house", new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>> { ["house"] = (_, _) => FunctionInvoking(model) }),
            ["a chat service over a client that invokes functions"] = static (services, _, model) =>
                services.AddSingleton(FunctionInvoking(model).AsChatCompletionService()),
            ["a chat service over the kernel's client that invokes functions"] = static (services, _, model) =>
                services.AddSingleton(KernelFunctionInvoking(model).AsChatCompletionService()),
            ["a chat service over a client"] = static (services, _, model) => services.AddSingleton(model.AsChatCompletionService()),
            ["a chat service that invokes functions although it must not"] = static (services, _, model) =>
                services.AddSingleton<IChatCompletionService>(new InvokingChatService(model, showsCalls: true)),
            ["a chat service that invokes functions and does not show the calls"] = static (services, _, model) =>
                services.AddSingleton<IChatCompletionService>(new InvokingChatService(model, showsCalls: false)),
        };

    private static IChatClient FunctionInvoking(ScriptedModel model) => model.AsBuilder().UseFunctionInvocation().Build();

    private static IChatClient KernelFunctionInvoking(ScriptedModel model) => model.AsBuilder().UseKernelFunctionInvocation().Build();
}

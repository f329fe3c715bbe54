using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Microsoft.SemanticKernel;

public static class KernelPluginFactory
{
    public static KernelPlugin CreateFromObject(object target, string? pluginName = null, ILoggerFactory? loggerFactory = null) =>
        CreateFromObject(target, new JsonSerializerOptions(JsonSerializerOptions.Default), pluginName, loggerFactory);

    public static KernelPlugin CreateFromObject<T>(T target, JsonSerializerOptions jsonSerializerOptions, string? pluginName = null, ILoggerFactory? loggerFactory = null)
        where T : notnull
    {
        var type = target.GetType();
        var marked = type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            .Where(method => method.GetCustomAttribute<KernelFunctionAttribute>() is not null)
            .ToList();
        return marked.Exists(method => method.ContainsGenericParameters)
            ? throw new ArgumentException("Open generic methods are not supported.")
            : CreateFromFunctions(pluginName ?? type.Name, null, [.. marked.Select(method => new MethodFunction(method, target, jsonSerializerOptions, pluginName))]);
    }

    public static KernelPlugin CreateFromFunctions(string pluginName, string? description = null, IEnumerable<KernelFunction>? functions = null) => new(pluginName, functions ?? []);
}

public static class KernelFunctionFactory
{
    public static KernelFunction CreateFromPrompt(PromptTemplateConfig promptConfig, IPromptTemplateFactory? promptTemplateFactory = null, ILoggerFactory? loggerFactory = null) =>
        new PromptFunction(promptConfig, null);
}

/// <summary>Its prompts know <c>{{$name}}</c>, and ask a chat client.</summary>
internal sealed class PromptFunction(PromptTemplateConfig config, string? plugin) : KernelFunction(new(config.Name!, plugin, config.Description), Schema(config))
{
    public override KernelFunction Clone(string pluginName) => new PromptFunction(config, pluginName);

    protected override async Task<FunctionResult> InvokeCoreAsync(Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var text = arguments.Aggregate(config.Template, (prompt, argument) => prompt.Replace($"{{{{${argument.Key}}}}}", argument.Value?.ToString()));
        var client = (IChatClient?)kernel.Services?.GetService(typeof(IChatClient)) ?? throw new InvalidOperationException("No service was found.");
        var response = await client.GetResponseAsync([new ChatMessage(ChatRole.User, text)], cancellationToken: cancellationToken);
        return new(this, response.Text);
    }

    private static JsonElement Schema(PromptTemplateConfig config)
    {
        var names = config.Template.Split("{{$").Skip(1).Select(part => part[..part.IndexOf("}}", StringComparison.Ordinal)]);
        var properties = new JsonObject();
        foreach (var name in names.Distinct())
        {
            properties[name] = new JsonObject { ["type"] = "string" };
        }

        return JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "object", ["properties"] = properties });
    }
}

internal sealed class MethodFunction(MethodInfo method, object target, JsonSerializerOptions json, string? plugin) : KernelFunction(
    new(
        method.GetCustomAttribute<KernelFunctionAttribute>()!.Name ?? (method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name[..^5] : method.Name),
        plugin,
        method.GetCustomAttribute<DescriptionAttribute>()?.Description ?? string.Empty),
    Schema(method, json))
{
    public override KernelFunction Clone(string pluginName) => new MethodFunction(method, target, json, pluginName);

    protected override async Task<FunctionResult> InvokeCoreAsync(Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var values = method.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(Kernel) ? kernel
            : parameter.ParameterType == typeof(CancellationToken) ? cancellationToken
            : !arguments.TryGetValue(parameter.Name!, out var value) ? parameter.DefaultValue
            : value is JsonElement element ? element.Deserialize(parameter.ParameterType, json)
            : value is string text && parameter.ParameterType.IsEnum ? Enum.Parse(parameter.ParameterType, text, ignoreCase: true)
            : value);
        var returned = method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, [.. values], null);
        if (returned is Task task)
        {
            await task;
            returned = task.GetType().GetProperty("Result")?.GetValue(task);
        }

        return new(this, returned);
    }

    // With the quirks of the real one: a word of its own, no hint of what else is allowed, and references that count from each parameter.
    private static JsonElement Schema(MethodInfo method, JsonSerializerOptions json)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var parameter in method.GetParameters().Where(parameter => parameter.ParameterType != typeof(Kernel) && parameter.ParameterType != typeof(CancellationToken)))
        {
            properties[parameter.Name!] = JsonSchemaExporter.GetJsonSchemaAsNode(json, parameter.ParameterType, new() { TreatNullObliviousAsNonNullable = true });
            if (!parameter.IsOptional)
            {
                required.Add(parameter.Name!);
            }
        }

        return JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "object", ["condition"] = "", ["properties"] = properties, ["required"] = required });
    }
}

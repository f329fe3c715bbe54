using System.Reflection;
using QwenCode.Plugins.Binding;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>Fills in what constructors and methods marked in our own way want of Semantic Kernel.</summary>
internal static class KernelParameters
{
    /// <summary>Makes an instance of a plugin's class, with the plugin's kernel for a constructor that wants one.</summary>
    public static object Make(Type type, BindingContext binding)
    {
        PluginKernel? home = null;
        var made = binding.Instances.Get(type, parameter =>
        {
            if (!KernelMarks.IsFilledIn(parameter))
            {
                return null;
            }

            // One instance serves all agents, so its kernel is none of theirs, and has no model.
            home = KernelGeneration.Of(type.Assembly, binding).Home;
            return home.Services.Fill(parameter);
        });
        // Afterwards: what the folder brings may need the class that was made just now.
        home?.Fill();
        return made;
    }

    /// <summary>Returns where the kernels of a method that needs one come from; <c>null</c> for any other method.</summary>
    public static KernelGeneration? FindGeneration(MethodInfo method, IReadOnlyList<ToolParameter> parameters, BindingContext binding)
    {
        if (!parameters.Any(static parameter => parameter.Source is ToolParameterSource.Kernel or ToolParameterSource.KernelService))
        {
            return null;
        }

        var generation = KernelGeneration.Of(method.DeclaringType!.Assembly, binding);
        generation.Home.Fill();
        return generation;
    }

    /// <summary>Returns what a method's parameter is filled in with.</summary>
    /// <exception cref="ToolArgumentException">There is no such service, and the parameter has no default.</exception>
    public static object? Fill(ToolParameter parameter, KernelGeneration generation, ToolContext context)
    {
        var agent = generation.Library.FindAgentKernel(context.Services);
        var pluginKernel = generation.For(context);
        pluginKernel.Fill();
        if (parameter.Source is ToolParameterSource.Kernel)
        {
            // A copy: what a plugin puts into it must not stay in the session, and the plugin with it in memory.
            return generation.Library.Clone(agent ?? pluginKernel.Kernel);
        }

        var services = pluginKernel.ServicesFor(agent);
        _ = KernelMarks.IsService(parameter.Info, out var key);
        if (services.GetKeyedService(parameter.Type, key) is { } service)
        {
            return service;
        }

        var named = key is null ? string.Empty : $" with the key '{key}'";
        return parameter.IsOptional
            ? parameter.Default()
            : throw new ToolArgumentException(
                $"'{parameter.Name}' cannot be filled in: there is no {parameter.Type}{named}.", ToolError.ExecutionFailed);
    }
}

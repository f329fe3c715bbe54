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
        PluginKernel? pluginKernel = null;
        var made = binding.Instances.Get(type, parameter =>
        {
            if (!KernelMarks.IsFilledIn(parameter))
            {
                return null;
            }

            pluginKernel = PluginKernel.Of(type.Assembly, binding);
            return pluginKernel.Services.Fill(parameter);
        });
        // Afterwards: what the folder brings may need the class that was made just now.
        pluginKernel?.Fill();
        return made;
    }

    /// <summary>Returns the plugin kernel of a method that needs it; <c>null</c> for any other method.</summary>
    public static PluginKernel? FindPluginKernel(MethodInfo method, IReadOnlyList<ToolParameter> parameters, BindingContext binding)
    {
        if (!parameters.Any(static parameter => parameter.Source is ToolParameterSource.Kernel or ToolParameterSource.KernelService))
        {
            return null;
        }

        var pluginKernel = PluginKernel.Of(method.DeclaringType!.Assembly, binding);
        pluginKernel.Fill();
        return pluginKernel;
    }

    /// <summary>Gives what a method's parameter is filled in with.</summary>
    /// <exception cref="ToolArgumentException">There is no such service, and the parameter has no default.</exception>
    public static object? Fill(ToolParameter parameter, PluginKernel pluginKernel, ToolContext context)
    {
        var agent = pluginKernel.Library.FindAgentKernel(context.Services);
        if (parameter.Source is ToolParameterSource.Kernel)
        {
            // A copy: what a plugin puts into it must not stay in the session, and the plugin with it in memory.
            return pluginKernel.Library.Clone(agent ?? pluginKernel.Kernel);
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

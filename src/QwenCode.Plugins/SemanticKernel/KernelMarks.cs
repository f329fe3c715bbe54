using System.Reflection;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// What Semantic Kernel fills in, and no model: a kernel, and what is marked to come from a kernel's services. Known by name, whichever
/// copy of the library it is of.
/// </summary>
internal static class KernelMarks
{
    /// <summary>Returns whether a type is the library's kernel.</summary>
    public static bool IsKernel(Type type) => type.Name == "Kernel" && type.FullName == KernelNames.Kernel;

    /// <summary>Returns whether a parameter is marked to come from a kernel's services.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="key">The key it names; <c>null</c> for none.</param>
    public static bool IsService(ParameterInfo parameter, out object? key)
    {
        foreach (var mark in parameter.CustomAttributes)
        {
            if (mark.AttributeType.FullName == KernelNames.ServiceMark)
            {
                key = mark.ConstructorArguments is [var given] ? given.Value : null;
                return true;
            }
        }

        key = null;
        return false;
    }

    /// <summary>Returns whether a parameter is either.</summary>
    public static bool IsFilledIn(ParameterInfo parameter) => IsKernel(parameter.ParameterType) || IsService(parameter, out _);
}

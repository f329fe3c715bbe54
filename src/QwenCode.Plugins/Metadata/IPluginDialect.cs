using System.Reflection;
using QwenCode.Plugins.Binding;

namespace QwenCode.Plugins.Metadata;

/// <summary>
/// One way of marking tools in an assembly. Recognising works by the full names of attributes, so that an assembly can be
/// judged without loading it and without the host referencing where the attributes come from.
/// </summary>
internal interface IPluginDialect
{
    /// <summary>Gets the word that manifests name the dialect by.</summary>
    string Name { get; }

    /// <summary>Returns whether an attribute marks a method as a tool.</summary>
    bool MarksMethod(string attributeFullName);

    /// <summary>Returns whether an attribute marks a class as a tool.</summary>
    bool MarksClass(string attributeFullName);

    /// <summary>Gets whether its marks say what kind of tool one is and what it promises. If they do not, a manifest may.</summary>
    bool DeclaresTraits => true;

    /// <summary>Finds what holds tools in a plugin's folder beside classes.</summary>
    /// <returns>Paths below the folder that begin with <c>./</c>, which no class's name does; always in the same order.</returns>
    IEnumerable<string> FindPlaces(string folder) => [];

    /// <summary>Makes the tools of a class that carries marks; what cannot be one goes to the binding's faults.</summary>
    IEnumerable<BoundTool> Bind(Type type, BindingContext binding);

    /// <summary>Makes the tools of a place in the folder the assembly was loaded from.</summary>
    IEnumerable<BoundTool> BindPlace(string place, Assembly assembly, BindingContext binding) => [];
}

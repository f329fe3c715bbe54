using System.Reflection;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// Classes with <c>[KernelFunction]</c> methods, and prompts in files, as Semantic Kernel knows them; the plugin brings its own copy of it,
/// or shares the host's.
/// </summary>
internal sealed class SemanticKernelDialect : IPluginDialect
{
    public const string DialectName = "semantic-kernel";

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public string Name => DialectName;

    // The library knows neither kinds nor traits; a manifest may say them.
    public bool DeclaresTraits => false;

    public bool MarksMethod(string attributeFullName) => attributeFullName == KernelNames.FunctionMark;

    public bool MarksClass(string attributeFullName) => false;

    public IEnumerable<string> FindPlaces(string folder) => PromptFolders.Find(folder);

    public IEnumerable<BoundTool> Bind(Type type, BindingContext binding)
    {
        var tools = new List<BoundTool>();
        if (!HasFunctions(type))
        {
            return tools;
        }

        var generation = KernelGeneration.Of(type.Assembly, binding);
        var makeable = Makeable(type, generation).ToList();
        if (makeable.Count == 0)
        {
            binding.Report(PluginFaultReason.InvalidTool,
                $"The class {type.FullName} has [KernelFunction] methods, but is static, abstract or generic, and no class derives "
                + "from it.",
                "Make it a class that can be created.");
        }

        foreach (var made in makeable)
        {
            try
            {
                var owner = made.FullName!;
                using var caches = SerializerCaches.Hold();
                foreach (var (name, function) in generation.Describe(made).Functions)
                {
                    tools.Add(Declare(name, function, made == type ? null : owner, owner, generation));
                }
            }
            catch (Exception exception)
            {
                // Describing reads attributes and signatures of the plugin, and its own library may refuse them.
                binding.Faults.Add(Describe(exception, made.FullName!, binding.File));
            }
        }

        return tools;
    }

    public IEnumerable<BoundTool> BindPlace(string place, Assembly assembly, BindingContext binding)
    {
        var generation = KernelGeneration.Of(assembly, binding);
        return [.. PromptFolders.Create(Path.GetDirectoryName(assembly.Location)!, place, generation).Functions
            .Select(entry => Declare(entry.Name, entry.Function, null, place, generation))];
    }

    /// <summary>Returns whether a class, or one it derives from, has marked methods.</summary>
    public static bool HasFunctions(Type type) => Array.Exists(type.GetMethods(All), static method =>
        method.GetCustomAttributesData().Any(static attribute => attribute.AttributeType.FullName == KernelNames.FunctionMark));

    /// <summary>Returns the class, or those that derive from one that cannot be made and are not found by marks of their own.</summary>
    public static IEnumerable<Type> Makeable(Type type, KernelGeneration generation)
    {
        if (type is { IsAbstract: false, ContainsGenericParameters: false })
        {
            return [type];
        }

        return generation.Classes.Where(
            candidate => candidate is { IsAbstract: false, ContainsGenericParameters: false } && candidate.IsSubclassOf(type)
            && !Array.Exists(candidate.GetMethods(All | BindingFlags.DeclaredOnly), static method =>
                method.GetCustomAttributesData().Any(static attribute => attribute.AttributeType.FullName == KernelNames.FunctionMark)));
    }

    /// <summary>Returns why a class or a place of prompts brings no functions.</summary>
    public static PluginFault Describe(Exception exception, string owner, string file) =>
        exception is PluginFaultException own ? own.Fault
        : LoadFaults.FindMissingAssembly(exception, file)
        ?? new(PluginFaultReason.InvalidTool, file,
            $"{owner} is no plugin to Semantic Kernel: {exception.GetType().Name}: {exception.Message}",
            "Mend it; Semantic Kernel itself refuses it.");

    private static BoundTool Declare(
        string name, AIFunction function, string? method, string owner, KernelGeneration generation)
    {
        var declaration = new ToolDeclaration
        {
            Name = name,
            Description = function.Description,
            Parameters = KernelSchema.Clean(function.JsonSchema),
            // Names are matched without regard to case, which a check against the schema would not allow.
            Traits = ToolTraits.ChecksOwnArguments,
            Source = generation.Binding.Plugin,
        };
        return new(declaration, method, 0, declared => new KernelFunctionTool(declared, function, owner, name, generation));
    }
}

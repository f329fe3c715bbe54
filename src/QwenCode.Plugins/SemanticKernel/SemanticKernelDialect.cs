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

    public IEnumerable<BoundTool> Bind(Type type, ToolBench bench)
    {
        var tools = new List<BoundTool>();
        if (!HasFunctions(type))
        {
            return tools;
        }

        var room = KernelRoom.Of(type.Assembly, bench);
        var makeable = Makeable(type, room).ToList();
        if (makeable.Count == 0)
        {
            bench.Report(PluginFaultReason.InvalidTool, $"The class {type.FullName} has [KernelFunction] methods, but is static, abstract or generic, and no class derives from it.",
                "Make it a class that can be created.");
        }

        foreach (var made in makeable)
        {
            try
            {
                var owner = made.FullName!;
                using var caches = SerializerCaches.Hold();
                foreach (var (name, function) in room.Describe(made).Functions)
                {
                    tools.Add(Declare(name, function, made == type ? null : owner, bench, () => room.GetFunction(owner, name), room));
                }
            }
            catch (Exception exception)
            {
                // Describing reads attributes and signatures of the plugin, and its own library may refuse them.
                bench.Faults.Add(Describe(exception, made.FullName!, bench.File));
            }
        }

        return tools;
    }

    public IEnumerable<BoundTool> BindPlace(string place, Assembly assembly, ToolBench bench)
    {
        var room = KernelRoom.Of(assembly, bench);
        return [.. PromptFolders.Create(Path.GetDirectoryName(assembly.Location)!, place, room, bench).Functions
            .Select(entry => Declare(entry.Name, entry.Function, null, bench, () => room.GetFunction(place, entry.Name), room))];
    }

    /// <summary>Says whether a class, or one it derives from, has marked methods.</summary>
    public static bool HasFunctions(Type type) => Array.Exists(type.GetMethods(All), static method =>
        method.GetCustomAttributesData().Any(static attribute => attribute.AttributeType.FullName == KernelNames.FunctionMark));

    /// <summary>Gives the class, or those that derive from one that cannot be made and are not found by marks of their own.</summary>
    public static IEnumerable<Type> Makeable(Type type, KernelRoom room)
    {
        if (type is { IsAbstract: false, ContainsGenericParameters: false })
        {
            return [type];
        }

        return room.Classes.Where(candidate => candidate is { IsAbstract: false, ContainsGenericParameters: false } && candidate.IsSubclassOf(type)
            && !Array.Exists(candidate.GetMethods(All | BindingFlags.DeclaredOnly), static method =>
                method.GetCustomAttributesData().Any(static attribute => attribute.AttributeType.FullName == KernelNames.FunctionMark)));
    }

    /// <summary>Says why a class or a place of prompts brings no functions.</summary>
    public static PluginFault Describe(Exception exception, string owner, string file) =>
        exception is PluginFaultException own ? own.Fault
        : LoadFaults.FindMissingAssembly(exception, file)
        ?? new(PluginFaultReason.InvalidTool, file, $"{owner} is no plugin to Semantic Kernel: {exception.GetType().Name}: {exception.Message}", "Mend it; Semantic Kernel itself refuses it.");

    private static BoundTool Declare(string name, AIFunction function, string? method, ToolBench bench, Func<AIFunction> find, KernelRoom room)
    {
        var declaration = new ToolDeclaration
        {
            Name = name,
            Description = function.Description,
            Parameters = KernelSchema.Clean(function.JsonSchema),
            // Names are matched without regard to case, which a check against the schema would not allow.
            Traits = ToolTraits.ChecksOwnArguments,
            Source = bench.Plugin,
        };
        return new(declaration, method, 0, declared => new KernelFunctionTool(declared, find(), room));
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Models.Functions;

/// <summary>
/// The tools of a request as functions of the library, with the way back from a call to the tool. Made once for a set of tools.
/// </summary>
internal sealed class FunctionOffer
{
    private static readonly ConditionalWeakTable<ToolSet, FunctionOffer> Known = [];

    // As long as the strictest providers allow.
    private const int MaxName = 64;

    private readonly Dictionary<string, FunctionDeclaration> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FunctionDeclaration> _byTool = new(StringComparer.Ordinal);

    private FunctionOffer(IEnumerable<AITool> tools)
    {
        foreach (var tool in tools.OfType<AIFunctionDeclaration>())
        {
            if (!_byTool.ContainsKey(tool.Name))
            {
                var declaration = new FunctionDeclaration(Free(tool.Name), tool);
                _byName.Add(declaration.Name, declaration);
                _byTool.Add(tool.Name, declaration);
            }
        }
    }

    /// <summary>Gets the offer of a request without tools.</summary>
    public static FunctionOffer None { get; } = new([]);

    public bool IsEmpty => _byTool.Count == 0;

    /// <summary>Gets the offer for the tools of a request.</summary>
    public static FunctionOffer Of(IList<AITool>? tools) =>
        tools is not { Count: > 0 } ? None
        : tools is ToolSet set ? Known.GetValue(set, static key => new FunctionOffer(key))
        : new FunctionOffer(tools);

    /// <summary>Creates the functions for one request.</summary>
    /// <param name="refuse">Called when one of them is invoked.</param>
    public IEnumerable<KernelFunction> CreateFunctions(Action<string, AIFunctionArguments> refuse)
    {
        foreach (var declaration in _byTool.Values)
        {
#pragma warning disable SKEXP0001 // The one road from a tool to what a service offers its model.
            yield return new OfferedFunction(declaration.Name, declaration.Tool.Description, declaration.Schema, refuse).AsKernelFunction();
#pragma warning restore SKEXP0001
        }
    }

    /// <summary>Gets the name under which the service knows a tool, also one that is not offered any more.</summary>
    public string NameOf(string tool) => _byTool.TryGetValue(tool, out var declaration) ? declaration.Name : FunctionNames.Clean(tool);

    /// <summary>Makes a call of a function a call of its tool.</summary>
    public Microsoft.Extensions.AI.FunctionCallContent Restore(Microsoft.Extensions.AI.FunctionCallContent call)
    {
        if (!_byName.TryGetValue(call.Name, out var declaration))
        {
            return call;
        }

        if (!declaration.HasOtherParameters)
        {
            return declaration.Tool.Name == call.Name
                ? call
                : new(call.CallId, declaration.Tool.Name, call.Arguments) { RawRepresentation = call.RawRepresentation };
        }

        var arguments =
            call.Arguments?.ToDictionary(pair => declaration.ParameterOf(pair.Key), static pair => pair.Value, StringComparer.Ordinal);
        var raw = call.RawRepresentation as ToolCallArguments;
        if (arguments is not null && raw is not null)
        {
            var json = ToolArguments.From(arguments).Json;
            raw = raw with { Raw = json.GetRawText(), Value = json };
        }

        return new(call.CallId, declaration.Tool.Name, arguments) { RawRepresentation = raw };
    }

    private string Free(string tool)
    {
        var wanted = FunctionNames.Clean(tool);
        var free = wanted;
        for (var i = 2; _byName.ContainsKey(free); i++)
        {
            var end = $"_{i}";
            free = wanted[..Math.Min(wanted.Length, MaxName - end.Length)] + end;
        }

        return free;
    }
}

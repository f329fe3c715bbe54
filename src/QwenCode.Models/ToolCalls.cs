using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Arguments;

namespace QwenCode.Models;

/// <summary>Makes calls as our clients hand them on.</summary>
public static class ToolCalls
{
    /// <summary>Makes a call from the arguments a model wrote.</summary>
    /// <param name="id">The call's id.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="rawArguments">The arguments as text: JSON, or nearly.</param>
    /// <returns>A call that carries its <see cref="ToolCallArguments"/>.</returns>
    public static FunctionCallContent Create(string id, string name, string rawArguments)
    {
        ArgumentNullException.ThrowIfNull(rawArguments);
        var arguments = ArgumentsReader.Read(rawArguments);
        Dictionary<string, object?>? members = null;
        if (arguments.Value is { ValueKind: JsonValueKind.Object } json)
        {
            members = new(StringComparer.Ordinal);
            foreach (var member in json.EnumerateObject())
            {
                members[member.Name] = member.Value;
            }
        }

        return new(id, name, members) { RawRepresentation = arguments };
    }
}

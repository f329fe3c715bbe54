using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tools.Validation;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>What is checked of a call before its tool sees it.</summary>
internal static class CallChecks
{
    private const string TruncatedHint =
        " (Your answer was cut off at its length limit, so the arguments are incomplete. Repeat the call with complete, smaller "
            + "arguments.)";

    // Half a command, path or prompt is another one. Whatever the answer says about why it ended, what is cut off may only look.
    private const string CutOff =
        "The arguments of this call are cut off, so it was not run: incomplete, it could do something else than you mean. Repeat it with "
        + "complete arguments; split it into smaller calls if they are long.";

    /// <summary>Returns what the model gets instead of a result, or the call ready to be prepared.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="call">The call as the model sent it.</param>
    /// <param name="reading">The call as the policy has already read it; <c>null</c> if it has not.</param>
    /// <param name="isTruncated">Whether the answer was cut off at its length limit.</param>
    /// <param name="isCut">Whether the call is known to be cut off before its first argument.</param>
    /// <param name="request">The call; <c>null</c> if it cannot run.</param>
    public static CallOutcome? Check(Agent agent, FunctionCallContent call, CallReading? reading, bool isTruncated, bool isCut,
        out CallRequest? request)
    {
        request = null;
        if (agent.FindBan(call.Name) is { } rule)
        {
            return CallOutcome.Failed(
                ToolError.ExecutionDenied,
                $"Qwen Code requires permission to use \"{call.Name}\", but that permission was declined. Matching deny rule: \"{rule}\".");
        }

        var offered = agent.OfferedTools();
        var found = offered.Find(call.Name);
        var isForMain = found is null ? call.Name == ToolFilter.ExitPlanMode : ToolFilter.IsForMain(found.Declaration);
        if (!agent.IsMain && isForMain)
        {
            return CallOutcome.Failed(
                ToolError.ExecutionDenied, $"\"{call.Name}\" is for the main agent alone. Report what you would have said to it.");
        }

        if (found is not { } tool)
        {
            return CallOutcome.Failed(ToolError.NotRegistered, Unknown(agent, call.Name, offered.Names));
        }

        var arguments = ToolCallArguments.Of(call);
        if ((isCut || arguments.IsTruncated) && !IsReading(agent, tool, arguments))
        {
            return CallOutcome.Failed(ToolError.OutputTruncated, CutOff);
        }

        if (arguments.Value is not { } json || json.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return CallOutcome.Failed(ToolError.InvalidArguments, Explain("Value of params must be an object", isTruncated));
        }

        var valid = tool.Declaration.Traits.HasFlag(ToolTraits.ChecksOwnArguments) ? new ToolArguments(json) : Validate(tool, json);
        var isRead = reading is not null && ReferenceEquals(reading.Tool, tool.Declaration) && IsSame(reading.Arguments, valid);
        request = new CallRequest(call.CallId, tool, isRead ? reading! : agent.Policy.Read(tool.Declaration, valid));
        return null;
    }

    private static bool IsReading(Agent agent, Tool tool, ToolCallArguments arguments) =>
        tool.Declaration.Traits.HasFlag(ToolTraits.ReadOnly)
        || (tool.Declaration.Kind is ToolKind.Execute && arguments.Value is { ValueKind: JsonValueKind.Object } json
            && agent.Policy.Read(tool.Declaration, new ToolArguments(json)).IsReadOnlyCommand);

    /// <summary>Returns the arguments as the schema wants them.</summary>
    /// <exception cref="ToolArgumentException">They do not fit.</exception>
    public static ToolArguments Validate(Tool tool, JsonElement json)
    {
        var validation = SchemaValidator.Validate(CompiledSchema.Of(tool), json);
        return validation.Error is { } error ? throw new ToolArgumentException(error) : new ToolArguments(validation.Arguments);
    }

    // Byte for byte: what was read is exactly what runs. Arguments that were mended to fit the schema are read again.
    private static bool IsSame(ToolArguments one, ToolArguments other) =>
        JsonMarshal.GetRawUtf8Value(one.Json).SequenceEqual(JsonMarshal.GetRawUtf8Value(other.Json));

    /// <summary>Returns an error with the hint that the answer was cut off, if it was.</summary>
    public static string Explain(string message, bool isTruncated) => isTruncated ? message + TruncatedHint : message;

    private static string Unknown(Agent agent, string name, IEnumerable<string> names)
    {
        if (!agent.IsMain)
        {
            return $"Tool \"{name}\" not found. Tools must be called by the exact names they are offered under.";
        }

        var similar = names.Select((candidate, index) => (candidate, index, distance: Distance(name, candidate)))
            .OrderBy(static entry => entry.distance).ThenBy(static entry => entry.index).Take(3)
                .Select(static entry => $"\"{entry.candidate}\"").ToArray();
        var hint = similar.Length == 0 ? string.Empty : $" Did you mean one of: {string.Join(", ", similar)}?";
        return $"Tool \"{name}\" not found in registry. Tools must be called by the exact names they are offered under.{hint}";
    }

    // Levenshtein's distance by the usual two rows (Wagner and Fischer 1974).
    private static int Distance(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}

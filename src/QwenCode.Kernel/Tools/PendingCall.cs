using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Checkpoints;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>A call on its way: what is known of it grows with every step.</summary>
/// <param name="Call">What the model sent.</param>
/// <param name="Place">Where it stands in its turn.</param>
internal sealed record PendingCall(FunctionCallContent Call, CallPlace Place)
{
    /// <summary>Gets or sets how the call is shown.</summary>
    public ToolCallInfo Info { get; set; } =
        new(Call.CallId, Call.Name, ArgumentsOf(Call) is { ValueKind: JsonValueKind.Object } json ? json : ToolArguments.None.Json);

    /// <summary>Gets or sets the checked call; <c>null</c> before that, and if it does not fit.</summary>
    public CallRequest? Request { get; set; }

    /// <summary>Gets or sets what runs; <c>null</c> before it is prepared.</summary>
    public ToolInvocation? Invocation { get; set; }

    /// <summary>Gets or sets what the model gets; <c>null</c> until that is known.</summary>
    public CallOutcome? Outcome { get; set; }

    /// <summary>Gets or sets what keeps the files that the call changes; <c>null</c> before it runs, and if it changes none.</summary>
    public ICallWatch? Watch { get; set; }

    /// <summary>Gets or sets what the user decided; <c>null</c> if the user was not asked.</summary>
    public bool? AcceptedByUser { get; set; }

    /// <summary>Gets or sets whether the turn ends with this call.</summary>
    public bool EndsTurn { get; set; }

    /// <summary>Gets or sets whether the agent's run ends with this call.</summary>
    public bool EndsRun { get; set; }

    /// <summary>Returns whether the model wrote no arguments at all, not even an empty object.</summary>
    public static bool IsBlank(FunctionCallContent call) =>
        call.RawRepresentation is ToolCallArguments arguments && string.IsNullOrWhiteSpace(arguments.Raw);

    /// <summary>Returns the arguments of a call; <c>null</c> if they are not JSON.</summary>
    public static JsonElement? ArgumentsOf(FunctionCallContent call)
    {
        try
        {
            return ToolCallArguments.Of(call).Value;
        }
        catch (ToolArgumentException)
        {
            return null;
        }
    }
}

/// <summary>Where a call stands in its turn.</summary>
/// <param name="Request">The number of the model request in the turn, from 0.</param>
/// <param name="Index">The call's place in the answer, from 0.</param>
/// <param name="Count">How many calls the answer holds.</param>
internal readonly record struct CallPlace(int Request, int Index, int Count);

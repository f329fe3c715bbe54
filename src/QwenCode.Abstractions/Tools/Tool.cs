using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Tools;

/// <summary>
/// Something a model can call. Every tool is an <see cref="AIFunction"/>, so it fits wherever functions do; what it
/// adds is the step between the model's request and the act, where arguments are checked and permission is settled.
/// </summary>
/// <remarks>
/// Tools are shared by all agents of a process and must be safe to call from several threads at once. A session never hands a tool
/// to a model client: a <see cref="Conversations.ToolSet"/> holds declarations only.
/// </remarks>
public abstract class Tool : AIFunction
{
    private OfferedTool? _offer;

    /// <summary>Creates a tool.</summary>
    /// <param name="declaration">What it is declared to be.</param>
    protected Tool(ToolDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        Declaration = declaration;
    }

    /// <summary>Gets what is known of the tool without running it.</summary>
    public ToolDeclaration Declaration { get; }

    /// <summary>Gets what model clients are given instead of the tool; one object for all requests.</summary>
    internal AIFunctionDeclaration Offer => _offer ??= new OfferedTool(Declaration);

    /// <inheritdoc/>
    public sealed override string Name => Declaration.Name;

    /// <inheritdoc/>
    public sealed override string Description => Declaration.Description;

    /// <inheritdoc/>
    public sealed override JsonElement JsonSchema => Declaration.Parameters;

    /// <summary>Turns a request into something that can be described, approved and run. Has no effect on the world.</summary>
    /// <param name="arguments">What the model sent; already valid under the schema unless
    /// <see cref="ToolTraits.ChecksOwnArguments"/>.</param>
    /// <param name="context">Who calls, and where.</param>
    /// <exception cref="ToolArgumentException">The arguments cannot be used; the message goes to the model.</exception>
    public abstract ToolInvocation Prepare(ToolArguments arguments, ToolContext context);

    /// <inheritdoc/>
    /// <remarks>Entry point for callers outside a session: prepares and executes at once, without asking the user.</remarks>
    protected sealed override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var context = arguments.Context?.TryGetValue(typeof(ToolContext), out var given) == true && given is ToolContext own
            ? own
            : ToolContext.Detached;
        var result = await Prepare(ToolArguments.From(arguments), context).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        return result.Error is { } error ? $"Error: {error.Message}" : result.Content.ToText();
    }
}

using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.Cli.Headless;

/// <summary>The tool that the model hands its result over with; the first valid call ends the run.</summary>
/// <param name="schema">The schema of the result.</param>
internal sealed class ResultTool(JsonElement schema) : Tool(Declare(schema)), IToolSource
{
    /// <summary>The name that qwen-code gives it.</summary>
    public const string ToolName = "structured_output";

    private readonly Lock _gate = new();
    private JsonElement? _result;

    /// <summary>Gets the result; <c>null</c> before there is one.</summary>
    public JsonElement? Result
    {
        get
        {
            lock (_gate)
            {
                return _result;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => [this];

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation(this, arguments);

    private static ToolDeclaration Declare(JsonElement schema) => new()
    {
        Name = ToolName,
        DisplayName = "StructuredOutput",
        Description = "Hands over the result of the work. Call it once, when everything is done, with the result in the form of the "
            + "parameters; it ends the run. A result that is only written as text is not taken.",
        Parameters = schema,
        Kind = ToolKind.Other,
        Traits = ToolTraits.ReadOnly | ToolTraits.MainAgentOnly,
    };

    private void Take(JsonElement result)
    {
        lock (_gate)
        {
            _result ??= result;
        }
    }

    private sealed class Invocation(ResultTool tool, ToolArguments arguments) : ToolInvocation
    {
        public override string Description => "Hands over the result";

        public override ToolConsent Consent => ToolConsent.Allow;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            tool.Take(arguments.Json.Clone());
            return ValueTask.FromResult(ToolResult.Success(arguments.Json.GetRawText()) with { EndsRun = true });
        }
    }
}

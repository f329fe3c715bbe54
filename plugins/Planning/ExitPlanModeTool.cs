using System.Text;
using QwenCode.Platform.Files;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning;

/// <summary>Puts a plan before the user; with their agreement, planning is over.</summary>
[PluginTool(Order = -50)]
public sealed class ExitPlanModeTool : Tool
{
    private const string About =
        """
        Shows your plan to the user and asks whether to carry it out. Use it in plan mode, once the plan is complete, for work
        that changes something. If the task was only to look or to explain, answer instead.

        The plan is markdown: what will change, in which files, in which order, and how it will be checked. Settle open questions
        with ask_user_question first. Do not begin before the user has agreed.
        """;

    /// <summary>Creates the tool.</summary>
    public ExitPlanModeTool()
        : base(new ToolDeclaration
        {
            Name = "exit_plan_mode",
            DisplayName = "ExitPlanMode",
            Description = About,
            Kind = ToolKind.Think,
            Traits = ToolTraits.ChecksOwnArguments,
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{"plan":{"type":"string",
                "description":"The plan as markdown; short, and complete enough to agree to."}},
                "required":["plan"],"additionalProperties":false,"$schema":"http://json-schema.org/draft-07/schema#"}
                """u8),
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return arguments.String("plan") is { } plan && !string.IsNullOrWhiteSpace(plan)
            ? new Invocation(plan, context)
            : throw new ToolArgumentException("Parameter \"plan\" must be a non-empty string.");
    }

    private sealed class Invocation(string plan, ToolContext context) : ToolInvocation
    {
        public override string Description => "Plan:";

        public override ToolConsent Consent => ToolConsent.Ask;

        public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<ToolConfirmation>(new PlanConfirmation("Would you like to proceed?", plan));

        /// <remarks>Runs only after the user agreed; the host changes the approval mode.</remarks>
        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            var path = Path.Combine(context.Workspace.RuntimeDirectory, "plans", $"{context.Session}.md");
            var saved = $" The plan is kept in {path}.";
            try
            {
                await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(plan), cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The agreement stands without the copy; only do not claim that there is one.
                saved = $" The plan could not be saved to {path}: {exception.Message}";
            }

            return new ToolResult
            {
                Content =
                    "The user has agreed to the plan. Carry it out now; begin by updating the todo list if it has several steps." + saved,
                Display = new PlanDisplay("User approved the plan.", plan, Rejected: false),
            };
        }
    }
}

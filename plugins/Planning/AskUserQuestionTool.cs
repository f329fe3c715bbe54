using System.Globalization;
using System.Text;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning;

/// <summary>Asks the user what only the user can know.</summary>
[PluginTool(Order = -60)]
public sealed class AskUserQuestionTool : Tool
{
    private const string About =
        """
        Asks the user one to four questions with suggested answers, and waits. Use it when you cannot go on well without a
        decision that is the user's: between approaches, about unclear requirements, about preferences. Do not use it for what you
        can find out yourself, nor to ask whether a plan is good (exit_plan_mode does that).

        Each question has two to four options; the user can always answer in their own words instead, so offer no "Other". Put the
        option you recommend first and say so in its label. Set `multiSelect` where several answers can hold at once.
        """;

    /// <summary>Creates the tool.</summary>
    public AskUserQuestionTool()
        : base(new ToolDeclaration
        {
            Name = "ask_user_question",
            DisplayName = "AskUserQuestion",
            Description = About,
            Kind = ToolKind.Think,
            Traits = ToolTraits.ChecksOwnArguments,
            Parameters = ToolDeclaration.Schema(
                """
                {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{
                "questions":{"type":"array","minItems":1,"maxItems":4,"description":"What to ask.","items":{"type":"object","properties":{
                "question":{"type":"string","description":"The whole question, ending in a question mark."},
                "header":{"type":"string","description":"A label of at most 12 characters, such as \"Database\"."},
                "options":{"type":"array","minItems":2,"maxItems":4,
                "description":"Suggested answers that exclude each other, unless several may be chosen.","items":{"type":"object",
                "properties":{
                "label":{"type":"string","description":"The answer, in one to five words."},
                "description":{"type":"string","description":"What choosing it means."}},
                "required":["label","description"],"additionalProperties":false}},
                "multiSelect":{"type":"boolean","default":false,"description":"Whether several options may be chosen."}},
                "required":["question","header","options","multiSelect"],"additionalProperties":false}},
                "metadata":{"type":"object","properties":{"source":{"type":"string"}},"additionalProperties":false}},
                "required":["questions"],"additionalProperties":false}
                """u8),
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Invocation(Questions.Read(arguments), context);
    }

    private sealed class Invocation(IReadOnlyList<UserQuestion> questions, ToolContext context) : ToolInvocation
    {
        public override string Description => questions.Count == 1 ? "Ask user 1 question" : $"Ask user {questions.Count} questions";

        /// <remarks>If the user cannot be asked the call runs, so that the model reads what to do instead of a refusal.</remarks>
        public override ToolConsent Consent => context.CanAskUser ? ToolConsent.Ask : ToolConsent.Allow;

        public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<ToolConfirmation>(new QuestionConfirmation("Please answer the following question(s):", questions));

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(ToolResult.Success(Answer()));

        private string Answer()
        {
            if (!context.CanAskUser)
            {
                return "Nobody can be asked: this run has no user at hand. Questions need the interactive mode or a client that can "
                    + "show them. "
                    + "Decide with the most sensible assumption, and name it in your answer.";
            }

            var text = new StringBuilder("User has provided the following answers:\n\n");
            var answered = 0;
            for (var i = 0; i < questions.Count; i++)
            {
                if (context.Answers.TryGetValue(i.ToString(CultureInfo.InvariantCulture), out var answer))
                {
                    text.Append(answered++ == 0 ? string.Empty : "\n").Append("**").Append(questions[i].Header).Append("**: ")
                        .Append(answer);
                }
            }

            return text.ToString();
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Mcp.Serving;

/// <summary>
/// Puts questions about calls to the user of a client (elicitation). A call can be allowed once or not; nothing that lasts is offered, so
/// that no client widens what a session may do.
/// </summary>
public static class ServedQuestion
{
    private const string Decision = "decision";
    private const string Reason = "reason";
    private const string Allow = "allow";
    private const int LongestDetail = 8000;

    /// <summary>Returns the question.</summary>
    /// <param name="call">The call.</param>
    /// <param name="confirmation">What is asked about it.</param>
    /// <returns>The request; <c>null</c> for a plan, whose approval would change the mode.</returns>
    public static ElicitRequestParams? Of(ToolCallInfo call, ToolConfirmation confirmation)
    {
        ArgumentNullException.ThrowIfNull(call);
        return confirmation switch
        {
            PlanConfirmation => null,
            QuestionConfirmation questions => Form(questions),
            _ => new ElicitRequestParams
            {
                Message = Describe(call, confirmation),
                RequestedSchema = new()
                {
                    Properties =
                    {
                        [Decision] = new ElicitRequestParams.TitledSingleSelectEnumSchema
                        {
                            Title = "Decision",
                            OneOf = [Option(Allow, "Allow this call"), Option("deny", "Do not allow it")],
                        },
                        [Reason] = new ElicitRequestParams.StringSchema
                        {
                            Title = "Reason", Description = "Why not, or what to do instead; for the one who called.",
                        },
                    },
                    Required = [Decision],
                },
            },
        };
    }

    /// <summary>Reads the answer. Whatever does not clearly allow the call refuses it.</summary>
    /// <param name="confirmation">What was asked.</param>
    /// <param name="result">What the client answered.</param>
    public static PermissionAnswer Read(ToolConfirmation confirmation, ElicitResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var content = result.Content;
        if (!result.IsAccepted || content is null)
        {
            return new PermissionAnswer(PermissionOutcome.Cancel) { Message = $"The user chose '{result.Action}'." };
        }

        if (confirmation is QuestionConfirmation questions)
        {
            var answers = new Dictionary<string, string>();
            for (var i = 0; i < questions.Questions.Count; i++)
            {
                var key = i.ToString(CultureInfo.InvariantCulture);
                if (content.TryGetValue(key, out var answer) && Text(answer) is { Length: > 0 } text)
                {
                    answers[key] = text;
                }
            }

            return new PermissionAnswer(PermissionOutcome.ProceedOnce) { Answers = answers };
        }

        return content.TryGetValue(Decision, out var decision) && Text(decision) == Allow
            ? new PermissionAnswer(PermissionOutcome.ProceedOnce)
            : new PermissionAnswer(PermissionOutcome.Cancel)
            {
                Message = content.TryGetValue(Reason, out var reason) && Text(reason) is { Length: > 0 } why
                    ? why : "User did not allow tool call",
            };
    }

    private static ElicitRequestParams Form(QuestionConfirmation confirmation)
    {
        var schema = new ElicitRequestParams.RequestSchema { Required = [] };
        var message = new StringBuilder(confirmation.Title);
        for (var i = 0; i < confirmation.Questions.Count; i++)
        {
            var question = confirmation.Questions[i];
            var key = i.ToString(CultureInfo.InvariantCulture);
            schema.Properties[key] = Field(question);
            schema.Required.Add(key);
            message.Append("\n\n").Append(question.Question);
            foreach (var option in question.Options)
            {
                message.Append("\n- ").Append(option.Label).Append(": ").Append(option.Description);
            }
        }

        return new ElicitRequestParams { Message = ServedContent.Sound(message.ToString()), RequestedSchema = schema };
    }

    private static ElicitRequestParams.PrimitiveSchemaDefinition Field(UserQuestion question) => question switch
    {
        { Options.Count: 0 } => new ElicitRequestParams.StringSchema { Title = question.Header, Description = question.Question },
        { MultiSelect: true } => new ElicitRequestParams.UntitledMultiSelectEnumSchema
        {
            Title = question.Header,
            Description = question.Question,
            Items = new() { Enum = [.. question.Options.Select(static option => option.Label)] },
        },
        _ => new ElicitRequestParams.UntitledSingleSelectEnumSchema
        {
            Title = question.Header,
            Description = question.Question,
            Enum = [.. question.Options.Select(static option => option.Label)],
        },
    };

    private static string Describe(ToolCallInfo call, ToolConfirmation confirmation)
    {
        var detail = confirmation switch
        {
            EditConfirmation edit => $"{edit.FilePath}\n\n{edit.Diff}",
            ExecuteConfirmation execute => execute.Command,
            InfoConfirmation info => string.Join('\n', info.Urls.Prepend(info.Prompt)),
            McpConfirmation mcp => $"{mcp.ToolName} of the server {mcp.Server}: {call.Input.GetRawText()}",
            _ => call.Input.GetRawText(),
        };
        var shown = detail.Length > LongestDetail ? TextCut.Head(detail, LongestDetail) + "\n[truncated]" : detail;
        return ServedContent.Sound($"{call.DisplayName}: {confirmation.Title}\n\n{shown}");
    }

    private static ElicitRequestParams.EnumSchemaOption Option(string value, string title) => new() { Const = value, Title = title };

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Text)),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}

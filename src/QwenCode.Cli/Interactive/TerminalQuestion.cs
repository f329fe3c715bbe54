using System.Globalization;
using QwenCode.Cli.IO;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Cli.Interactive;

/// <summary>A question about a call, as text with numbered answers.</summary>
internal sealed class TerminalQuestion
{
    // The user sees all of what they agree to, up to a length that no user reads to its end; the text then says that there is more.
    private const int MaxLines = 400;
    private const int MaxWidth = 400;
    private readonly List<Choice> _choices;
    private readonly IReadOnlyList<UserQuestion> _own;
    private readonly Dictionary<string, string> _answers = [];

    public TerminalQuestion(PermissionRequested request, ApprovalMode modeBeforePlan)
    {
        Request = request;
        _choices = Choices(request, modeBeforePlan);
        _own = request.Confirmation is QuestionConfirmation questions ? questions.Questions : [];
    }

    public PermissionRequested Request { get; }

    /// <summary>Renders the question that is open now.</summary>
    public string Render() => _own.Count > 0
        ? Numbered($"{_own[_answers.Count].Header}: {_own[_answers.Count].Question}", [],
            _own[_answers.Count].Options.Select(static option => $"{option.Label} - {option.Description}"),
            _own[_answers.Count].MultiSelect ? "numbers with commas, or your own words" : "a number, or your own words")
        : Numbered(
        Headline(Request), Body(Request.Confirmation), _choices.Select(static choice => choice.Label), "a number, or what to do instead");

    /// <summary>Takes a line that the user typed.</summary>
    /// <returns>The answer; <c>null</c> if the question is asked again, or there is another one.</returns>
    public PermissionAnswer? Take(string line)
    {
        var text = line.Trim();
        if (text.Length == 0)
        {
            return null;
        }

        return _own.Count > 0 ? TakeOwn(text) : text.ToLowerInvariant() switch
        {
            "y" or "yes" => new PermissionAnswer(_choices.First(static choice => choice.Outcome is not PermissionOutcome.Cancel).Outcome),
            "n" or "no" => new PermissionAnswer(PermissionOutcome.Cancel),
            _ when Number(text, _choices.Count) is { } index => new PermissionAnswer(_choices[index].Outcome),

            // A number out of range is a slip, not a message to the model.
            _ when int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) => null,
            _ => new PermissionAnswer(PermissionOutcome.Cancel) { Message = $"User did not allow tool call, and said: {text}" },
        };
    }

    /// <summary>Returns the answer of another program, which can only allow or refuse.</summary>
    /// <param name="isAllowed">Whether it allows the call.</param>
    public PermissionAnswer Decide(bool isAllowed) => (isAllowed, _own.Count) switch
    {
        (true, 0) => new(PermissionOutcome.ProceedOnce),
        (true, _) => new(PermissionOutcome.Cancel)
        {
            Message = "The question was confirmed and not answered; ask again, or go on without.",
        },
        _ => new(PermissionOutcome.Cancel),
    };

    private PermissionAnswer? TakeOwn(string text)
    {
        var question = _own[_answers.Count];
        var parts = question.MultiSelect ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];
        _answers[_answers.Count.ToString(CultureInfo.InvariantCulture)] =
            string.Join(
                ", ", parts.Select(part => Number(part, question.Options.Count) is { } index ? question.Options[index].Label : part));
        return _answers.Count < _own.Count ? null : new PermissionAnswer(PermissionOutcome.ProceedOnce) { Answers = _answers };
    }

    private static int? Number(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= count
            ? number - 1 : null;

    private static List<Choice> Choices(PermissionRequested request, ApprovalMode modeBeforePlan)
    {
        const PermissionOutcome once = PermissionOutcome.ProceedOnce;
        if (request.Confirmation is PlanConfirmation)
        {
            return
            [
                new($"Yes, and restore the previous mode ({modeBeforePlan.ToWire()})", PermissionOutcome.RestorePrevious),
                new("Yes, and auto-accept edits", PermissionOutcome.ProceedAlways),
                new("Yes, and manually approve edits", once),
                new("No, keep planning", PermissionOutcome.Cancel),
            ];
        }

        var choices = new List<Choice> { new("Yes, allow once", once) };
        var rules = request.Confirmation switch
        {
            ExecuteConfirmation execute => execute.SuggestedRules,
            InfoConfirmation info => info.SuggestedRules ?? [],
            McpConfirmation mcp => mcp.SuggestedRules,
            _ => [],
        };
        if (request.Confirmation is EditConfirmation && request.OffersAlways)
        {
            choices.Add(new("Yes, and allow all edits of this session (auto-edit)", PermissionOutcome.ProceedAlways));
        }
        else if (request.OffersAlways && rules.Count > 0)
        {
            choices.Add(new($"Always allow {string.Join(", ", rules)} in this project", PermissionOutcome.ProceedAlwaysProject));
            choices.Add(new($"Always allow {string.Join(", ", rules)} for this user", PermissionOutcome.ProceedAlwaysUser));
        }

        choices.Add(new("No", PermissionOutcome.Cancel));
        return choices;
    }

    private static string Headline(PermissionRequested request)
    {
        var who = request.ParentCallId is null ? string.Empty : $"{request.Agent}: ";
        return who + request.Confirmation switch
        {
            EditConfirmation edit => $"Apply this change to {edit.FilePath}?",
            ExecuteConfirmation execute => $"Allow execution of: '{string.Join(", ", execute.Roots)}'?",
            McpConfirmation mcp => $"Allow execution of MCP tool \"{mcp.ToolName}\" from server \"{mcp.Server}\"?",
            PlanConfirmation => "Would you like to proceed with this plan?",
            _ => $"{request.Call.DisplayName}: do you want to proceed?",
        };
    }

    private static string[] Body(ToolConfirmation confirmation) => (confirmation switch
    {
        EditConfirmation edit => edit.Diff,
        ExecuteConfirmation execute => execute.Command,
        PlanConfirmation plan => plan.Plan,
        InfoConfirmation info => info.Urls.Count == 0 ? info.Prompt : $"{info.Prompt}\n{string.Join('\n', info.Urls)}",
        _ => string.Empty,
    }).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Numbered(string headline, string[] body, IEnumerable<string> answers, string hint)
    {
        var lines = new List<string> { string.Empty,
            $"{TranscriptFrontEnd.Color("33", "?")} {TranscriptFrontEnd.Color("1", PlainText.Line(headline, MaxWidth))}" };
        lines.AddRange(body.Take(MaxLines).Select(static line => $"    {PlainText.Of(line)}"));
        if (body.Length > MaxLines)
        {
            lines.Add(TranscriptFrontEnd.Color("31", $"    … {body.Length - MaxLines} more lines are NOT SHOWN"));
        }

        lines.AddRange(answers.Select(static (answer, index) => $"  {index + 1}  {PlainText.Line(answer, MaxWidth)}"));
        return $"{string.Join('\n', lines)}\n({hint}) ";
    }
}

using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>Writes a question about a call as <c>session/request_permission</c>, and reads the answer.</summary>
internal static class PermissionRequest
{
    /// <summary>Writes the parameters.</summary>
    public static void Write(
        Utf8JsonWriter json, string session, PermissionRequested request, IReadOnlyList<PermissionChoice> choices)
    {
        json.WriteString("sessionId"u8, session);
        json.WriteStartArray("options"u8);
        foreach (var choice in choices)
        {
            json.WriteStartObject();
            json.WriteString("optionId"u8, choice.Id);
            json.WriteString("name"u8, choice.Name);
            json.WriteString("kind"u8, choice.Kind);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("toolCall"u8);
        json.WriteString("toolCallId"u8, request.Call.Id);
        json.WriteString("status"u8, "pending"u8);
        json.WriteString("title"u8, Title(request));
        json.WriteStartArray("content"u8);
        Content(json, request.Confirmation);
        json.WriteEndArray();
        AcpToolCall.Locations(json, request.Call);
        json.WriteString("kind"u8, AcpToolCall.Kind(request.Call));
        AcpToolCall.Input(json, request.Call);
        new UpdateMeta { ToolName = request.Call.Name, ParentCallId = request.ParentCallId }.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Reads the answer. One that names nothing that was offered refuses the call.</summary>
    public static PermissionAnswer Read(JsonElement answer, PermissionRequested request, IReadOnlyList<PermissionChoice> choices)
    {
        var outcome = answer.Member("outcome"u8);
        var canceled = $"Tool \"{request.Call.Name}\" was canceled by the user.";
        if (outcome.Text("outcome"u8) != "selected")
        {
            return new PermissionAnswer(PermissionOutcome.Cancel) { Message = canceled };
        }

        var option = outcome.Text("optionId"u8);
        var choice = choices.FirstOrDefault(choice => choice.Id == option);
        return choice is null
            ? new PermissionAnswer(PermissionOutcome.Cancel)
            {
                Message = $"The client answered with an option that was not offered: '{option}'. The call was not run.",
            }
            : new PermissionAnswer(choice.Outcome)
            {
                Message = choice.Outcome is PermissionOutcome.Cancel ? canceled : null,
                Answers = Answers(answer, request.Confirmation),
            };
    }

    private static string Title(PermissionRequested request) =>
        request.Call.Description.Length > 0 ? request.Call.Description : request.Confirmation.Title;

    private static void Content(Utf8JsonWriter json, ToolConfirmation confirmation)
    {
        switch (confirmation)
        {
            case EditConfirmation edit:
                AcpToolCall.Diff(json, edit.FilePath, edit.OldText, edit.NewText);
                break;
            case PlanConfirmation plan:
                AcpToolCall.Text(json, plan.Plan);
                break;
            case InfoConfirmation info:
                AcpToolCall.Text(json, info.Urls.Count == 0 ? info.Prompt : $"{info.Prompt}\n{string.Join('\n', info.Urls)}");
                break;
        }
    }

    private static Dictionary<string, string>? Answers(JsonElement answer, ToolConfirmation confirmation)
    {
        if (confirmation is not QuestionConfirmation { Questions: var questions } || answer.Object("answers"u8) is not { } given)
        {
            return null;
        }

        var answers = new Dictionary<string, string>();
        for (var i = 0; i < questions.Count; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            if (given.TryMember(number, out var value))
            {
                answers[number] = value.ValueKind is JsonValueKind.String ? value.Text() : value.GetRawText();
            }
        }

        return answers;
    }
}

using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning;

/// <summary>Reads the questions of a call.</summary>
internal static class Questions
{
    private const int LongestHeader = 12;

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="ToolArgumentException">They cannot be asked.</exception>
    public static IReadOnlyList<UserQuestion> Read(ToolArguments arguments)
    {
        if (!arguments.TryGet("questions", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            throw new ToolArgumentException("Parameter \"questions\" must be an array.");
        }

        if (list.GetArrayLength() is < 1 or > 4)
        {
            throw new ToolArgumentException("Parameter \"questions\" must contain between 1 and 4 questions.");
        }

        return [.. list.EnumerateArray().Select(static (item, index) => ReadQuestion(item, $"Question {index + 1}"))];
    }

    private static UserQuestion ReadQuestion(JsonElement item, string name)
    {
        var question = Text(item, "question") ?? throw new ToolArgumentException($"{name}: \"question\" must be a non-empty string.");
        var header = Text(item, "header") ?? throw new ToolArgumentException($"{name}: \"header\" must be a non-empty string.");
        if (header.Length > LongestHeader)
        {
            throw new ToolArgumentException($"{name}: \"header\" must be 12 characters or less.");
        }

        var options = item.Member("options");
        if (options.ValueKind is not JsonValueKind.Array)
        {
            throw new ToolArgumentException($"{name}: \"options\" must be an array.");
        }

        if (options.GetArrayLength() is < 2 or > 4)
        {
            throw new ToolArgumentException($"{name}: \"options\" must contain between 2 and 4 options.");
        }

        UserQuestionOption[] answers =
            [.. options.EnumerateArray().Select((option, index) => ReadOption(option, $"{name}, Option {index + 1}"))];
        return item.Member("multiSelect").ValueKind switch
        {
            JsonValueKind.True => new(question, header, answers, true),
            JsonValueKind.False => new(question, header, answers, false),
            _ => throw new ToolArgumentException($"{name}: \"multiSelect\" must be a boolean."),
        };
    }

    private static UserQuestionOption ReadOption(JsonElement option, string name) => new(
        Text(option, "label") ?? throw new ToolArgumentException($"{name}: \"label\" must be a non-empty string."),
        Text(option, "description") ?? throw new ToolArgumentException($"{name}: \"description\" must be a non-empty string."));

    private static string? Text(JsonElement item, string name) =>
        JsonMembers.Text(item, name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}

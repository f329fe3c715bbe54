using Microsoft.Extensions.AI;

namespace QwenCode.Models.Requests;

/// <summary>Media in results of tools, which strict servers take only from the user.</summary>
internal static class ToolMedia
{
    /// <summary>Returns the media of a result.</summary>
    /// <param name="result">The result.</param>
    public static List<AIContent> Of(FunctionResultContent result) =>
        [.. ResultContents.Of(result).Where(static part => part is DataContent or UriContent)];

    /// <summary>Returns the media with a text before them that says whose they are.</summary>
    /// <param name="result">The result.</param>
    /// <param name="media">Its media.</param>
    public static IEnumerable<AIContent> Announce(FunctionResultContent result, List<AIContent> media) =>
        [new TextContent($"[What follows belongs to the result of the tool call {result.CallId}.]"), .. media];

    /// <summary>Returns the parts of a result that may stay in the message of the tool.</summary>
    /// <param name="result">The result.</param>
    public static IReadOnlyList<AIContent> TextOf(FunctionResultContent result)
    {
        List<AIContent> texts = [.. ResultContents.Of(result).Where(static part => part is not (DataContent or UriContent))];
        return texts.Count > 0 ? texts : [new TextContent("[The result follows in the next message.]")];
    }

    /// <summary>Returns the result without its media.</summary>
    /// <param name="result">The result.</param>
    public static FunctionResultContent WithoutMedia(FunctionResultContent result) =>
        new(result.CallId, new List<AIContent>(TextOf(result))) { Exception = result.Exception };
}

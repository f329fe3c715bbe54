using Microsoft.Extensions.AI;
using QwenCode.Conversations;

namespace QwenCode.Kernel.Conversations;

/// <summary>
/// Takes the content of old tool results out of a conversation that was left alone for long: the provider has forgotten its prefix
/// by then, so all of it would be paid for anew. The calls stay, and every call keeps its one result.
/// </summary>
internal static class StaleResults
{
    public const string Cleared = "[Old tool result content cleared]";

    // Tools whose results can be had again by calling them again.
    private static readonly HashSet<string> Repeatable = new(StringComparer.Ordinal)
    {
        "read_file", "run_shell_command", "grep_search", "glob", "web_fetch", "web_search", "edit", "write_file",
    };

    /// <summary>Returns the conversation without them; the same object if there is nothing to take out.</summary>
    /// <param name="history">The conversation.</param>
    /// <param name="keep">How many of the newest stay; at least one does.</param>
    public static History Clear(History history, int keep)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var old = new List<FunctionResultContent>();
        foreach (var content in history.SelectMany(static message => message.Contents))
        {
            if (content is FunctionCallContent call)
            {
                names[call.CallId] = call.Name;
            }
            else if (content is FunctionResultContent result && IsClearable(result, names))
            {
                old.Add(result);
            }
        }

        var cleared = old.SkipLast(Math.Max(1, keep)).Where(static result => result.Result is not Cleared)
            .ToHashSet<AIContent>(ReferenceEqualityComparer.Instance);
        return cleared.Count == 0
            ? history
            : History.Of(history.Cast<HistoryMessage>().Select(message => message.Contents.Any(cleared.Contains)
                ? new HistoryMessage(message.Role,
                    [.. message.Contents.Select(content => cleared.Contains(content) ? Without((FunctionResultContent)content) : content)])
                {
                    Origin = message.Origin,
                }
                : message));
    }

    private static bool IsClearable(FunctionResultContent result, Dictionary<string, string> names) =>
        result.Exception is null && names.TryGetValue(result.CallId, out var name) && Repeatable.Contains(name);

    private static FunctionResultContent Without(FunctionResultContent result) => new(result.CallId, Cleared);
}

using QwenCode.Platform.Files;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning;

/// <summary>Keeps the session's list of things to do.</summary>
[PluginTool(Order = -70)]
public sealed class TodoWriteTool : Tool
{
    internal const string ToolName = "todo_write";

    private const string About =
        """
        Keeps a list of the things to do in this session, so that you lose nothing and the user sees how far you are. Each call
        replaces the whole list: send every item, also those that did not change. An empty list clears it.

        Use it for work of three or more steps, when the user names several things at once, or when you find more to do on the
        way. Leave it for a single simple step, or for a question that needs only an answer.

        - `id` names an item and is used once in the list; `content` says what is to be done.
        - `status` is `pending`, `in_progress` or `completed`. Set an item to `in_progress` before you begin it, have one at a
          time, and set it to `completed` as soon as it is really done: not while tests fail or parts are missing.
        - Add an item for what blocks you, and take out what is no longer needed.
        """;

    /// <summary>Creates the tool.</summary>
    public TodoWriteTool()
        : base(new ToolDeclaration
        {
            Name = ToolName,
            DisplayName = "TodoWrite",
            Description = About,
            Kind = ToolKind.Think,
            Traits = ToolTraits.Preapproved | ToolTraits.ChecksOwnArguments,
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{"todos":{"type":"array","description":"The whole list, in order.","items":{
                "type":"object","properties":{
                "content":{"type":"string","minLength":1,"description":"What is to be done."},
                "status":{"type":"string","enum":["pending","in_progress","completed"]},
                "id":{"type":"string","description":"Names the item within the list."}},
                "required":["content","status","id"],"additionalProperties":false}}},
                "required":["todos"],"$schema":"http://json-schema.org/draft-07/schema#"}
                """u8),
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Invocation(TodoList.Read(arguments), context);
    }

    private sealed class Invocation(IReadOnlyList<TodoItem> items, ToolContext context) : ToolInvocation
    {
        private readonly string _path = Path.Combine(context.Workspace.RuntimeDirectory, "todos", $"{context.Session}.json");

        public override string Description => File.Exists(_path) ? "Update todos" : "Create todos";

        public override ToolConsent Consent => ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            try
            {
                await AtomicFile.WriteAsync(_path, TodoList.ToFile(items, context.Session.Value), cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return ToolResult.Failure(
                    ToolError.FileWriteFailure, $"The list was not changed: {_path} could not be written: {exception.Message}");
            }

            var text = items.Count == 0
                ? "Todo list has been cleared.\n\n<system-reminder>\nThe todo list is empty now. Do not mention this to the user, who "
                + "sees it already. Begin a new list if the work ahead has several steps.\n</system-reminder>"
                : "The todo list was changed. Keep it up to date while you work, and go on with what is next.\n\n<system-reminder>\nThe "
                + "todo list has changed. Do not mention this to the user, who sees it already. It now reads:\n\n"
                    + TodoList.ToReminder(items) + "\n\nGo on with the work.\n</system-reminder>";
            return new ToolResult { Content = text, Display = new TodoDisplay(items) };
        }
    }
}

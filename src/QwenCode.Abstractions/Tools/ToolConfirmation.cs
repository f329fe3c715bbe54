namespace QwenCode.Tools;

/// <summary>What the user is asked before a call runs.</summary>
/// <param name="Title">The headline.</param>
public abstract record ToolConfirmation(string Title);

/// <summary>A file is about to change.</summary>
/// <param name="Title">The headline.</param>
/// <param name="FilePath">The absolute path.</param>
/// <param name="Diff">A unified diff.</param>
/// <param name="OldText">What the file holds; <c>null</c> if there is none yet.</param>
/// <param name="NewText">What it will hold.</param>
public sealed record EditConfirmation(string Title, string FilePath, string Diff, string? OldText, string NewText)
    : ToolConfirmation(Title);

/// <summary>A command is about to run.</summary>
/// <param name="Title">The headline.</param>
/// <param name="Command">The whole command.</param>
/// <param name="Roots">The programs in it that need approval.</param>
/// <param name="SuggestedRules">The narrowest permission rules that would allow it for good.</param>
public sealed record ExecuteConfirmation(string Title, string Command, IReadOnlyList<string> Roots, IReadOnlyList<string> SuggestedRules)
    : ToolConfirmation(Title);

/// <summary>Anything else that can be put in a sentence.</summary>
/// <param name="Title">The headline.</param>
/// <param name="Prompt">What will happen.</param>
/// <param name="Urls">The addresses it concerns.</param>
/// <param name="SuggestedRules">The narrowest permission rules that would allow it for good.</param>
public sealed record InfoConfirmation(string Title, string Prompt, IReadOnlyList<string> Urls, IReadOnlyList<string>? SuggestedRules = null)
    : ToolConfirmation(Title);

/// <summary>A tool of an MCP server is about to be called.</summary>
/// <param name="Title">The headline.</param>
/// <param name="Server">The server.</param>
/// <param name="ToolName">The tool as the server names it.</param>
/// <param name="SuggestedRules">The narrowest permission rules that would allow it for good.</param>
public sealed record McpConfirmation(string Title, string Server, string ToolName, IReadOnlyList<string> SuggestedRules)
    : ToolConfirmation(Title);

/// <summary>A plan is put forward.</summary>
/// <param name="Title">The headline.</param>
/// <param name="Plan">The plan as markdown.</param>
public sealed record PlanConfirmation(string Title, string Plan) : ToolConfirmation(Title);

/// <summary>The model has questions of its own.</summary>
/// <param name="Title">The headline.</param>
/// <param name="Questions">What it wants to know.</param>
public sealed record QuestionConfirmation(string Title, IReadOnlyList<UserQuestion> Questions) : ToolConfirmation(Title);

/// <summary>One question with its possible answers.</summary>
/// <param name="Question">The question.</param>
/// <param name="Header">A label of at most twelve characters.</param>
/// <param name="Options">The offered answers; free text is always possible beside them.</param>
/// <param name="MultiSelect">Whether several answers may be chosen.</param>
public sealed record UserQuestion(string Question, string Header, IReadOnlyList<UserQuestionOption> Options, bool MultiSelect);

/// <summary>An offered answer.</summary>
/// <param name="Label">The answer.</param>
/// <param name="Description">What choosing it means.</param>
public sealed record UserQuestionOption(string Label, string Description);

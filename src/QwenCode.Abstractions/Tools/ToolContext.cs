using QwenCode.Agents;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Workspaces;

namespace QwenCode.Tools;

/// <summary>Who makes a call, and where. One per call; immutable.</summary>
public sealed class ToolContext
{
    /// <summary>Gets the context of a call that comes from outside any session.</summary>
    public static ToolContext Detached { get; } = new()
    {
        Workspace = new Workspace(Environment.CurrentDirectory),
        Agent = AgentId.Main,
        Session = new SessionId("00000000-0000-0000-0000-000000000000"),
    };

    /// <summary>Gets the agent that calls.</summary>
    public required AgentId Agent { get; init; }

    /// <summary>Gets the session the agent belongs to.</summary>
    public required SessionId Session { get; init; }

    /// <summary>Gets the directories the agent works in.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>Gets the id the model gave to the call; empty outside a session.</summary>
    public string CallId { get; init; } = string.Empty;

    /// <summary>Gets the bounds of what a result may hold.</summary>
    public ToolLimits Limits { get; init; } = ToolLimits.Default;

    /// <summary>Gets what media the agent's model takes beside text; <c>null</c> if that is not known.</summary>
    public ModelModalities? Modalities { get; init; }

    /// <summary>Gets the editor's view of files, if a client serves one; text is then read and written there instead of on disk.</summary>
    public IClientFiles? ClientFiles { get; init; }

    /// <summary>Gets the editor's terminals, if commands of this call are to run there.</summary>
    /// <value>The default is <c>null</c>: they run in processes of this program.</value>
    public IClientTerminals? ClientTerminals { get; init; }

    /// <summary>Gets whether the user can be asked; not in plain headless runs.</summary>
    public bool CanAskUser { get; init; }

    /// <summary>Gets what the user answered when asked about this call, by question number; empty otherwise.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets a setting of the user that concerns tools, by its dotted key such as <c>general.gitCoAuthor</c>; <c>null</c> if
    /// unset.
    /// </summary>
    public Func<string, string?> Setting { get; init; } = static _ => null;

    /// <summary>
    /// Gets which files below the path of the call may be shown, by absolute path with links resolved; <c>null</c> if all may. A tool
    /// that walks through folders leaves the others out. For a tool that fetches it is a function of an address.
    /// </summary>
    /// <value>The default is <c>null</c>.</value>
    public Func<string, bool>? MayShow { get; init; }

    /// <summary>Gets where live output goes; does nothing if nothing looks. Each report replaces the one before.</summary>
    public Action<ToolProgress> Report { get; init; } = static _ => { };

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gets what makes work that goes on after the call a task of the session, and gives the task's id; <c>null</c> if tasks
    /// are not kept. It is called with work that already runs; if it throws, the caller stops the work.
    /// </summary>
    public Func<BackgroundWork, string>? StartBackground { get; init; }

    /// <summary>
    /// Gets how to ask the session's model one question, without tools and without history: the instruction, which may be empty,
    /// then the question.
    /// <c>null</c> if there is no model. Throws <see cref="Models.ModelException"/> where the model could not answer.
    /// </summary>
    public Func<string, string, CancellationToken, ValueTask<string>>? AskModelAsync { get; init; }

    /// <summary>
    /// Gets how to ask the user whether the running call may do something more. The answer is no if nobody can be asked, and yes without
    /// a question in a mode in which nothing is asked about. <c>null</c> outside a session.
    /// </summary>
    public Func<ToolConfirmation, CancellationToken, ValueTask<bool>>? AskUserAsync { get; init; }

    /// <summary>
    /// Gets the services of the calling agent: its Semantic Kernel <c>Kernel</c>, the session's model, and what the host registered;
    /// <c>null</c> outside a session.
    /// </summary>
    public IServiceProvider? Services { get; init; }
}

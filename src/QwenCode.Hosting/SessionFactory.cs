using Microsoft.Extensions.AI;
using QwenCode.Configuration;
using QwenCode.Conversations;
using QwenCode.Definitions.Context;
using QwenCode.Definitions.Prompts;
using QwenCode.Kernel;
using QwenCode.Kernel.Sessions;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Hosting;

/// <summary>Opens sessions on a project as its settings say.</summary>
/// <param name="project">The project.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="transcripts">Where conversations are kept.</param>
/// <param name="time">The clock.</param>
public sealed class SessionFactory(Project project, AgentKernel kernel, ITranscriptStore transcripts, TimeProvider time)
{
    private const string HeadlessRule = "headless run";

    /// <summary>Opens a session.</summary>
    /// <param name="request">What the front end wants.</param>
    /// <param name="frontEnd">What renders it.</param>
    /// <exception cref="Models.ModelException">No model can be used.</exception>
    /// <exception cref="SessionNotFoundException">The session to go on with does not exist.</exception>
    /// <exception cref="SystemPromptException">The file that should replace the system prompt cannot be read.</exception>
    public ISession Open(SessionRequest request, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = request.Resume ?? request.Id ?? SessionId.New();
        var earlier = request.Resume is null ? null : transcripts.Load(id) ?? throw new SessionNotFoundException(id);
        var mode = Mode(request);
        var memory = ContextFiles.Load(new ContextFileOptions
        {
            WorkingDirectory = project.Workspace.Root,
            HomeDirectory = project.Settings.Locations.HomeDirectory,
            FileNames = project.Context.FileNames,
            IsTrusted = project.Settings.IsTrusted,
            IncludeDirectories = project.Context.LoadFromIncludeDirectories ? [.. project.Workspace.Directories.Skip(1)] : [],
            UseFlatImports = project.Context.UseFlatImports,
        });
        var options = new SessionOptions
        {
            Id = id,
            Workspace = project.Workspace,
            SystemPrompt = SystemPrompt.Compose(new SystemPromptOptions
            {
                WorkingDirectory = project.Workspace.Root,
                HomeDirectory = project.Settings.Locations.HomeDirectory,
                Override = project.Options.SystemPrompt,
                Append = project.Options.AppendSystemPrompt,
                SystemFileVariable = project.Settings.Variable("QWEN_SYSTEM_MD"),
                Memory = memory.Text,
                IsGitRepository = ContextFiles.FindRepository(project.Workspace.Root) is not null,
            }),
            MemoryText = memory.Text,
            StartupMessages = Startup(),
            History = earlier?.Messages ?? [],
            Mode = mode,
            MaxTurns = request.MaxTurns ?? project.Session.MaxSessionTurns ?? -1,
            CanAskUser = request.CanAskUser,
            Boundary = request.Boundary,
            WithheldTools = request.WithholdUnapprovable ? Withheld(request, mode) : request.WithheldTools,
            ToolSources = request.ToolSources,
            ToolLimits = project.Tools.Limits,
            ClientFiles = request.ClientFiles,
            Setting = project.SettingText,
            McpServers = request.McpServers ?? (static () => []),
            EnableCron = project.Session.EnableCron,
        };
        return kernel.OpenSession(options, frontEnd);
    }

    private ApprovalMode Mode(SessionRequest request)
    {
        var mode = request.Mode ?? project.Tools.ApprovalMode;
        return project.Settings.IsTrusted || mode is ApprovalMode.Default or ApprovalMode.Plan ? mode : ApprovalMode.Default;
    }

    // Where nobody can be asked, a tool that always needs asking is not offered at all: a model that sees it would only be refused.
    private Dictionary<string, string> Withheld(SessionRequest request, ApprovalMode mode)
    {
        var withheld = new Dictionary<string, string>(request.WithheldTools);
        string[] names = mode switch
        {
            ApprovalMode.Yolo => [],
            ApprovalMode.AutoEdit => ["run_shell_command"],
            _ => ["run_shell_command", "edit", "write_file"],
        };
        foreach (var name in names)
        {
            if (!project.Permissions.Allow.Any(rule => rule.Text.Split('(')[0].Trim() == name))
            {
                withheld.TryAdd(name, $"{name} ({HeadlessRule}, approval mode {mode.ToWire()})");
            }
        }

        return withheld;
    }

    private HistoryMessage[] Startup() => project.Session.SkipStartupContext
        ? []
        :
        [
            new HistoryMessage(ChatRole.User, StartupContext.Build(new StartupContextOptions { Directories = project.Workspace.Directories, TimeProvider = time })),
            new HistoryMessage(ChatRole.Assistant, StartupContext.Acknowledgement),
        ];
}

/// <summary>There is no such session to go on with.</summary>
/// <param name="id">The session.</param>
public sealed class SessionNotFoundException(SessionId id)
    : QwenCodeException($"No saved session found with ID {id}. Start without --resume for a new one, or with --continue for the latest of this project.");

using QwenCode.Configuration;
using QwenCode.Configuration.Models;
using QwenCode.Configuration.Options;
using QwenCode.Configuration.Variables;
using QwenCode.Models;
using QwenCode.Storage.Checkpoints;
using QwenCode.Workspaces;

namespace QwenCode.Hosting;

/// <summary>What the settings, the environment and the options say of the project that is worked on. Read once.</summary>
public sealed class WorkspaceServices
{
    private static readonly string[] UsualKeys =
        ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "DASHSCOPE_API_KEY", "QWEN_API_KEY", "QWEN_MCP_TOKEN"];

    /// <summary>Reads the settings of a project.</summary>
    /// <param name="options">Where it is, and what overrides them.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    /// <exception cref="SettingsException">A setting cannot be used; the message names file, line and key.</exception>
    public WorkspaceServices(QwenCodeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        var environment = options.EnvironmentVariables ?? EnvironmentVariables.FromProcess();
        // Not from a file of the project, which must not decide whom the user's key is sent to.
        AcceptsAnyCertificate = options.AcceptsAnyCertificate || environment.GetValueOrDefault("QWEN_TLS_INSECURE") is "1" or "true";
        Settings = SettingsLoader.Load(
            SettingsLocations.For(options.WorkingDirectory, environment), environment, servers: options.McpServers);
        Session = SessionSettings.From(Settings);
        Tools = ToolSettings.From(Settings);
        Agents = AgentSettings.From(Settings);
        Context = ContextSettings.From(Settings);
        Permissions = PermissionSettings.From(Settings, options.AllowedTools, options.ExcludedTools);
        if (options.LeavesOutCustomizations)
        {
            Tools = Tools with { ApprovalMode = QwenCode.Permissions.ApprovalMode.Default, Core = null };
            Context = Context with { FileNames = [], IncludeDirectories = [] };
            Permissions = Permissions with { Allow = [.. Permissions.Allow.Where(static rule => rule.Key == "--allowed-tools")] };
        }

        Workspace = new Workspace(options.WorkingDirectory, [.. Context.IncludeDirectories, .. options.IncludeDirectories],
            Session.RuntimeDirectory, Settings.IsTrusted);
        Sandbox = CommandSandbox.Resolve(Settings, options.Sandbox, Tools.Sandbox, environment);
        Models = Resolve(new ModelFlags(options.Model, options.AuthType, options.ApiKey, options.BaseUrl));
        if (options.ModelCassette is not null)
        {
            Models = CassetteModels.Resolve(options, Models, Resolve);
        }
    }

    /// <summary>Gets or sets what shows the user that a file of the project could not be read or written.</summary>
    /// <value>The default shows nothing; the front end of the session that was opened last replaces it.</value>
    internal Action<string> Reporter { get; set; } = static _ => { };

    /// <summary>Gets the options it was read with.</summary>
    public QwenCodeOptions Options { get; }

    /// <summary>Gets the merged settings.</summary>
    public Settings Settings { get; }

    /// <summary>Gets the settings of sessions.</summary>
    public SessionSettings Session { get; }

    /// <summary>Gets the settings of tools.</summary>
    public ToolSettings Tools { get; }

    /// <summary>Gets the bounds of agents.</summary>
    public AgentSettings Agents { get; }

    /// <summary>Gets the settings of context files.</summary>
    public ContextSettings Context { get; }

    /// <summary>Gets what is kept of files that calls change.</summary>
    public CheckpointSettings Checkpoints => field ??= CheckpointSettings.From(
        Settings, Options.EnableCheckpoints, Options.RecordTranscripts ?? Session.RecordTranscript);

    /// <summary>Gets the same as the bounds of the store.</summary>
    public CheckpointOptions CheckpointBounds => new()
    {
        MaxBytes = Checkpoints.MaxBytes, MaxBaselineBytes = Checkpoints.MaxBytes, LargestFile = Checkpoints.LargestFile,
        MaxAge = Checkpoints.MaxAge, MaxSteps = Checkpoints.MaxPrompts,
    };

    /// <summary>Gets the permission rules.</summary>
    public PermissionSettings Permissions { get; }

    /// <summary>Gets the models.</summary>
    public ModelConfiguration Models { get; }

    /// <summary>Gets the program that shell commands are sandboxed by; <c>null</c> for none.</summary>
    public string? Sandbox { get; }

    /// <summary>Gets whether the certificates of model servers are not checked.</summary>
    public bool AcceptsAnyCertificate { get; }

    /// <summary>Gets the commands that a prompt may not begin with, without the slash, whatever their case.</summary>
    public IReadOnlySet<string> DisabledCommands => field ??= Options.DisabledCommands
        .Concat(Settings.StringList("slashCommands.disabled") ?? [])
        .Concat((Settings.Variable("QWEN_DISABLED_SLASH_COMMANDS") ?? string.Empty).Split(','))
        .Select(static name => name.Trim().TrimStart('/')).Where(static name => name.Length > 0)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the directories.</summary>
    public Workspace Workspace { get; }

    /// <summary>
    /// Gets the variables that hold keys of model providers. No program that a session starts gets them, unless
    /// <c>tools.keepKeys</c> names them.
    /// </summary>
    /// <remarks>The key of a search provider is not among them: the tool reads it when it is called.</remarks>
    public IReadOnlySet<string> HiddenKeys => field ??= Models.Models.Append(Models.Default.Model).Select(static model => model?.EnvKeyName)
        .OfType<string>().Concat(UsualKeys).Where(static name => name is not "GOOGLE_API_KEY")
        .Except(Settings.StringList("tools.keepKeys") ?? []).ToHashSet(StringComparer.Ordinal);

    /// <summary>Shows the user that a file of the project could not be read or written.</summary>
    internal void Report(string text) => Reporter(text);

    /// <summary>Gets the environment of hooks, servers and other programs: the settings' own, without <see cref="HiddenKeys"/>.</summary>
    public IReadOnlyDictionary<string, string> ChildEnvironment => field ??= WithoutKeys();

    /// <summary>Gets a setting as tools see it: text, whatever its type.</summary>
    /// <param name="key">The dotted key.</param>
    public string? SettingText(string key) => Settings.Element(key) is { } value
        ? value.ValueKind is System.Text.Json.JsonValueKind.String ? value.GetString() : value.GetRawText()
        : null;

    private ModelConfiguration Resolve(ModelFlags flags) => ModelConfiguration.Resolve(
        Settings, flags, Options.Protocols.Count == 0 ? [] : [.. Options.Protocols.Keys], ModelProtocols.Spoken);

    // By hand: LINQ over pairs is compiled anew at every start.
    private Dictionary<string, string> WithoutKeys()
    {
        var variables = new Dictionary<string, string>(Settings.Environment.Count, StringComparer.Ordinal);
        foreach (var (name, value) in Settings.Environment)
        {
            if (!HiddenKeys.Contains(name))
            {
                variables.Add(name, value);
            }
        }

        return variables;
    }
}

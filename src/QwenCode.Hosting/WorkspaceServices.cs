using QwenCode.Configuration;
using QwenCode.Configuration.Models;
using QwenCode.Configuration.Options;
using QwenCode.Configuration.Variables;
using QwenCode.Models;
using QwenCode.Workspaces;

namespace QwenCode.Hosting;

/// <summary>What the settings, the environment and the options say of the project that is worked on. Read once.</summary>
public sealed class WorkspaceServices
{
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
        Settings = SettingsLoader.Load(SettingsLocations.For(options.WorkingDirectory, environment), environment);
        Session = SessionSettings.From(Settings);
        Tools = ToolSettings.From(Settings);
        Agents = AgentSettings.From(Settings);
        Context = ContextSettings.From(Settings);
        Permissions = PermissionSettings.From(Settings, options.AllowedTools, options.ExcludedTools);
        Workspace = new Workspace(options.WorkingDirectory, [.. Context.IncludeDirectories, .. options.IncludeDirectories],
            Session.RuntimeDirectory, Settings.IsTrusted);
        Sandbox = CommandSandbox.Resolve(Settings, options.Sandbox, Tools.Sandbox, environment);
        Models = ModelConfiguration.Resolve(Settings, new ModelFlags(options.Model, options.AuthType, options.ApiKey, options.BaseUrl),
            options.Protocols.Count == 0 ? [] : [.. options.Protocols.Keys], [ModelProtocols.OpenAI]);
    }

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

    /// <summary>Gets the permission rules.</summary>
    public PermissionSettings Permissions { get; }

    /// <summary>Gets the models.</summary>
    public ModelConfiguration Models { get; }

    /// <summary>Gets the program that shell commands are sandboxed by; <c>null</c> for none.</summary>
    public string? Sandbox { get; }

    /// <summary>Gets the directories.</summary>
    public Workspace Workspace { get; }

    /// <summary>Gets a setting as tools see it: text, whatever its type.</summary>
    /// <param name="key">The dotted key.</param>
    public string? SettingText(string key) => Settings.Element(key) is { } value
        ? value.ValueKind is System.Text.Json.JsonValueKind.String ? value.GetString() : value.GetRawText()
        : null;
}

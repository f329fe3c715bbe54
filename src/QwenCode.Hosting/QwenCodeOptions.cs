using Microsoft.Extensions.AI;
using QwenCode.Kernel;
using QwenCode.Models;
using QwenCode.Models.Cassettes;
using QwenCode.Plugins;
using QwenCode.Plugins.Loading;

namespace QwenCode.Hosting;

/// <summary>
/// Where the framework works and what overrides the settings files. Complete by default: the current directory, its settings, the
/// process's environment.
/// </summary>
public sealed class QwenCodeOptions
{
    /// <summary>Gets or sets the project's directory. The default is the current one.</summary>
    public string WorkingDirectory { get => field ??= FindDirectory(); set; }

    /// <summary>Gets or sets the directory with the shipped <c>plugins/</c> and <c>agents/</c>. The default is the program's.</summary>
    public string ApplicationDirectory { get; set; } = AppContext.BaseDirectory;

    /// <summary>
    /// Gets or sets the environment that settings and credentials are read from; <c>null</c>, the default, is the process's.
    /// </summary>
    public IReadOnlyDictionary<string, string>? EnvironmentVariables { get; set; }

    /// <summary>Gets or sets the model; <c>null</c> leaves it to environment and settings.</summary>
    public string? Model { get; set; }

    /// <summary>Gets or sets the protocol; <c>null</c> leaves it to settings and environment.</summary>
    public string? AuthType { get; set; }

    /// <summary>Gets or sets the API key; <c>null</c> leaves it to environment and settings.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets the base URL; <c>null</c> leaves it to environment and settings.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Gets or sets the proxy for requests to the model; a user and password in it are used for it.</summary>
    /// <value>
    /// The default is <c>null</c>, which leaves it to <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c>.
    /// </value>
    public Uri? Proxy { get; set; }

    /// <summary>Gets or sets whether each request to the model and its answer are written to a file, without keys.</summary>
    /// <value>The default is <c>null</c>, which leaves it to the setting <c>model.enableOpenAILogging</c>.</value>
    public bool? LogModelRequests { get; set; }

    /// <summary>
    /// Gets or sets the directory of those files, absolute, below <c>~</c>, or relative to <see cref="WorkingDirectory"/>.
    /// </summary>
    /// <value>The default is <c>null</c>, which leaves it to the setting <c>model.openAILoggingDir</c>, else <c>logs/openai</c>.</value>
    public string? ModelLogDirectory { get; set; }

    /// <summary>
    /// Gets or sets the cassette that requests to models are recorded to or answered from. A replay needs no key, and where no model is
    /// configured it takes the recorded one.
    /// </summary>
    /// <value>The default is <c>null</c>: requests are sent, and nothing is recorded.</value>
    public ModelCassette? ModelCassette { get; set; }

    /// <summary>Gets or sets further workspace directories.</summary>
    public IReadOnlyList<string> IncludeDirectories { get; set; } = [];

    /// <summary>Gets or sets further plugin folders.</summary>
    public IReadOnlyList<string> PluginDirectories { get; set; } = [];

    /// <summary>
    /// Gets or sets whether plugins that change on disk are loaded anew. The default is yes; a process that runs one prompt saves
    /// time without it, because code that may be unloaded is compiled at run time.
    /// </summary>
    public bool EnablePluginReload { get; set; } = true;

    /// <summary>Gets the loaders that plugins can select with <c>"loader"</c> in <c>plugin.json</c>.</summary>
    /// <value>The host's own one, <c>qwen</c>.</value>
    public PluginLoaders PluginLoaders { get; } = new();

    /// <summary>Gets or sets the name of the loader of plugins that select none. It must be among <see cref="PluginLoaders"/>.</summary>
    /// <value><c>qwen</c>, the host's own one.</value>
    public string PluginLoader { get; set; } = QwenCode.Plugins.Loading.PluginLoaders.Own;

    /// <summary>
    /// Gets or sets the tools of shipped plugins that are compiled into the program, by the full names of their classes.
    /// </summary>
    /// <value>The default is none: shipped plugins are loaded from their folders like any other.</value>
    public IReadOnlyDictionary<string, LinkedTool> LinkedTools { get; set; } = new Dictionary<string, LinkedTool>();

    /// <summary>Gets or sets the experimental features that are switched on, such as <c>lsp</c>. The default is none.</summary>
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>Gets or sets permission rules that allow, beside those of the settings.</summary>
    public IReadOnlyList<string> AllowedTools { get; set; } = [];

    /// <summary>Gets or sets permission rules that deny, beside those of the settings.</summary>
    public IReadOnlyList<string> ExcludedTools { get; set; } = [];

    /// <summary>Gets or sets the only tools of the core set to have; empty leaves it to the settings.</summary>
    public IReadOnlyList<string> CoreTools { get; set; } = [];

    /// <summary>
    /// Gets or sets MCP servers of this run: JSON such as <c>{"mcpServers":{NAME:entry}}</c>, or the file that holds it. They replace
    /// those of the same name in the settings of the user and the project.
    /// </summary>
    /// <value>The default is <c>null</c>: none.</value>
    public string? McpServers { get; set; }

    /// <summary>
    /// Gets or sets the only MCP servers to connect, by name; empty leaves it to <c>mcp.allowed</c> and <c>mcp.excluded</c>, which
    /// it replaces otherwise.
    /// </summary>
    public IReadOnlyList<string> AllowedMcpServers { get; set; } = [];

    /// <summary>
    /// Gets or sets whether what the user and the project customize is left out, as when a fault is looked for: context files, hooks,
    /// agents, plugins and MCP servers that these options do not name, tool discovery, rules that allow, and the approval mode of the
    /// settings. Rules that ask or deny, the sandbox and the models stay.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool LeavesOutCustomizations { get; set; }

    /// <summary>
    /// Gets or sets whether a session has the tools for files and commands alone, and no agents. <see cref="CoreTools"/> overrides it.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool OffersBasicToolsOnly { get; set; }

    /// <summary>
    /// Gets or sets whether the certificates of model servers are not checked; <c>QWEN_TLS_INSECURE=1</c> asks for it, too. Whoever can
    /// reach the connection can then read and change what is sent, keys included.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool AcceptsAnyCertificate { get; set; }

    /// <summary>Gets or sets how deep agents may launch agents, whatever the settings say; 1 is agents that launch none.</summary>
    /// <value>The default is <c>null</c>, which leaves it to <c>agents.maxDepth</c>.</value>
    public int? MaxAgentDepth { get; set; }

    /// <summary>
    /// Gets or sets commands that a prompt may not begin with, without the slash, beside those of <c>slashCommands.disabled</c> and
    /// <c>QWEN_DISABLED_SLASH_COMMANDS</c>.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> DisabledCommands { get; set; } = [];

    /// <summary>
    /// Gets or sets the models that take over, in this order, when one is overloaded or cannot be reached; at most three.
    /// </summary>
    /// <value>The default is none, which leaves it to <c>modelFallbacks</c>.</value>
    public IReadOnlyList<string> FallbackModels { get; set; } = [];

    /// <summary>
    /// Gets or sets whether a provider's limits are waited out, however long that takes (<c>QWEN_CODE_UNATTENDED_RETRY</c>).
    /// </summary>
    /// <value>The default is <c>false</c>, which leaves it to the variable.</value>
    public bool WaitsForLimits { get; set; }

    /// <summary>Gets or sets whether shell commands run in a sandbox; <c>null</c> leaves it to the settings.</summary>
    public bool? Sandbox { get; set; }

    /// <summary>Gets or sets a system prompt instead of the built-in one.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>Gets or sets what is appended to the system prompt.</summary>
    public string? AppendSystemPrompt { get; set; }

    /// <summary>Gets or sets whether conversations are kept on disk; <c>null</c> leaves it to the settings.</summary>
    public bool? RecordTranscripts { get; set; }

    /// <summary>
    /// Gets or sets whether the files that calls change are kept, so that it can be undone; <c>null</c> leaves it to
    /// <c>general.checkpointing.enabled</c>.
    /// </summary>
    /// <value>The default is <c>null</c>.</value>
    public bool? EnableCheckpoints { get; set; }

    /// <summary>
    /// Gets or sets protocols of the host's own, by name: <c>modelProviders</c> may have entries for them, and the host makes the
    /// clients. They need no key; how such a model is reached is the host's affair. The default is none.
    /// </summary>
    public IReadOnlyDictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>> Protocols { get; set; } =
        new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>>();

    /// <summary>Gets or sets the kernel's bounds; the user's <c>agents.*</c> settings override them, budgets only downwards.</summary>
    public KernelOptions Kernel { get; set; } = new();

    /// <summary>Gets or sets the program's version, as transcripts and requests carry it.</summary>
    public string Version { get; set; } = "0.14.5";

    /// <summary>Checks that the options make sense, those of the kernel included.</summary>
    /// <exception cref="InvalidOptionsException">They do not; the message lists every fault.</exception>
    public void Validate()
    {
        var faults = new OptionFaults()
            .NotEmpty(nameof(WorkingDirectory), WorkingDirectory)
            .NotEmpty(nameof(ApplicationDirectory), ApplicationDirectory)
            .NotEmpty(nameof(IncludeDirectories), IncludeDirectories)
            .NotEmpty(nameof(PluginDirectories), PluginDirectories)
            .NotEmpty(nameof(Features), Features)
            .NotEmpty(nameof(AllowedTools), AllowedTools)
            .NotEmpty(nameof(ExcludedTools), ExcludedTools)
            .NotEmpty(nameof(CoreTools), CoreTools)
            .NotEmpty(nameof(AllowedMcpServers), AllowedMcpServers)
            .NotEmpty(nameof(FallbackModels), FallbackModels)
            .Require(FallbackModels is null or { Count: <= 3 }, $"{nameof(FallbackModels)} has more than three models.")
            .NotEmpty(nameof(Protocols), Protocols)
            .Require(MaxAgentDepth is null or >= 1 and <= 100, $"{nameof(MaxAgentDepth)} is {MaxAgentDepth}; it must be from 1 to 100.")
            .NotEmpty(nameof(Version), Version)
            .NotEmpty(nameof(Kernel), Kernel)
            .NotEmpty(nameof(PluginLoader), PluginLoader)
            .Require(Proxy is null or { IsAbsoluteUri: true }, $"{nameof(Proxy)} is not absolute; it must be an address with a scheme.");
        if (PluginLoader is { Length: > 0 } and not Plugins.Loading.PluginLoaders.Own)
        {
            var names = PluginLoaders.Names;
            faults.Require(names.Contains(PluginLoader, StringComparer.OrdinalIgnoreCase),
                $"{nameof(PluginLoader)} is '{PluginLoader}'; it must be one of {string.Join(", ", names)}.");
        }

        Kernel?.Check(faults);
        faults.ThrowIfAny();
    }

    private static string FindDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException exception)
        {
            throw new DirectoryNotFoundException(
                "The directory that qwen was started in does not exist any more. Change to one that does, and start qwen again.",
                exception);
        }
    }
}

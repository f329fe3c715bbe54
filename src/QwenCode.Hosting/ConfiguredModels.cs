using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using QwenCode.Configuration.Models;
using QwenCode.Models;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Transport;
using QwenCode.Models.Vertex;

namespace QwenCode.Hosting;

/// <summary>The models of the settings, as clients. A client is made when its model is first asked for.</summary>
/// <param name="project">The project.</param>
/// <param name="protocols">Protocols of the host's own, by name, beside the built-in ones.</param>
public sealed partial class ConfiguredModels(
    WorkspaceServices project, IReadOnlyDictionary<string, Func<ModelEntry, IChatClient>>? protocols = null) : IModelProvider
{
    // What agent files call the model of the setting "fastModel"; without that setting it is the model of who launches the agent.
    private const string Fast = "fast";

    private readonly ConcurrentDictionary<ResolvedModel, ModelReference> _references = new(
        // The hash of the whole record would touch, and at every start compile, the comparers of all its members.
        EqualityComparer<ResolvedModel>.Create(
            static (one, other) => one == other, static model => model.Id.GetHashCode(StringComparison.Ordinal)));
    private readonly ConditionalWeakTable<IChatClient, ResolvedModel> _models = [];

    // One for all models: clients share connections by the identity of their proxy.
    private readonly Lazy<ProxySettings?> _proxy = new(
        () => ProxySettings.Read(project.Options.Proxy ?? ProxyOf(project.Settings), project.Settings.Variable));

    private static Uri? ProxyOf(Configuration.Settings settings) => settings.String("proxy") is not { Length: > 0 } text ? null
        : ProxySettings.Parse(text) ?? throw settings.Invalid("proxy", "must be the address of a proxy, such as http://host:port.");

    /// <summary>Gets what finds a service of the host for the model that is asked for, if one is; by default there are none.</summary>
    internal Func<string?, string?>? FindHostModel { get; init; }

    /// <summary>Gets the log, asked for when there is something to write; by default there is none.</summary>
    internal Func<ILogger>? Log { get; init; }

    /// <inheritdoc/>
    public ModelReference Default => Use(project.Models.Default
        is { Problem: ModelProblem.NothingConfigured or ModelProblem.NoProtocol } none ? HostDefault(none) : project.Models.Default);

    /// <inheritdoc/>
    public ModelReference Resolve(string? selector, ModelReference? parent = null)
    {
        if (selector is Fast && !project.Models.Models.Any(static model => model.Id == Fast))
        {
            selector = project.Settings.String("fastModel") is { Length: > 0 } fast ? fast : null;
        }

        if (parent is not null && selector is null or "" or "inherit")
        {
            return parent!;
        }

        if (parent is null && selector is null or "" or "inherit")
        {
            return Default;
        }

        var known = parent is not null && _models.TryGetValue(parent.Client, out var model) ? model : null;
        return Use(project.Models.Select(selector, known));
    }

    // A host that registers a client has said which model it wants, if nothing else says so.
    private ModelChoice HostDefault(ModelChoice none)
    {
        if (project.Settings.String("security.auth.enforcedType") is { Length: > 0 } enforced && enforced != QwenCodeKernelBuilder.Protocol)
        {
            return none;
        }

        var requested = project.Options.Model ?? project.Settings.String("model.name");
        return none.Problem is ModelProblem.NoProtocol && requested is null || FindHostModel?.Invoke(requested) is not { } id
            ? none
            : project.Models.Select($"{QwenCodeKernelBuilder.Protocol}:{id}");
    }

    private ModelReference Use(ModelChoice choice) => choice is { IsUsable: true, Model: { } model }
        ? _references.GetOrAdd(model, Create)
        : throw new ModelException(ModelFault.NotConfigured, choice.Message ?? "No model is configured.");

    private ModelReference Create(ResolvedModel model)
    {
        var reference = new ModelProvider([ToEntry(model)], protocols: protocols).Default;
        _models.AddOrUpdate(reference.Client, model);
        return reference;
    }

    private ModelEntry ToEntry(ResolvedModel model)
    {
        var generation = model.GenerationConfig;
        return new ModelEntry
        {
            Protocol = model.Protocol,
            Id = model.Id,
            Name = model.Name,
            Description = model.Description,
            BaseUrl = model.BaseUrl is { } url ? ModelAddress.Parse(url) : null,
            ApiKey = model.ApiKey,
            EnvKey = model.EnvKeyName,
            NeedsKey = false,
            ContextWindow = generation.ContextWindowSize,
            Modalities = generation.Modalities,
            Sampling = generation.SamplingParams is { ValueKind: JsonValueKind.Object } sampling
                ? SamplingParameters.From(sampling) : SamplingParameters.None,
            MaxOutputTokens = int.TryParse(project.Settings.Variable("QWEN_CODE_MAX_OUTPUT_TOKENS"), out var most) && most > 0
                ? most : null,
            Reasoning = generation.Reasoning,
            ExtraBody = generation.ExtraBody,
            Headers = generation.CustomHeaders ?? new Dictionary<string, string>(),
            Proxy = _proxy.Value,
            CertificateFile = project.Settings.Variable("NODE_EXTRA_CA_CERTS"),
            AcceptsAnyCertificate = project.AcceptsAnyCertificate,
            LogDirectory = LogDirectory(),
            Cassette = project.Options.ModelCassette is null ? null
                : CassetteModels.Use(project, model.Protocol, protocols?.ContainsKey(model.Protocol) is true),
            Timeout = generation.TimeoutMs is { } timeout ? TimeSpan.FromMilliseconds(timeout) : null,
            MaxRetries = generation.MaxRetries,
            WaitsForLimits = project.Options.WaitsForLimits || project.Settings.Variable("QWEN_CODE_UNATTENDED_RETRY") is "1" or "true",
            Price = generation.Price,
            RetryErrorCodes = generation.RetryErrorCodes,
            EnableCacheControl = generation.EnableCacheControl ?? true,
            UseOpenApi30Schemas = generation.SchemaCompliance == "openapi_30",
            SplitToolMedia = generation.SplitToolMedia ?? true,
            Report = Log is { } log ? change => LogAdapted(log(), change) : null,
            Variable = Variable,
            UserAgent = $"QwenCode/{project.Options.Version} "
            + $"({(OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}; "
            + $"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()})",
        };
    }

    // A command is run for it: a file of the project must not name one.
    private string? Variable(string name) => name != VertexSettings.CommandVariable ? project.Settings.Variable(name)
        : project.Options.EnvironmentVariables is { } given ? given.GetValueOrDefault(name) : Environment.GetEnvironmentVariable(name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Change}")]
    private static partial void LogAdapted(ILogger logger, string change);

    private string? LogDirectory()
    {
        var (options, settings) = (project.Options, project.Settings);
        if (!(options.LogModelRequests ?? settings.Bool("model.enableOpenAILogging") ?? false))
        {
            return null;
        }

        var directory = options.ModelLogDirectory ?? settings.String("model.openAILoggingDir") ?? "logs/openai";
        return directory == "~" || directory.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(settings.Locations.HomeDirectory, directory[1..].TrimStart('/'))
            : Path.GetFullPath(directory, options.WorkingDirectory);
    }
}

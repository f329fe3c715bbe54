using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Scripting;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;
using FunctionInvocationContext = Microsoft.SemanticKernel.FunctionInvocationContext;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>A project, a scripted model, and sessions in a container that has a kernel.</summary>
internal sealed class SessionRoom : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qwen-session-").FullName;

    public SessionRoom()
    {
        Home = Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;
        Project = Directory.CreateDirectory(Path.Combine(_root, "project")).FullName;
    }

    public string Home { get; }

    public string Project { get; }

    public ScriptedModel Model { get; } = new();

    public Notepad Notes { get; init; } = new();

    public List<AgentEvent> Events { get; } = [];

    public void Write(string path, string text)
    {
        var file = Path.Combine(Project, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Builds the services, a kernel among them.</summary>
    /// <param name="configure">Registers more, after the framework.</param>
    public ServiceProvider Build(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        Register(services);
        services.AddKernel();
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    /// <summary>Registers the framework, the model and the notes.</summary>
    public void Register(IServiceCollection services, Action<QwenCodeOptions>? configure = null)
    {
        services.AddSingleton<IModelProvider>(new ScriptedProvider(Model));
        services.AddSingleton<IToolSource>(Notes);
        services.AddQwenCode(given =>
        {
            (given.WorkingDirectory, given.ApplicationDirectory, given.EnvironmentVariables) = (Project, _root, new Dictionary<string, string>
            {
                ["HOME"] = Home,
                ["USERPROFILE"] = Home,
                ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? string.Empty,
                ["QWEN_CODE_SYSTEM_SETTINGS_PATH"] = Path.Combine(_root, "system.json"),
                ["QWEN_CODE_SYSTEM_DEFAULTS_PATH"] = Path.Combine(_root, "defaults.json"),
            });
            configure?.Invoke(given);
        });
    }

    /// <summary>Works on one prompt to its end and returns how it ended.</summary>
    public async Task<RunOutcome> RunAsync(IServiceProvider services, string prompt = "go", ApprovalMode mode = ApprovalMode.Default)
    {
        var session = services.GetRequiredService<SessionFactory>().Open(new SessionRequest { Mode = mode }, new Recorder(Events));
        await using (session)
        {
            session.Send(new PromptInput(prompt));
            session.Send(new CompleteInput());
            await session.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        }

        return Events.OfType<RunCompleted>().Last().Outcome;
    }

    /// <summary>Returns the results of calls in the last request to the model, by call id.</summary>
    public Dictionary<string, string> SentResults() => Model.Requests[^1].Messages.SelectMany(static message => message.Contents)
        .OfType<Microsoft.Extensions.AI.FunctionResultContent>().ToDictionary(static result => result.CallId, static result => result.Result?.ToString() ?? string.Empty);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private sealed class Recorder(List<AgentEvent> events) : IFrontEnd
    {
        public void OnEvent(AgentEvent agentEvent)
        {
            lock (events)
            {
                events.Add(agentEvent);
            }
        }
    }

    private sealed class ScriptedProvider(IChatClient script) : IModelProvider
    {
        public ModelReference Default { get; } = new("scripted", "scripted", script);

        public ModelReference Resolve(string? selector, ModelReference? parent = null) => parent ?? Default;
    }
}

/// <summary>A filter that is a function.</summary>
internal sealed class InlineFilter(Func<FunctionInvocationContext, Func<FunctionInvocationContext, Task>, Task> run) : IFunctionInvocationFilter
{
    public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next) => run(context, next);
}

/// <summary>A filter around functions that the model calls, as a function.</summary>
internal sealed class InlineAutoFilter(Func<AutoFunctionInvocationContext, Func<AutoFunctionInvocationContext, Task>, Task> run) : IAutoFunctionInvocationFilter
{
    public Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next) => run(context, next);
}

using Microsoft.Extensions.DependencyInjection;
using QwenCode.Models;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;

namespace QwenCode.Hosting.Tests;

/// <summary>A home, a project and a scripted model, for hosts that somebody else builds.</summary>
internal sealed class HostRoom : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qwen-hosting-").FullName;

    public HostRoom()
    {
        Home = Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;
        Project = Directory.CreateDirectory(Path.Combine(_root, "project")).FullName;
        Environment = new()
        {
            ["HOME"] = Home,
            ["USERPROFILE"] = Home,
            ["QWEN_CODE_SYSTEM_SETTINGS_PATH"] = Path.Combine(_root, "system.json"),
            ["QWEN_CODE_SYSTEM_DEFAULTS_PATH"] = Path.Combine(_root, "defaults.json"),
        };
    }

    public string Home { get; }

    public string Project { get; }

    public Dictionary<string, string> Environment { get; }

    public ScriptedModel Script { get; } = new();

    public string Write(string path, string text)
    {
        var file = Path.Combine(Project, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public string WriteHome(string path, string text) => Write(Path.Combine(Home, path), text);

    /// <summary>Builds the services, with the scripted model unless the configured ones are wanted.</summary>
    public ServiceProvider Build(Action<QwenCodeOptions>? configure = null, bool isScripted = true)
    {
        var services = new ServiceCollection();
        if (isScripted)
        {
            services.AddSingleton<IModelProvider>(new ScriptedProvider(Script));
        }

        services.AddQwenCode(options =>
        {
            (options.WorkingDirectory, options.ApplicationDirectory, options.EnvironmentVariables) = (Project, _root, Environment);
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }

    /// <summary>Works on one prompt to its end.</summary>
    public static async Task<(SessionInfo Info, RecordingFrontEnd Events)> RunAsync(IServiceProvider services, string prompt, SessionRequest? request = null)
    {
        var events = new RecordingFrontEnd();
        await using var session = services.GetRequiredService<SessionFactory>().Open(request ?? new SessionRequest(), events);
        session.Send(new PromptInput(prompt));
        session.Send(new CompleteInput());
        await session.Completion;
        return (session.Info, events);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private sealed class ScriptedProvider(ScriptedModel script) : IModelProvider
    {
        public ModelReference Default { get; } = new("scripted", "scripted", script);

        public ModelReference Resolve(string? selector, ModelReference? parent = null) => parent ?? Default;
    }
}

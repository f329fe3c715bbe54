using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Hosting;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>A home, a project, and kernels with the framework in them.</summary>
internal sealed class KernelRoom : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qwen-kernel-").FullName;

    public KernelRoom()
    {
        Home = Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;
        Project = Directory.CreateDirectory(Path.Combine(_root, "project")).FullName;
    }

    public string Home { get; }

    public string Project { get; }

    public FakeChatService Chat { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    public void Write(string path, string text)
    {
        var file = Path.Combine(Project, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void WriteSettings(string json) => Write(Path.Combine(Home, ".qwen", "settings.json"), json);

    public Microsoft.SemanticKernel.Kernel Build(Action<IKernelBuilder>? configure = null, Action<QwenCodeOptions>? options = null, string? serviceId = null)
    {
        var builder = Microsoft.SemanticKernel.Kernel.CreateBuilder();
        builder.Services.AddKeyedSingleton<IChatCompletionService>(serviceId, Chat);
        configure?.Invoke(builder);
        builder.AddQwenCode(given =>
        {
            Configure(given);
            options?.Invoke(given);
        });
        return builder.Build();
    }

    /// <summary>Builds a generic host's services with the framework in them, and no chat service but those that are registered.</summary>
    public ServiceProvider BuildHost(Action<IServiceCollection, QwenCodeOptions> configure, params Tools.IToolSource[] tools)
    {
        var services = new ServiceCollection();
        services.AddQwenCode(options =>
        {
            Configure(options);
            configure(services, options);
        });
        foreach (var source in tools)
        {
            services.AddSingleton(source);
        }

        return services.BuildServiceProvider();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Configure(QwenCodeOptions options)
    {
        (options.WorkingDirectory, options.ApplicationDirectory, options.EnvironmentVariables) = (Project, _root, new Dictionary<string, string>
        {
            ["HOME"] = Home,
            ["USERPROFILE"] = Home,
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? string.Empty,
            ["QWEN_CODE_SYSTEM_SETTINGS_PATH"] = Path.Combine(_root, "system.json"),
            ["QWEN_CODE_SYSTEM_DEFAULTS_PATH"] = Path.Combine(_root, "defaults.json"),
        }.Concat(Variables).ToDictionary());
        (options.AuthType, options.Model) = (QwenCodeKernelBuilder.Protocol, "house-model");
    }
}

/// <summary>Answers with what it is given, in pieces, and keeps what it was asked.</summary>
internal sealed class FakeChatService : IChatCompletionService
{
    private readonly Queue<Func<ChatHistory, IReadOnlyList<StreamingKernelContent>>> _answers = new();

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    public List<(ChatHistory History, PromptExecutionSettings? Settings)> Requests { get; } = [];

    public FakeChatService Answers(params StreamingKernelContent[] pieces) => Answers(_ => pieces);

    public FakeChatService Answers(Func<ChatHistory, IReadOnlyList<StreamingKernelContent>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public FakeChatService Says(string text) => Answers(new StreamingTextContent(text));

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Microsoft.SemanticKernel.Kernel? kernel = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("There is one loop, the streaming one.");

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Microsoft.SemanticKernel.Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Requests.Add((chatHistory, executionSettings));
        await Task.Yield();
        foreach (var piece in _answers.Dequeue()(chatHistory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var content = new StreamingChatMessageContent(AuthorRole.Assistant, null);
            content.Items.Add(piece);
            yield return content;
        }
    }
}

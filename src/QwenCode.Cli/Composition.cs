using Microsoft.Extensions.Hosting;
using QwenCode.Cli.CommandLine;
using QwenCode.Hosting;

namespace QwenCode.Cli;

/// <summary>The program's host.</summary>
internal static class Composition
{
    // An empty host: the usual one reads configuration files, logs to the console and costs 70 ms more of every start.
    public static IHost Build(CliOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var arguments = options.Arguments;
        builder.Services.AddQwenCode(qwen =>
        {
            qwen.Model = arguments.Text("model");
            qwen.AuthType = arguments.Text("auth-type");
            qwen.ApiKey = arguments.Text("openai-api-key");
            qwen.BaseUrl = arguments.Text("openai-base-url");
            qwen.IncludeDirectories = arguments.List("include-directories");
            qwen.PluginDirectories = arguments.List("plugin-dir");
            qwen.AllowedTools = arguments.List("allowed-tools");
            qwen.ExcludedTools = arguments.List("exclude-tools");
            qwen.CoreTools = arguments.List("core-tools");
            qwen.SystemPrompt = arguments.Text("system-prompt");
            qwen.AppendSystemPrompt = arguments.Text("append-system-prompt");
            qwen.RecordTranscripts = arguments.Flag("chat-recording");
            qwen.Version = ProgramVersion.Text;
            qwen.EnablePluginReload = false;
        });
        return builder.Build();
    }
}

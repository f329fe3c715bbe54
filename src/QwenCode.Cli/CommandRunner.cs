using QwenCode.Cli.Commands;

namespace QwenCode.Cli;

/// <summary>The commands beside the default one. A word that begins a prompt by chance is no command: the verb has to fit, too.</summary>
internal static class CommandRunner
{
    public static Func<string[], Task<int>>? Find(string[] args) => args switch
    {
        ["demo"] or ["demo", "--debug" or "-d"] => DemoCommand.RunAsync,
        ["plugins", "list" or "inspect" or "doctor", ..] => PluginsCommand.RunAsync,
        ["agents", "list" or "show" or "validate", ..] => AgentsCommand.RunAsync,
        ["tasks", "list" or "show" or "stop" or "resume", ..] => TasksCommand.RunAsync,
        ["hooks" or "hook"] or ["hooks" or "hook", "list" or "test", ..] => HooksCommand.RunAsync,
        ["permissions", "explain", ..] => PermissionsCommand.RunAsync,
        _ => null,
    };
}

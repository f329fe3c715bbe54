namespace QwenCode.Cli;

/// <summary>The commands beside the default one. A word that begins a prompt by chance is no command: the verb has to fit, too.</summary>
internal static class CommandRunner
{
    public static Func<string[], Task<int>>? Find(string[] args) => null;
}

using System.Text;

namespace QwenCode.Cli.CommandLine;

/// <summary>The help. It lists what works and nothing else.</summary>
internal static class HelpText
{
    public static string Render(CliOptions options) => options.IsServing ? RenderServe() : Render();

    public static string Render()
    {
        var text = new StringBuilder(
            """
            Usage: qwen [options] [command]

            An agent for your terminal. With a prompt it works on it and prints the answer; without one it reads standard input.

            Commands:
              qwen [query..]                         work on a prompt  [default]
              qwen demo                              watch the agent work here, without a model
              qwen config list|get|set|unset|schema  settings, and where each comes from
              qwen context [detail]                  what fills the model's window
              qwen doctor                            which program runs, what it is configured with, what is wrong
              qwen plugins list|inspect|doctor       tools from plugin directories
              qwen agents list|show|validate         agent definitions
              qwen sessions list|show|search         sessions of this directory; also export and delete
              qwen tasks list|show|stop|resume       background agents of a session
              qwen hooks list|test                   hooks
              qwen mcp list|add|remove|test|login    MCP servers of the settings
              qwen mcp serve                         serve tools, agents and tasks to other programs
              qwen permissions explain 'CALL'        what each permission layer says about a call
              qwen permissions replay SESSION..      what the rules say about the calls of recorded sessions

            Options:

            """);
        foreach (var option in OptionTable.Working)
        {
            if (option.IsHidden)
            {
                continue;
            }

            var name = $"  {(option.Alias is { } alias ? $"-{alias}, " : "    ")}--{option.Name}";
            text.Append(name.PadRight(36)).Append(' ').Append(option.Description);
            if (option.Choices.Count > 0)
            {
                text.Append("  [").AppendJoin(", ", option.Choices).Append(']');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string RenderServe() =>
        """
        Usage: qwen mcp serve [options]

        Serves the tools, agents and tasks of this directory's project to other programs, by the Model Context Protocol on standard input
        and output. It ends when its input does.

          --http [HOST:]PORT        serve by streamable HTTP instead, at http://HOST:PORT/mcp; port 0 is a free one, HOST is localhost
                                    unless it is given, and * is every address of this machine
          --http-token-file FILE    what clients over HTTP must send as a bearer token; QWEN_MCP_TOKEN holds one, too. An address that
                                    other machines reach needs one

        A client may do what a run of the same command line may do, and never more: what needs approval is denied, unless the client can
        ask its user (elicitation). --approval-mode, --allowed-tools, --exclude-tools, --core-tools, --sandbox, --model, --plugin-dir,
        --mcp-config and the other options of a run mean what they mean there; qwen --help lists them.

        """;
}

using System.Globalization;
using QwenCode.Tools;

namespace QwenCode.Hosting.Discovery;

/// <summary>A tool that a program of the user's runs: its name is the argument, the call's arguments are JSON on standard input.</summary>
internal sealed class DiscoveredTool(ToolDeclaration declaration, string program, WorkspaceServices project, TimeProvider time)
    : Tool(declaration)
{
    /// <summary>Gets the description as the model sees it.</summary>
    public static string Describe(string own, string name) =>
        $"""
        {own}

        The project's discovery command named this tool; calling it runs the project's call command with the argument {name} and
        the parameters as JSON on its input.
        What that prints is the result. If it fails, or prints to its error output, the result has the lines Stdout, Stderr,
        Error, Exit Code and Signal instead.
        """.Trim();

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        new Invocation(Name, arguments, program, project, time);

    private sealed class Invocation(string name, ToolArguments arguments, string program, WorkspaceServices project, TimeProvider time)
        : ToolInvocation
    {
        public override string Description => arguments.Json.GetRawText();

        public override ToolConsent Consent => ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            var exit = await ExternalProgram.RunAsync(program, [name], arguments.Json.GetRawText(), project, time, cancellationToken)
                .ConfigureAwait(false);
            if (exit is { Problem: null, Code: 0, Error.Length: 0 })
            {
                return ToolResult.Success(exit.Output);
            }

            static string Or(string text, string filler) => text.Length == 0 ? filler : text;
            var signal = exit.Code > 128 ? (exit.Code - 128)?.ToString(CultureInfo.InvariantCulture) : null;
            return ToolResult.Failure(
                "discovered_tool_execution_error",
                $"Stdout: {Or(exit.Output, "(empty)")}\nStderr: {Or(exit.Error, "(empty)")}\nError: {exit.Problem ?? "(none)"}\n"
                + $"Exit Code: {exit.Code?.ToString(CultureInfo.InvariantCulture) ?? "(none)"}\nSignal: {signal ?? "(none)"}");
        }
    }
}

using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Conformance;

[PluginTool]
public sealed class WithProgress() : ConformanceTool("test_tool_with_progress")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context)
    {
        foreach (var done in (double[])[0, 50, 100])
        {
            context.Report(new StepProgress(done, 100, $"{done} of 100"));
        }

        return ToolResult.Success("done");
    }
}

[PluginTool]
public sealed class WithLogging() : ConformanceTool("test_tool_with_logging")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context)
    {
        foreach (var line in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            context.Report(new OutputProgress(line));
        }

        return ToolResult.Success("done");
    }
}

[PluginTool]
public sealed class Elicitation() : ConformanceTool(
    "test_elicitation", """{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}""")
{
    protected override ToolConfirmation Asks(ToolArguments arguments) => new QuestionConfirmation(
        arguments.String("message")!, [new("What is your name?", "username", [], false), new("What is your address?", "email", [], false)]);

    protected override ToolResult Run(ToolArguments arguments, ToolContext context) =>
        ToolResult.Success($"User response: {string.Join(", ", context.Answers.Values)}");
}

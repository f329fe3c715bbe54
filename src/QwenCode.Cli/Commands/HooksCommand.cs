using System.Text.Json;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Hooks;

namespace QwenCode.Cli.Commands;

/// <summary>
/// <c>qwen hooks list</c> and <c>qwen hooks test EVENT [SUBJECT [FIELDS]]</c>: which hooks are configured, and what they answer.
/// </summary>
internal static class HooksCommand
{
    private const string Usage = "Usage: qwen hooks list\n       qwen hooks test EVENT [SUBJECT [FIELDS]]   run the hooks of an event; "
        + "FIELDS is a JSON object with further input, such as {\"tool_input\": {…}}";

    public static async Task<int> RunAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var project = new WorkspaceServices(new QwenCodeOptions(), TimeProvider.System);
        var configuration = HookConfiguration.From(project);
        foreach (var warning in configuration.Warnings)
        {
            StandardStreams.ErrorLine($"Warning: {warning}");
        }

        var words = options.CommandWords;
        if (options.Verb is not "test")
        {
            StandardStreams.Out(
                configuration.IsDisabled ? "Hooks are switched off (disableAllHooks).\n" : HookListing.Render(configuration.Hooks));
            return ExitCodes.Success;
        }

        if (words.Count is 0 or > 3 || !Enum.GetNames<HookEvent>().Contains(words[0]))
        {
            StandardStreams.ErrorLine($"{Usage}\nEvents: {string.Join(", ", Enum.GetNames<HookEvent>())}");
            return ExitCodes.Failure;
        }

        return await TestAsync(project, configuration, Enum.Parse<HookEvent>(words[0]), words.Count > 1 ? words[1] : string.Empty,
            words.Count > 2 ? words[2] : "{}", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> TestAsync(
        WorkspaceServices project, HookConfiguration configuration, HookEvent hookEvent, string subject, string json,
        CancellationToken cancellationToken)
    {
        JsonElement fields;
        try
        {
            using var document = JsonDocument.Parse(json);
            fields = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            StandardStreams.ErrorLine($"FIELDS is not valid JSON: {exception.Message}");
            return ExitCodes.Failure;
        }

        if (fields.ValueKind is not JsonValueKind.Object)
        {
            StandardStreams.ErrorLine("FIELDS must be a JSON object.");
            return ExitCodes.Failure;
        }

        var runner = configuration.CreateRunner(project, TimeProvider.System);
        await using var closing = runner.ConfigureAwait(false);
        runner.Open(new HookSession("hooks-test", string.Empty, static text => StandardStreams.ErrorLine(text)));
        var matching = runner.Match(hookEvent, subject);
        if (matching.Count == 0)
        {
            StandardStreams.Out(configuration.IsDisabled
                ? "Hooks are switched off (disableAllHooks).\n" : $"No hook of {hookEvent} matches \"{subject}\".\n");
            return ExitCodes.Success;
        }

        StandardStreams.Out(HookListing.Render(matching));
        var isAboutTool = hookEvent is HookEvent.PreToolUse or HookEvent.PostToolUse or HookEvent.PostToolUseFailure
            or HookEvent.PermissionRequest;
        var outcome = await runner.RunAsync(
            new HookInput(hookEvent, subject, writer =>
            {
                if (isAboutTool && !fields.TryGetProperty("tool_name", out _))
                {
                    writer.WriteString("tool_name"u8, subject);
                }

                foreach (var member in fields.EnumerateObject())
                {
                    member.WriteTo(writer);
                }
            }),
            cancellationToken).ConfigureAwait(false);
        StandardStreams.Out(HookListing.Render(outcome));
        return ExitCodes.Success;
    }
}

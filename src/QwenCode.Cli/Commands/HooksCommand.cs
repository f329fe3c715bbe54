using System.Text.Json;
using QwenCode.Cli.IO;
using QwenCode.Configuration;
using QwenCode.Hosting;
using QwenCode.Hooks;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen hooks list</c> and <c>qwen hooks test EVENT [SUBJECT [FIELDS]]</c>: which hooks there are, and what they say.</summary>
internal static class HooksCommand
{
    private const string Usage = "Usage: qwen hooks list\n       qwen hooks test EVENT [SUBJECT [FIELDS]]   run the hooks of an event; FIELDS is a JSON object with further input, such as {\"tool_input\": {…}}";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var project = new Project(new QwenCodeOptions(), TimeProvider.System);
            var configuration = HookConfiguration.From(project);
            foreach (var warning in configuration.Warnings)
            {
                StandardStreams.ErrorLine($"Warning: {warning}");
            }

            switch (args)
            {
                case [_] or [_, "list"]:
                    StandardStreams.Out(configuration.IsDisabled ? "Hooks are switched off (disableAllHooks).\n" : HookListing.Render(configuration.Hooks));
                    return ExitCodes.Success;
                case [_, "test", var name, ..] when args.Length <= 5 && Enum.GetNames<HookEvent>().Contains(name):
                    return await TestAsync(project, configuration, Enum.Parse<HookEvent>(name), args.ElementAtOrDefault(3) ?? string.Empty, args.ElementAtOrDefault(4) ?? "{}").ConfigureAwait(false);
                default:
                    StandardStreams.ErrorLine($"{Usage}\nEvents: {string.Join(", ", Enum.GetNames<HookEvent>())}");
                    return ExitCodes.Failure;
            }
        }
        catch (SettingsException exception)
        {
            StandardStreams.ErrorLine(exception.Message);
            return exception.ExitCode;
        }
    }

    private static async Task<int> TestAsync(Project project, HookConfiguration configuration, HookEvent hookEvent, string subject, string json)
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
            StandardStreams.Out(configuration.IsDisabled ? "Hooks are switched off (disableAllHooks).\n" : $"No hook of {hookEvent} fits \"{subject}\".\n");
            return ExitCodes.Success;
        }

        StandardStreams.Out(HookListing.Render(matching));
        var isAboutTool = hookEvent is HookEvent.PreToolUse or HookEvent.PostToolUse or HookEvent.PostToolUseFailure or HookEvent.PermissionRequest;
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
            CancellationToken.None).ConfigureAwait(false);
        StandardStreams.Out(HookListing.Render(outcome));
        return ExitCodes.Success;
    }
}

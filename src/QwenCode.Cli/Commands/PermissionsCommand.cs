using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary>
/// <c>qwen permissions explain 'CALL'</c>: what each permission layer says about a call. CALL is a shell command, or <c>TOOL
/// {"json":"arguments"}</c>.
/// </summary>
internal static class PermissionsCommand
{
    public static async Task<int> RunAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var call = string.Join(' ', options.CommandWords).Trim();
        if (call.Length == 0)
        {
            StandardStreams.ErrorLine("Give the call: qwen permissions explain 'git push', or qwen permissions explain 'read_file "
                + "{\"file_path\":\"/etc/passwd\"}'.");
            return ExitCodes.Failure;
        }

        if (IsCommand(call))
        {
            StandardStreams.Out(Explain(options, call).ToText() + "\n");
            return ExitCodes.Success;
        }

        using var host = Composition.Build(options);
        var tools = host.Services.GetServices<IToolSource>().SelectMany(static source => source.Snapshot()).ToArray();
        var space = call.IndexOf(' ', StringComparison.Ordinal);
        var name = space < 0 ? call : call[..space];
        var (tool, arguments) = Read(tools, name, space < 0 ? string.Empty : call[(space + 1)..], call);
        if (arguments is not { } given)
        {
            StandardStreams.ErrorLine($"The arguments of {name} are not a JSON object: {call[(space + 1)..]}");
            return ExitCodes.Failure;
        }

        var factory = host.Services.GetRequiredService<SessionFactory>();
        var (policy, mode) = factory.PolicyFor(new SessionRequest { Mode = options.Mode });
        var explanation = await ExplainAsync(policy, tool, name, given, mode, cancellationToken).ConfigureAwait(false);
        StandardStreams.Out(explanation.ToText() + "\n");
        return ExitCodes.Success;
    }

    // The names of tools have an underscore in them or are known; their arguments are JSON. All else is a command.
    private static bool IsCommand(string call)
    {
        var space = call.IndexOf(' ', StringComparison.Ordinal);
        var name = space < 0 ? call : call[..space];
        return !(name.Contains('_', StringComparison.Ordinal) && !name.Contains('=', StringComparison.Ordinal))
            && name is not ("edit" or "glob" or "lsp" or "agent" or "skill")
            && !(space > 0 && call.AsSpan(space).TrimStart() is ['{', ..] && call.EndsWith('}'));
    }

    // Run hundreds of times by anybody who writes rules: it reads the settings and nothing else, and starts no host.
    private static PermissionExplanation Explain(CliOptions options, string command)
    {
        var project = Composition.ReadProject(options);
        var request = new SessionRequest { Mode = options.Mode };
        var tool = new ToolDeclaration
        {
            Name = "run_shell_command",
            Description = string.Empty,
            Parameters = ToolArguments.None.Json,
            Kind = ToolKind.Execute,
            Source = "QwenCode.Plugin.Shell",
        };
        return PermissionExplainer.Explain(
            new PermissionPolicy(SessionRules.For(project, request)), tool, tool.Name, ToolArguments.From([new("command", command)]),
            ToolConsent.Ask, SessionRules.ModeFor(project, request), new ExecuteConfirmation(tool.Name, command, [], []));
    }

    private static async ValueTask<PermissionExplanation> ExplainAsync(
        PermissionPolicy policy, Tool? tool, string name, ToolArguments arguments, QwenCode.Permissions.ApprovalMode mode,
        CancellationToken cancellationToken)
    {
        if (tool is null)
        {
            return PermissionExplainer.Explain(policy, null, name, arguments, ToolConsent.Ask, mode);
        }

        ToolInvocation? invocation = null;
        try
        {
            invocation = tool.Prepare(arguments,
                new ToolContext { Agent = Agents.AgentId.Main, Session = Sessions.SessionId.New(), Workspace = policy.Workspace });
            var confirmation = invocation.Consent is ToolConsent.Ask
                ? await invocation.ConfirmAsync(cancellationToken).ConfigureAwait(false) : null;
            return PermissionExplainer.Explain(policy, tool.Declaration, tool.Name, arguments, invocation.Consent, mode, confirmation);
        }
        catch (ToolArgumentException)
        {
            // A call that would fail anyway is still explained: the question is about the rules.
            return PermissionExplainer.Explain(policy, tool.Declaration, tool.Name, arguments, ToolConsent.Ask, mode);
        }
        finally
        {
            invocation?.Abandon();   // a plugin is not unloaded before its last call has ended, and the program waits for that
        }
    }

    private static (Tool? Tool, ToolArguments? Arguments) Read(Tool[] tools, string name, string rest, string call)
    {
        var tool = Array.Find(tools, candidate => candidate.Name == name);

        // The tools of servers and of the session itself are in no list here; what looks like a call of one is no command.
        var isCall = tool is not null || name.StartsWith("mcp__", StringComparison.Ordinal);
        if (isCall || rest.TrimStart().StartsWith('{'))
        {
            try
            {
                using var json = JsonDocument.Parse(rest.Length == 0 ? "{}" : rest);
                return (tool, json.RootElement.ValueKind is JsonValueKind.Object ? new ToolArguments(json.RootElement.Clone()) : null);
            }
            catch (JsonException) when (isCall)
            {
                return (tool, null);
            }
            catch (JsonException)
            {
                // A command with braces.
            }
        }

        return (Array.Find(tools, static candidate => candidate.Name == "run_shell_command"), ToolArguments.From([new("command", call)]));
    }
}

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Agents;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Configuration.Options;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary>
/// <c>qwen permissions replay SESSION…</c>: what the rules say about every call of recorded sessions, and the narrowest allow rules that
/// would have let them run. Nothing runs.
/// </summary>
internal static class ReplayCommand
{
    private const int MaxWidth = 200;
    private const string Unrecorded = "; a session does not record its mode, and --approval-mode names another";

    // For users to read and to paste: a rule with an apostrophe stays legible.
    public static int Run(CliOptions options)
    {
        if (options.CommandWords.Count == 0)
        {
            StandardStreams.ErrorLine(
                "Name the sessions: qwen permissions replay SESSION…, each by its id or by the path of its transcript.");
            return ExitCodes.Failure;
        }

        using var host = Composition.Build(options);
        var project = host.Services.GetRequiredService<WorkspaceServices>();
        var rules = options.RulesFile is { } file ? PermissionSettings.FromFile(file, project.Settings) : null;
        var request = new SessionRequest { Mode = options.Mode };
        var mode = SessionRules.ModeFor(project, request);
        var rehearsal = new Rehearsal(SessionRules.For(project, request, rules), mode);
        Report(rehearsal.Problems, isFatal: rules is not null);
        var agents = new ReplayedAgents(
            host.Services.GetRequiredService<IAgentCatalog>(), SessionRules.ForAgents(rules ?? project.Permissions), mode);
        var tools = new RecordedTools(
            [.. host.Services.GetServices<IToolSource>().SelectMany(static source => source.Snapshot())], project);
        var text = new StringBuilder();
        var places = new Dictionary<RehearsedCall, string>();
        foreach (var word in options.CommandWords)
        {
            if (Read(word, project) is not { } session)
            {
                return ExitCodes.Failure;
            }

            text.Append(CultureInfo.InvariantCulture, $"{PlainText.Line(session.Name, MaxWidth)}, judged in mode {mode.ToWire()} by "
                + $"{options.RulesFile ?? "the settings"}{(options.Mode is null ? Unrecorded : string.Empty)}\n");
            foreach (var agent in session.Agents)
            {
                var caller = agents.Of(session, agent);
                if (caller.Mode != mode && agent.Calls.Count > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  {agent.Type} is judged in mode {caller.Mode.ToWire()}\n");
                }

                foreach (var recorded in agent.Calls)
                {
                    var call = tools.Judge(rehearsal, recorded, caller);
                    var place = $"{agent.Type}:{recorded.Line}";
                    places[call] = $"{place}  {Shown(call, recorded)}";
                    text.Append(CultureInfo.InvariantCulture,
                        $"  {Word(call.Decision),-6} {places[call]}  - {PlainText.Line(call.Reason, MaxWidth)}\n");
                }
            }
        }

        Report(agents.Unknown, isFatal: false);
        Summarise(text, rehearsal, places);
        StandardStreams.Out(text.ToString());
        return ExitCodes.Success;
    }

    private static RecordedSession? Read(string word, WorkspaceServices project)
    {
        var isPath = word.EndsWith(".jsonl", StringComparison.Ordinal) || word.Contains(Path.DirectorySeparatorChar) || word.Length == 0;
        if ((isPath ? word : RecordedSession.Find(project.Workspace, new SessionId(word))) is not { Length: > 0 } path)
        {
            StandardStreams.ErrorLine($"There is no recorded session '{PlainText.Line(word, MaxWidth)}'. Give the id of a session, or the "
                + "path of a transcript (a .jsonl file).");
            return null;
        }

        try
        {
            var session = RecordedSession.Read(path, static loss => StandardStreams.ErrorLine($"Warning: {PlainText.Of(loss)}"));
            if (session.Directory is { } directory && Workspaces.Workspace.RealPath(directory) != project.Workspace.Root)
            {
                StandardStreams.ErrorLine($"Warning: this session was recorded in {PlainText.Line(directory, MaxWidth)}; its calls are "
                    + "judged as if they were made here.");
            }

            return session;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException
            or ArgumentException)
        {
            StandardStreams.ErrorLine($"The session '{PlainText.Line(word, MaxWidth)}' cannot be read: {PlainText.Of(exception.Message)}");
            return null;
        }
    }

    private static void Report(IReadOnlyList<string> problems, bool isFatal)
    {
        if (isFatal && problems.Count > 0)
        {
            throw new Configuration.SettingsException("--rules", 0, null, string.Join("\n", problems));
        }

        foreach (var problem in problems)
        {
            StandardStreams.ErrorLine($"Warning: {PlainText.Of(problem)}");
        }
    }

    private static void Summarise(StringBuilder text, Rehearsal rehearsal, Dictionary<RehearsedCall, string> places)
    {
        var calls = rehearsal.Calls;
        int Count(PermissionDecision decision) => calls.Count(call => call.Decision == decision);
        text.Append(CultureInfo.InvariantCulture, $"\n{calls.Count} {(calls.Count == 1 ? "call" : "calls")}: "
            + $"{Count(PermissionDecision.Allow)} allowed, {Count(PermissionDecision.Ask)} asked about, "
            + $"{Count(PermissionDecision.Deny)} denied.\n");
        var rules = rehearsal.FindRules();
        if (rules.Allow.Count > 0)
        {
            text.Append("\nThe narrowest rules for permissions.allow that would have let ")
                .Append(rules.Uncovered.Count == 0 ? "every call" : "all calls but those below").Append(" run:\n");
            foreach (var rule in rules.Allow)
            {
                var legible = JsonEncodedText.Encode(PlainText.Of(rule), JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
                text.Append("  \"").Append(legible).Append("\"\n");
            }
        }

        if (rules.Uncovered.Count > 0)
        {
            text.Append("\nNo allow rule is suggested for:\n");
            foreach (var (call, reason) in rules.Uncovered)
            {
                text.Append("  ").Append(places[call]).Append("  - ").Append(PlainText.Line(reason, MaxWidth)).Append('\n');
            }
        }
    }

    // As 'qwen permissions explain' takes it.
    private static string Shown(RehearsedCall call, RecordedCall recorded) => PlainText.Line(
        call.Command ?? $"{call.Name} {recorded.Arguments.Value?.GetRawText() ?? recorded.Arguments.Raw}", MaxWidth);

    private static string Word(PermissionDecision decision) => decision switch
    {
        PermissionDecision.Allow => "allow",
        PermissionDecision.Deny => "deny",
        _ => "ask",
    };
}

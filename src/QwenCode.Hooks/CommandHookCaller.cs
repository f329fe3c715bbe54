using System.Collections;
using System.Text;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Hooks;

/// <summary>Runs command hooks.</summary>
internal sealed class CommandHookCaller(HookRunnerOptions options)
{
    private const int SignalBase = 128;
    private static readonly ProcessStop Stop = new() { Grace = TimeSpan.FromSeconds(2), KillPatience = TimeSpan.FromSeconds(2) };
    private static readonly string[] DirectoryVariables = ["GEMINI_PROJECT_DIR", "CLAUDE_PROJECT_DIR"];

    /// <summary>Runs a hook.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="session">The session it runs for.</param>
    /// <param name="input">What it reads from its input.</param>
    /// <param name="cancellationToken">Stops the command; its outcome is ignored then.</param>
    public async Task<HookResult> CallAsync(CommandHook hook, string session, byte[] input, CancellationToken cancellationToken)
    {
        var start = Describe(hook, session);
        ProcessRunResult run;
        try
        {
            var bounds = new ProcessRunOptions { Input = input, Timeout = hook.Timeout, Stop = Stop };
            run = await ProcessRun.RunAsync(start, bounds, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new HookResult(null);
        }
        catch (ProcessStartException exception)
        {
            // As with a program that the shell does not find: a guard that is not there lets nothing pass.
            var problem = $"{start.Program} could not be started in {start.Directory}: {exception.Message}";
            return new HookResult(new HookOutput { Decision = "deny", Reason = problem }, problem);
        }

        if (run.Exit is not { } exit)
        {
            return new HookResult(
                null,
                $"took longer than its {hook.Timeout.TotalMilliseconds:0} ms and was stopped; it is ignored. "
                + "Raise its \"timeout\" (in seconds below 1000, else in milliseconds) or make it faster.");
        }

        // What shells report for a signal.
        var code = exit.Code ?? SignalBase + exit.Signal ?? SignalBase;
        var isCut = run.IsOutputCut || run.IsErrorCut;
        var output = HookOutputReader.FromCommand(code, run.Output, run.Error, isCut);
        var notice = isCut ? "printed more than 1 MiB; the rest was dropped."
            : code == 2 && string.IsNullOrWhiteSpace(run.Output + run.Error) ? "refused by exit code 2 without a reason."
            : output is null && code != 0 ? $"exited with {code} without output; it is ignored."
            : output?.SystemMessage is { } warning && code == 1 ? $"failed with exit code 1, which does not block: {warning}"
            : null;
        return new HookResult(output, notice);
    }

    internal static string FillIn(string command, string directory, bool usesPowerShell)
    {
        if (usesPowerShell)
        {
            var quoted = $"'{directory.Replace("'", "''", StringComparison.Ordinal)}'";
            return DirectoryVariables.Aggregate(command, (text, name) => text.Replace($"${name}", quoted, StringComparison.Ordinal));
        }

        // Within quotes the shell substitutes the variable itself; added quotes would end those of the command.
        var result = new StringBuilder(command.Length);
        var quote = '\0';
        for (var i = 0; i < command.Length; i++)
        {
            var character = command[i];
            if (character == '\\' && quote != '\'' && i + 1 < command.Length)
            {
                result.Append(character).Append(command[++i]);
                continue;
            }

            if (character is '\'' or '"' && (quote == '\0' || quote == character))
            {
                quote = quote == '\0' ? character : '\0';
            }
            else if (character == '$' && quote == '\0' && NameAt(command, i + 1) is { } name)
            {
                result.Append('\'').Append(directory.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'');
                i += name.Length;
                continue;
            }

            result.Append(character);
        }

        return result.ToString();
    }

    private static string? NameAt(string command, int start) => Array.Find(DirectoryVariables, name =>
        string.CompareOrdinal(command, start, name, 0, name.Length) == 0
        && (start + name.Length == command.Length
            || !(char.IsAsciiLetterOrDigit(command[start + name.Length]) || command[start + name.Length] == '_')));

    private ProcessStart Describe(CommandHook hook, string session)
    {
        var directory = options.WorkingDirectory;
        var environment = Environment();
        environment["QWEN_PROJECT_DIR"] = environment["CLAUDE_PROJECT_DIR"] = environment["GEMINI_PROJECT_DIR"] = directory;
        foreach (var (name, value) in hook.Environment)
        {
            environment[name] = value;
        }

        var program = !hook.UsesPowerShell ? "bash" : OperatingSystem.IsWindows() ? "powershell" : "pwsh";
        return new ProcessStart(program, directory)
        {
            Arguments = [hook.UsesPowerShell ? "-Command" : "-c", FillIn(hook.Command, directory, hook.UsesPowerShell)],
            Environment = environment,
            Owner = options.ProjectDirectory is { } project ? new ProcessOwner(project, "hook") { Session = session } : null,
        };
    }

    private Dictionary<string, string> Environment()
    {
        var variables =
            new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        if (options.Environment is { } given)
        {
            foreach (var (name, value) in given)
            {
                variables[name] = value;
            }

            return variables;
        }

        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        return variables;
    }
}

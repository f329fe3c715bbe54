using System.Globalization;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;
using QwenCode.Plugin.Shell.Commands;
using QwenCode.Plugin.Shell.Output;
using QwenCode.Plugin.Shell.Sandboxing;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell;

/// <summary>One command.</summary>
internal sealed class ShellInvocation(ShellArguments arguments, ToolContext context) : ToolInvocation
{
    private const int DefaultTimeout = 120_000;
    private const int LongestTimeout = 600_000;

    // Made before anybody is asked: what is shown is what runs.
    private readonly string _command = WithTrailer(arguments, context);

    public override string Description => arguments.Describe();

    /// <remarks>Always: which commands only read is judged by the host's own parser, which knows the rules as well.</remarks>
    public override ToolConsent Consent => ToolConsent.Ask;

    private string WorkingDirectory => arguments.Directory ?? context.Workspace.Root;

    public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken)
    {
        var roots = CommandRoots.Find(arguments.Command);
        return ValueTask.FromResult<ToolConfirmation>(new ExecuteConfirmation(
            "Confirm Shell Command",
            _command,
            [.. roots.Select(static root => root.Name).Distinct()],
            [.. roots.Select(static root => root.Rule)]));
    }

    public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The check of the arguments was some time ago, and a link may have been put in the way since.
        if (!context.Workspace.Contains(WorkingDirectory))
        {
            return ToolResult.Failure(
                ShellErrors.Execute, $"Directory '{WorkingDirectory}' is not within any of the registered workspace directories.");
        }

        if (!Directory.Exists(WorkingDirectory))
        {
            return ToolResult.Failure(ShellErrors.Execute,
                $"The command was not run: the directory {WorkingDirectory} does not exist. Create it first, or leave 'directory' out.");
        }

        try
        {
            var start = Prepare();
            return arguments.IsBackground
                ? await BackgroundCommand.StartAsync(start, arguments, context).ConfigureAwait(false)
                : await RunInTerminalAsync(start, cancellationToken).ConfigureAwait(false)
                ?? await RunAsync(start, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException exception)
        {
            return ToolResult.Failure(ShellErrors.Execute, exception.Message);
        }
    }

    // 0 asks for no limit, which no command has: it gets the longest time there is.
    private int Timeout => arguments.Timeout
        ?? (int.TryParse(context.Setting("tools.shell.defaultTimeoutMs"), NumberStyles.None, CultureInfo.InvariantCulture, out var set)
            ? set is 0 or > LongestTimeout ? LongestTimeout : set : DefaultTimeout);

    private static string WithTrailer(ShellArguments arguments, ToolContext context)
    {
        var command = arguments.IsBackground ? BackgroundCommand.WithoutAmpersand(arguments.Command) : arguments.Command;
        return string.Equals(context.Setting("general.gitCoAuthor"), "false", StringComparison.OrdinalIgnoreCase)
            ? command : CommitTrailer.Add(command);
    }

    private ProcessStart Prepare()
    {
        var environment = CommandEnvironment.Make(WorkingDirectory, context.Setting("tools.shell.pager"));
        return ShellStart.Describe(_command, WorkingDirectory, environment, Bubblewrap.Prefix(context, WorkingDirectory)) with
        {
            Owner = new ProcessOwner(context.Workspace.ProjectDirectory, "shell")
            {
                Session = context.Session.Value,
                Task = context.Agent.Value,
                Name = CommandRoots.NameOf(_command),
            },
        };
    }

    /// <returns>What came of the command; <c>null</c> if it is not for a terminal of the editor, and was not started.</returns>
    private async Task<ToolResult?> RunInTerminalAsync(ProcessStart start, CancellationToken cancellationToken)
    {
        // A sandbox is built by this program, around its own processes. cmd.exe takes a line that words cannot spell.
        if (context.ClientTerminals is not { } terminals
            || context.Setting("tools.sandbox") is { Length: > 0 } || start.CommandLine is not null)
        {
            return null;
        }

        return await new TerminalCommand(terminals, arguments, context, Timeout).RunAsync(
            new ClientCommand(start.Program, start.Arguments, start.Directory)
            {
                Environment = CommandEnvironment.Own(context.Setting("tools.shell.pager")),
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<ToolResult> RunAsync(ProcessStart start, CancellationToken cancellationToken)
    {
        var timeout = Timeout;
        var report = new ShellReport(arguments, context);
        using var buffer = OutputBuffer.For(context.Limits, report.OpenFile);
        using var live = new LiveReport(buffer, context);
        var process = SupervisedProcess.Start(start with { OnOutput = Take }, context.Time);

        using var timer = new CancellationTokenSource(TimeSpan.FromMilliseconds(timeout), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        IReadOnlyList<int> survivors = [];
        var timedOut = false;
        try
        {
            await process.Completion.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            survivors = await process.StopAsync(new ProcessStop(), CancellationToken.None).ConfigureAwait(false);

            // A cancellation comes first if both happen at once.
            cancellationToken.ThrowIfCancellationRequested();
            timedOut = true;
        }

        live.Dispose();
        var output = buffer.Complete();
        if (timedOut)
        {
            var left = survivors.Count == 0 ? string.Empty : $"\nThese processes could not be stopped: {string.Join(", ", survivors)}.";
            return report.TimedOut(buffer, output, timeout, left);
        }

        var exit = await process.Completion.ConfigureAwait(false);
        return report.Ended(buffer, output, exit.Code, exit.Signal?.ToString(CultureInfo.InvariantCulture), process.Group);

        void Take(ReadOnlySpan<byte> bytes)
        {
            buffer.Append(bytes);
            live.Changed();
        }
    }

    private static class CommandEnvironment
    {
        public static Dictionary<string, string> Make(string directory, string? pager)
        {
            var variables =
                new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
            foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            {
                variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
            }

            foreach (var (name, value) in Own(pager))
            {
                variables[name] = value;
            }

            variables["TERM"] = "xterm-256color";
            variables["PWD"] = directory;
            return variables;
        }

        /// <summary>Gets what commands get wherever they run.</summary>
        public static Dictionary<string, string> Own(string? pager)
        {
            var program = string.IsNullOrWhiteSpace(pager) ? "cat" : pager;
            return new Dictionary<string, string> { ["QWEN_CODE"] = "1", ["PAGER"] = program, ["GIT_PAGER"] = program };
        }
    }
}

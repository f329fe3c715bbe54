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
    private const int LeastMemory = 256 * 1024;
    private const int MostMemory = 8 * 1024 * 1024;

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
                : await RunAsync(start, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException exception)
        {
            return ToolResult.Failure(ShellErrors.Execute, exception.Message);
        }
    }

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

    private async Task<ToolResult> RunAsync(ProcessStart start, CancellationToken cancellationToken)
    {
        var timeout = arguments.Timeout ?? DefaultTimeout;
        var report = new ShellReport(arguments, context);
        using var buffer = new OutputBuffer(Math.Clamp(context.Limits.MaxCharacters * 2, LeastMemory, MostMemory), report.OpenFile);
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
        return timedOut
            ? report.TimedOut(buffer, output, timeout, survivors)
            : report.Ended(buffer, output, await process.Completion.ConfigureAwait(false), process.Group);

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

            var program = string.IsNullOrWhiteSpace(pager) ? "cat" : pager;
            variables["QWEN_CODE"] = "1";
            variables["TERM"] = "xterm-256color";
            variables["PAGER"] = program;
            variables["GIT_PAGER"] = program;
            variables["PWD"] = directory;
            return variables;
        }
    }
}

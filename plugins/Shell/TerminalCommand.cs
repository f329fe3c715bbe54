using System.Globalization;
using System.Text;
using QwenCode.Plugin.Shell.Commands;
using QwenCode.Plugin.Shell.Output;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell;

/// <summary>A command in a terminal of the editor.</summary>
/// <param name="terminals">The editor's terminals.</param>
/// <param name="arguments">What was asked for.</param>
/// <param name="context">The call.</param>
/// <param name="timeout">How long the command may take, in milliseconds.</param>
internal sealed class TerminalCommand(IClientTerminals terminals, ShellArguments arguments, ToolContext context, int timeout)
{
    // How long an editor may take to end a command, and to hand over its output: what it does not answer must not hold up the turn.
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(30);

    private readonly ShellReport _report = new(arguments, context);

    /// <summary>Runs the command to its end.</summary>
    /// <param name="command">What the terminal runs.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>What came of it; <c>null</c> if the editor has no terminals, so that nothing was started.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the editor was told to end the command.</exception>
    public async Task<ToolResult?> RunAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(TimeSpan.FromMilliseconds(timeout), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        IClientTerminal? terminal;
        try
        {
            terminal = await terminals.StartAsync(command, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Failure(string.Create(
                CultureInfo.InvariantCulture, $"The command was not run: the editor did not open a terminal for it within {timeout}ms."));
        }
        catch (IOException exception)
        {
            return Failure($"The command was not run: the editor did not open a terminal for it: {exception.Message}");
        }

        if (terminal is null)
        {
            return null;
        }

        using (terminal)
        {
            context.Report(new TerminalProgress(terminal.Id));
            return await FollowAsync(terminal, command.MaxOutput, either.Token, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ToolResult Failure(string message) => ToolResult.Failure(ShellErrors.Execute, message);

    private async Task<ToolResult> FollowAsync(
        IClientTerminal terminal, int limit, CancellationToken either, CancellationToken cancellationToken)
    {
        // One question for the whole run: it goes on while the command is being ended.
        using var asking = new CancellationTokenSource();
        var waiting = terminal.WaitAsync(asking.Token).AsTask();
        ClientExit? exit = null;
        var left = string.Empty;
        try
        {
            exit = await waiting.WaitAsync(either).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            left = await StopAsync(terminal, waiting, cancellationToken).ConfigureAwait(false);

            // A cancellation comes first if both happen at once.
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (IOException exception)
        {
            return Failure($"The editor lost the command, which was started; how it ended is not known: {exception.Message}");
        }
        finally
        {
            if (!waiting.IsCompleted)
            {
                await asking.CancelAsync().ConfigureAwait(false);
            }
        }

        return await ReportAsync(terminal, exit, left, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>What could not be stopped, in words; empty if everything was.</returns>
    private async Task<string> StopAsync(IClientTerminal terminal, Task<ClientExit> waiting, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(KillPatience, context.Time);
        try
        {
            await terminal.KillAsync(patience.Token).ConfigureAwait(false);
            await waiting.WaitAsync(patience.Token).ConfigureAwait(false);
            return string.Empty;
        }
        catch (OperationCanceledException)
        {
            return $"\nThe editor did not say that it has stopped the command (terminal {terminal.Id}).";
        }
        catch (IOException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return $"\nThe editor could not stop the command (terminal {terminal.Id}): {exception.Message}";
        }
    }

    private async Task<ToolResult> ReportAsync(
        IClientTerminal terminal, ClientExit? exit, string left, int limit, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ReadPatience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var buffer = OutputBuffer.For(context.Limits, _report.OpenFile);
        try
        {
            var output = await terminal.ReadAsync(either.Token).ConfigureAwait(false);
            if (output.IsCut)
            {
                buffer.Append(Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"[The editor kept only a part of the output: at most {limit} bytes.]\n")));
            }

            buffer.Append(Encoding.UTF8.GetBytes(output.Text));
            exit = exit is { Code: null, Signal: null } ? output.Exit ?? exit : exit;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = exit is null
                ? string.Create(CultureInfo.InvariantCulture, $"The command timed out after {timeout}ms")
                : $"The command ended with {(exit.Signal is { } name ? $"signal {name}" : $"exit code {exit.Code}")}";
            return Failure($"{end}, but the editor did not hand over its output: {exception.Message}{left}");
        }

        if (exit is null)
        {
            return _report.TimedOut(buffer, buffer.Complete(), timeout, left);
        }

        // Editors name a code beside a signal; a process of our own has one or the other.
        var signal = exit.Signal is null ? null : SignalNames.NumberOf(exit.Signal);
        return _report.Ended(buffer, buffer.Complete(), signal is null ? exit.Code : null, signal, group: null);
    }
}

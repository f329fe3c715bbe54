using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using QwenCode.Cli.CommandLine;
using QwenCode.Hosting;
using QwenCode.Models;

namespace QwenCode.Cli.Programs;

/// <summary>
/// What is particular to the native program: the shipped tools are compiled in, and a run that needs more is handed over to the
/// managed program in the folder <c>managed</c> beside it.
/// </summary>
internal static partial class ThisProgram
{
    /// <summary>Gets whether this is the native program.</summary>
    public static bool IsNative => true;

    private static readonly string ManagedDirectory = Path.Combine(AppContext.BaseDirectory, "managed");

    /// <summary>Adds what only this program has.</summary>
    public static void Configure(QwenCodeOptions options)
    {
        // The manifests of the shipped plugins and the shipped agents are in the managed program's folder; one copy serves both.
        options.ApplicationDirectory = ManagedDirectory;
        options.LinkedTools = LinkedTools.All;
        options.Protocols =
            new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>> { [ManagedNeed.ConnectorProtocol] = RefuseConnector };
    }

    /// <summary>Replaces this process by the managed program. Call it before standard input is read.</summary>
    /// <param name="reason">Why the managed program is needed; with <c>null</c> this returns and nothing happens.</param>
    /// <exception cref="RefusedException">The managed program cannot be started.</exception>
    public static void HandOver(string? reason)
    {
        if (reason is null)
        {
            return;
        }

        var program = Path.Combine(ManagedDirectory, OperatingSystem.IsWindows() ? "qwen.exe" : "qwen");
        if (!File.Exists(program))
        {
            throw Failed(program, reason, "it is missing. Publish the program again");
        }

        string[] arguments = [.. Environment.GetCommandLineArgs()[1..]];
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(RunAndWait(program, arguments, reason));
        }

        // On success this process is the other program, with the same id, descriptors, terminal and environment.
        string?[] argv = [program, .. arguments, null];
        _ = Execute(program, argv);
        throw Failed(program, reason, Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);

    private static int RunAndWait(string program, string[] arguments, string reason)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false });
            process!.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception exception)
        {
            throw Failed(program, reason, exception.Message);
        }
    }

    private static IChatClient RefuseConnector(IServiceProvider services, ModelEntry entry) => throw new ModelException(
        ModelFault.NotConfigured, $"The model '{entry.Id}' is asked through a connector, which this native program cannot load.",
        advice: $"Start qwen again with {ManagedNeed.Variable}=1.");

    private static RefusedException Failed(string program, string reason, string problem) =>
        new($"This run needs the managed program, because {reason}. {program} could not be started: {problem}.");
}

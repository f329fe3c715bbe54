using System.Globalization;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;
using QwenCode.Plugin.Lsp.Configuration;

namespace QwenCode.Plugin.Lsp.Processes;

/// <summary>The program of a server. It and all it started end with <see cref="StopAsync"/>, and with the host.</summary>
internal sealed class ServerProcess
{
    private const int KeptErrors = 2_000;
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(1);

    private readonly SupervisedProcess _process;
    private readonly OutputTail _errors;

    private ServerProcess(SupervisedProcess process, OutputTail errors) => (_process, _errors) = (process, errors);

    public Stream Output => _process.Output;

    public Stream Input => _process.Input;

    /// <summary>Gets a task that ends when the program has ended.</summary>
    public Task Exit => _process.Exit;

    /// <summary>Gets a task that ends when the program has ended and all it wrote to its error output has been read.</summary>
    public Task Completion => _process.Completion;

    /// <summary>Starts the program of a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="usesOutput">Whether the server speaks over its output. If not, what it prints is dropped: a full pipe would
    /// stop it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LspException">It cannot be started.</exception>
    public static ServerProcess Start(ServerConfiguration server, bool usesOutput, TimeProvider time)
    {
        var environment = Environment(server);
        var program = ProgramPath.Find(server.Command!, server.Folder, environment)
            ?? throw new LspException(
                $"the program \"{server.Command}\" of server {server.Name} was not found. Install it, or mend {server.Key("command")}.");
        var errors = new OutputTail(KeptErrors);
        var start = new ProcessStart(program, server.Folder)
        {
            Arguments = server.Arguments,
            Environment = environment,
            Owner = server.ProjectDirectory.Length == 0 ? null : new ProcessOwner(server.ProjectDirectory, "lsp") { Name = server.Name },
            HasInput = true,
            OnOutput = usesOutput ? null : static _ => { },
            OnError = errors.Append,
            OwnsLeftovers = true,
        };
        try
        {
            return new ServerProcess(SupervisedProcess.Start(start, time), errors);
        }
        catch (ProcessStartException exception)
        {
            throw new LspException(
                $"the program \"{server.Command}\" of server {server.Name} could not be started: {exception.Message} Mend "
                    + $"{server.Key("command")}.", exception);
        }
    }

    /// <summary>Describes the state of the program, with the last it wrote to its error output.</summary>
    public string Describe()
    {
        var state = _process.Exit.IsCompletedSuccessfully ? Describe(_process.Exit.Result) : "its program is still running";
        return _errors.Text is { Length: > 0 } text ? $"{state}, and last wrote to its error output: {text}" : state;
    }

    /// <summary>Waits for the program to end by itself, then ends it and everything it started.</summary>
    /// <param name="patience">How long it may take to end by itself.</param>
    /// <param name="cancellationToken">Ends the patience.</param>
    public Task StopAsync(TimeSpan patience, CancellationToken cancellationToken) => _process.StopAsync(
        new ProcessStop { Patience = patience, Grace = TimeSpan.Zero, KillPatience = KillPatience }, cancellationToken);

    private static string Describe(ProcessExit exit) => exit switch
    {
        { Code: { } code } => string.Create(CultureInfo.InvariantCulture, $"its program has ended with code {code}"),
        { Signal: { } signal } => string.Create(CultureInfo.InvariantCulture, $"its program was ended by signal {signal}"),
        _ => "its program has ended",
    };

    private static Dictionary<string, string> Environment(ServerConfiguration server)
    {
        var variables =
            new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        foreach (var (name, value) in server.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}

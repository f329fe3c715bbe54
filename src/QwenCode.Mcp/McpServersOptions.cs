using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using QwenCode.Mcp.Configuration;
using QwenCode.Workspaces;

namespace QwenCode.Mcp;

/// <summary>Which servers to connect, and on whose behalf.</summary>
public sealed record McpServersOptions
{
    /// <summary>Gets the servers.</summary>
    public required IReadOnlyList<McpServerConfiguration> Servers { get; init; }

    /// <summary>Gets the project. Where it is not trusted, no server is contacted.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>Gets servers that are configured and shown, but not connected.</summary>
    public IReadOnlyList<string> Disabled { get; init; } = [];

    /// <summary>Gets the environment that programs inherit; <c>null</c>, the default, is the process's.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Gets the file with the tokens of logins; <c>null</c>, the default, uses servers without a login.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// Gets how long the first request waits for servers. The default is 10 s: longer than a program takes that starts
    /// from a package cache, and shorter than a person's patience. Who comes later is offered from the next request on.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long a server may take to connect before that counts as failed. The default is 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets how long a server that knows only the older handshake may leave the newer one unanswered. The default is 2 s;
    /// well-behaved servers answer at once that they do not know it.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets how long a program may take to end by itself once its input is closed. The default is 1 s; then it is killed with all
    /// it started.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets how often a program that ended is started again by itself, one after the other; a minute of work counts as a new beginning. The
    /// default is 5. Then, the next call of one of its tools starts it.
    /// </summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InvalidOptionsException">They do not; the message lists every fault.</exception>
    internal void Validate() => new OptionFaults()
        .NotEmpty(nameof(Servers), Servers)
        .NotEmpty(nameof(Workspace), Workspace)
        .NotEmpty(nameof(Disabled), Disabled)
        .NotEmpty(nameof(LoggerFactory), LoggerFactory)
        .NotEmpty(nameof(Time), Time)
        .NotNegative(nameof(StartTimeout), StartTimeout)
        .Positive(nameof(ConnectTimeout), ConnectTimeout)
        .Positive(nameof(ProbeTimeout), ProbeTimeout)
        .NotNegative(nameof(ShutdownTimeout), ShutdownTimeout)
        .AtLeast(nameof(MaxRestarts), MaxRestarts, 0)
        .ThrowIfAny();

    /// <summary>Gets the log.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets what makes the way to a server, in place of processes and addresses.</summary>
    internal Func<McpServerConfiguration, IClientTransport>? TransportFactory { get; init; }
}

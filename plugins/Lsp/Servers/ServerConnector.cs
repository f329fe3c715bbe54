using System.IO.Pipes;
using System.Net.Sockets;
using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Processes;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>Opens the way to a server: starts its program, and reaches its socket if it has one.</summary>
internal static class ServerConnector
{
    /// <exception cref="LspException">The program cannot be started, or it ended before its socket was there.</exception>
    /// <exception cref="OperationCanceledException">The time was up.</exception>
    public static async Task<ServerChannel> ConnectAsync(
        ServerConfiguration server, LspTimings timings, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = server.Command is null ? null : ServerProcess.Start(server, server.Transport is ServerTransport.Stdio, time);
        if (server.Transport is ServerTransport.Stdio)
        {
            return new ServerChannel(process!.Output, process.Input) { Process = process };
        }

        try
        {
            return await ReachAsync(server, process, timings, time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (process is not null)
            {
                await process.StopAsync(TimeSpan.FromTicks(1), CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }
    }

    // A program that was only just started opens its socket in a moment; one that runs already is there or not.
    private static async Task<ServerChannel> ReachAsync(
        ServerConfiguration server, ServerProcess? process, LspTimings timings, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var pause = timings.FirstPause; ; pause = pause * 2 > timings.LongestPause ? timings.LongestPause : pause * 2)
        {
            try
            {
                var (stream, owned) = await OpenAsync(server, cancellationToken).ConfigureAwait(false);
                return new ServerChannel(stream, stream) { Process = process, Owned = owned };
            }
            catch (Exception exception) when (exception is SocketException or IOException or TimeoutException)
            {
                if (process is null)
                {
                    throw new LspException($"no server answers at {Address(server)}: {exception.Message}. Start it, give "
                        + $"{server.Key("command")}, or mend the address.", exception);
                }

                if (process.Exit.IsCompleted)
                {
                    throw new LspException($"server {server.Name} did not open {Address(server)}: {process.Describe()}.", exception);
                }

                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string Address(ServerConfiguration server) => server.SocketPath ?? $"{server.Host}:{server.Port}";

    private static async Task<(Stream Stream, IDisposable Owned)> OpenAsync(ServerConfiguration server, CancellationToken cancellationToken)
    {
        if (server.SocketPath is { } path && OperatingSystem.IsWindows())
        {
            var pipe = new NamedPipeClientStream(".", Path.GetFileName(path), PipeDirection.InOut, PipeOptions.Asynchronous);
            try
            {
                await pipe.ConnectAsync(0, cancellationToken).ConfigureAwait(false);
                return (pipe, pipe);
            }
            catch
            {
                await pipe.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        var socket = server.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (server.SocketPath is { } file)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(file), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            }

            var stream = new NetworkStream(socket, ownsSocket: true);
            return (stream, stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

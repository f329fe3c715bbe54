using System.Threading.Channels;
using QwenCode.Protocol.StreamJson;

namespace QwenCode.Cli.Interactive.DualOutput;

/// <summary>
/// Writes messages to a place whose reader may be slow, not there yet, or gone: a task of its own does, and the session never waits
/// for it. When the reader is gone, or too much waits for it, the writing stops, and that is said once.
/// </summary>
/// <param name="name">What the user calls the place.</param>
/// <param name="open">Opens the place; may wait for the reader.</param>
/// <param name="report">Takes why the writing stopped.</param>
/// <param name="capacity">How many bytes may wait.</param>
internal sealed class EventSink(string name, Func<Stream> open, Action<string> report, int capacity = EventSink.DefaultCapacity)
    : IMessageSink
{
    /// <summary>How many bytes may wait: minutes of a busy session, and little of a machine's memory.</summary>
    public const int DefaultCapacity = 64 * 1024 * 1024;

    private readonly Channel<byte[]> _lines = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private Task _writing = Task.CompletedTask;
    private long _waiting;
    private int _isStopped;

    /// <summary>Begins to write what comes.</summary>
    public void Start() => _writing = Task.Run(() => RunAsync(CancellationToken.None));

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> json)
    {
        if (Volatile.Read(ref _isStopped) != 0)
        {
            return;
        }

        if (Interlocked.Add(ref _waiting, json.Length) > capacity)
        {
            Stop($"its reader is too slow: {capacity / (1024 * 1024)} MiB wait for it");
            return;
        }

        var line = new byte[json.Length + 1];
        json.CopyTo(line);
        line[^1] = (byte)'\n';
        _lines.Writer.TryWrite(line);
    }

    /// <summary>Waits until everything is written.</summary>
    /// <param name="patience">How long at most: a reader that never comes must not keep the program from ending.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task FinishAsync(TimeSpan patience, CancellationToken cancellationToken = default)
    {
        _lines.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Stop("its reader does not take them");
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var stream = open();
            await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (Volatile.Read(ref _isStopped) == 0)
                {
                    stream.Write(line);
                    stream.Flush();
                }

                Interlocked.Add(ref _waiting, 1 - line.Length);
            }
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Stop(exception.Message);
        }
    }

    private void Stop(string why)
    {
        if (Interlocked.Exchange(ref _isStopped, 1) == 0)
        {
            report($"{name} gets no further events: {why}.");
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace QwenCode.Client;

/// <summary>The program, its lines in, and its lines out.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 20;

    private readonly Process _process;
    private readonly Action<string>? _onErrorLine;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Queue<string> _errors = new();
    private readonly Task _reading;
    private bool _isInputClosed;

    private ClientProcess(Process process, Action<string> take, Action<string>? onErrorLine)
    {
        _process = process;
        _onErrorLine = onErrorLine;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, take, CancellationToken.None),
            ReadAsync(process.StandardError, TakeError, CancellationToken.None));
    }

    /// <summary>Gets a task that ends when the program has ended and all it wrote was taken; its result is the exit code.</summary>
    public Task<int> Ended => field ??= EndAsync();

    /// <summary>Gets the last lines of standard error.</summary>
    public string ErrorText
    {
        get
        {
            lock (_errors)
            {
                return string.Join('\n', _errors);
            }
        }
    }

    /// <summary>Starts the program.</summary>
    /// <param name="options">The options of the client.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="take">Takes each line of standard output.</param>
    /// <exception cref="QwenClientException">It cannot be started.</exception>
    public static ClientProcess Start(QwenClientOptions options, IEnumerable<string> arguments, Action<string> take)
    {
        var start = new ProcessStartInfo(options.Program, arguments)
        {
            WorkingDirectory = options.WorkingDirectory ?? string.Empty,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ClientProcess(Process.Start(start)!, take, options.OnErrorLine);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            throw new QwenClientException(
                $"The program '{options.Program}' cannot be started in '{start.WorkingDirectory}': {exception.Message} "
                + "Put qwen into PATH, or name it in QwenClientOptions.Program.", exception);
        }
    }

    /// <summary>Writes a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="cancellationToken">Gives up before it is begun; a line that was begun is written whole.</param>
    /// <exception cref="QwenClientException">The program does not read any more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isInputClosed, typeof(QwenClient));
            var input = _process.StandardInput.BaseStream;
            await input.WriteAsync(line, CancellationToken.None).ConfigureAwait(false);
            await input.WriteAsync("\n"u8.ToArray(), CancellationToken.None).ConfigureAwait(false);
            await input.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new QwenClientException($"The program does not read any more: {exception.Message}", exception);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes standard input: the program ends when what it was sent is done.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isInputClosed)
            {
                _isInputClosed = true;
                _process.StandardInput.Close();
            }
        }
        catch (IOException)
        {
            // It is gone already.
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the program and all that it has started.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ended.ConfigureAwait(false);
        _process.Dispose();
        _writing.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> take, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            take(line);
        }
    }

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);

        // What a child of the program keeps open must not keep the end from being known.
        await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)).ConfigureAwait(false);
        return _process.ExitCode;
    }

    private void TakeError(string line)
    {
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptErrorLines)
            {
                _errors.Dequeue();
            }
        }

        _onErrorLine?.Invoke(line);
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace QwenCode.Cli.Tests.Support;

/// <summary>What a run left.</summary>
internal sealed record QwenResult(int ExitCode, string Output, string Error);

/// <summary>The real program, running.</summary>
internal sealed partial class QwenProcess : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task _readingError;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Fits, TaskCompletionSource<string> Waiter)> _waiters = [];
    private readonly List<(Func<string, bool> Fits, TaskCompletionSource<string> Waiter)> _errorWaiters = [];
    private bool _isAtEnd;

    public QwenProcess(ProcessStartInfo start, string? input, bool isOpen = false)
    {
        _process = Process.Start(start)!;
        _reading = ReadAsync();
        _readingError = ReadErrorAsync();
        if (input is not null)
        {
            _process.StandardInput.Write(input);
        }

        if (!isOpen)
        {
            _process.StandardInput.Close();
        }
    }

    /// <summary>Gets how long a test waits for what must come; nothing depends on it but the end of a test that fails.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Gets the program as it was built, with its plugins and agents beside it, or the one that QWEN_TEST_PROGRAM names: CI runs these
    /// tests on the native program, too.
    /// </summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("QWEN_TEST_PROGRAM") is { Length: > 0 } chosen
        ? Path.GetFullPath(chosen)
        : Path.Combine(AppContext.BaseDirectory, "..", "..", "QwenCode.Cli",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "qwen.exe" : "qwen");

    public int Id => _process.Id;

    /// <summary>Gets or sets what takes each line of standard output; it must not wait.</summary>
    public Action<string>? OnLine { get; set; }

    public string Error
    {
        get
        {
            lock (_lines)
            {
                return _error.ToString();
            }
        }
    }

    public string Output
    {
        get
        {
            lock (_lines)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Waits for a line of standard output that is or was there.</summary>
    public Task<string> WaitForLineAsync(Func<string, bool> fits)
    {
        lock (_lines)
        {
            if (_lines.Find(line => fits(line)) is { } line)
            {
                return Task.FromResult(line);
            }

            var waiter = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isAtEnd)
            {
                waiter.SetException(Missed());
            }

            _waiters.Add((fits, waiter));
            return waiter.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Waits for a line of standard error that is or was there.</summary>
    public Task<string> WaitForErrorAsync(Func<string, bool> fits)
    {
        lock (_lines)
        {
            var waiter = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_error.ToString().Split('\n').FirstOrDefault(fits) is { } line)
            {
                waiter.SetResult(line);
            }

            _errorWaiters.Add((fits, waiter));
            return waiter.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Types a line, where the input was left open.</summary>
    public void Type(string line)
    {
        _process.StandardInput.Write(line + "\n");
        _process.StandardInput.Flush();
    }

    /// <summary>Sends a signal to the program itself, where it was started in a terminal.</summary>
    public void SignalInTerminal(int signal) =>
        SendSignal(int.Parse(File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), signal).ShouldBe(0);

    public void Signal(int signal) => SendSignal(_process.Id, signal).ShouldBe(0);

    /// <summary>Ends the input, where it was left open.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Ends the process as the loss of its machine would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Stops reading, as <c>| head -1</c> does.</summary>
    public void CloseOutput() => _process.StandardOutput.Close();

    public async Task<QwenResult> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
            await _reading.WaitAsync(Patience);
            await _readingError.WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            throw new TimeoutException($"qwen did not end.\nOutput:\n{Output}\nError:\n{Error}", exception);
        }

        return new QwenResult(_process.ExitCode, Output, Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                OnLine?.Invoke(line);
                lock (_lines)
                {
                    _lines.Add(line);
                    _output.Append(line).Append('\n');
                    _waiters.RemoveAll(waiting => waiting.Fits(line) && waiting.Waiter.TrySetResult(line));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The test stopped reading.
        }

        lock (_lines)
        {
            _isAtEnd = true;
            _waiters.ForEach(waiting => waiting.Waiter.TrySetException(Missed()));
        }
    }

    private async Task ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _error.Append(line).Append('\n');
                _errorWaiters.RemoveAll(waiting => waiting.Fits(line) && waiting.Waiter.TrySetResult(line));
            }
        }
    }

    private InvalidOperationException Missed() => new($"The awaited line never came.\nOutput:\n{_output}\nError:\n{_error}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int SendSignal(int process, int signal);
}

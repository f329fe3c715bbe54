using QwenCode.Tools;

namespace QwenCode.Plugin.Shell.Output;

/// <summary>Shows what a command has written so far, at most ten times a second.</summary>
internal sealed class LiveReport : IDisposable
{
    private const int Shown = 16 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly OutputBuffer _buffer;
    private readonly ToolContext _context;
    private readonly ITimer _timer;
    private bool _isWaiting;
    private bool _isDirty;
    private bool _isDisposed;

    public LiveReport(OutputBuffer buffer, ToolContext context)
    {
        _buffer = buffer;
        _context = context;
        _timer = context.Time.CreateTimer(
            static report => ((LiveReport)report!).OnPauseOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says that there is more to show.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            if (_isDisposed || _isWaiting)
            {
                _isDirty = true;
                return;
            }

            Show();
        }
    }

    /// <summary>Ends the reports; when it returns none is under way and none follows.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void OnPauseOver()
    {
        lock (_gate)
        {
            _isWaiting = false;
            if (_isDirty && !_isDisposed)
            {
                Show();
            }
        }
    }

    private void Show()
    {
        _isDirty = false;
        _isWaiting = true;
        _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        try
        {
            _context.Report(new OutputProgress(_buffer.Peek(Shown)));
        }
#pragma warning disable CA1031 // A front end that cannot show the output must not end the command, nor the host from a timer's thread.
        catch (Exception)
#pragma warning restore CA1031
        {
            _isDisposed = true;
        }
    }
}

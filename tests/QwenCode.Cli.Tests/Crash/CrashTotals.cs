namespace QwenCode.Cli.Tests.Crash;

/// <summary>What the runs met, so that nobody mistakes runs in which nothing happened for a proof.</summary>
internal sealed class CrashTotals
{
    private readonly Lock _gate = new();

    public int Kills { get; private set; }

    public int Announced { get; private set; }

    public int Interrupted { get; private set; }

    public int Survived { get; private set; }

    public void Killed(bool wasAlive)
    {
        lock (_gate)
        {
            _ = wasAlive ? Kills++ : Survived++;
        }
    }

    public void Count(int announced, int interrupted)
    {
        lock (_gate)
        {
            Announced += announced;
            Interrupted += interrupted;
        }
    }

    public override string ToString() =>
        $"{Kills} processes killed alive, {Survived} ended before their instant; {Announced} tasks announced, {Interrupted} of them told as interrupted";
}

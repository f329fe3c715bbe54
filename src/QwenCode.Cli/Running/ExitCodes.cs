namespace QwenCode.Cli.Running;

/// <summary>Exit codes, as scripts know them.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    public const int Failure = 1;

    /// <summary>The turn limit was reached.</summary>
    public const int TurnLimit = 53;

    /// <summary>The limit of calls or of time was reached.</summary>
    public const int Budget = 55;

    /// <summary>A signal, or an interrupt of the host.</summary>
    public const int Cancelled = 130;
}

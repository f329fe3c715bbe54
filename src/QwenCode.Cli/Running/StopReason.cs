namespace QwenCode.Cli.Running;

/// <summary>Why a run stops before its end.</summary>
internal enum StopReason
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A signal: SIGINT, SIGTERM or SIGHUP.</summary>
    Signal,

    /// <summary>The time that the command line gives it is up.</summary>
    OutOfTime,

    /// <summary>The reader of standard output is gone.</summary>
    OutputClosed,
}

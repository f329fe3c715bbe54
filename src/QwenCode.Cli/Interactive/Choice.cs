using QwenCode.Sessions;

namespace QwenCode.Cli.Interactive;

/// <summary>One answer that a question offers.</summary>
/// <param name="Label">What the user reads.</param>
/// <param name="Outcome">What choosing it decides.</param>
internal sealed record Choice(string Label, PermissionOutcome Outcome);

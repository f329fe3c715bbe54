using QwenCode.Sessions;

namespace QwenCode.Protocol.Acp;

/// <summary>An answer that is offered to the user.</summary>
/// <param name="Id">What the client's answer names.</param>
/// <param name="Name">What the user reads.</param>
/// <param name="Kind">The protocol's word for it, by which clients draw it.</param>
/// <param name="Outcome">What it means.</param>
internal sealed record PermissionChoice(string Id, string Name, string Kind, PermissionOutcome Outcome);

namespace QwenCode.Protocol.Acp;

/// <summary>A model that can be chosen.</summary>
/// <param name="Id">What the client's choice names.</param>
/// <param name="Name">What the user reads.</param>
/// <param name="Description">More about it; <c>null</c> if there is nothing.</param>
/// <param name="ContextLimit">How many tokens it takes; <c>null</c> if that is not known.</param>
public sealed record AcpModel(string Id, string Name, string? Description, int? ContextLimit);

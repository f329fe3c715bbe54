namespace QwenCode.SemanticKernel.Calls;

/// <summary>
/// Marks a filter of ours in a kernel of the user's that sessions must leave out: what it does is done by every session itself already.
/// </summary>
internal interface IHostKernelFilter;

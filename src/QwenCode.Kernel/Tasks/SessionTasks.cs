using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>What the registry needs of the session that a task belongs to.</summary>
/// <param name="Id">The session.</param>
/// <param name="Journal">Its journal; <c>null</c> where nothing is kept.</param>
/// <param name="Notice">Tells people something that is no part of the conversation.</param>
internal sealed record SessionTasks(SessionId Id, ITaskJournal? Journal, Action<string> Notice);

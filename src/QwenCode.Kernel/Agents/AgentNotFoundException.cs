namespace QwenCode.Kernel.Agents;

/// <summary>A task cannot be resumed because its agent's definition is gone.</summary>
internal sealed class AgentNotFoundException(string agent, string task)
    : QwenCodeException($"The agent '{agent}' of task {task} is not defined any more. Restore its file in .qwen/agents, or start it anew.");

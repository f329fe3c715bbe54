namespace QwenCode.Tools.Invocation;

/// <summary>Makes what invokes the tool calls of a session. A host registers one to run its own code around every tool.</summary>
public interface IToolInvokerFactory
{
    /// <summary>Creates the invoker of a session's main agent. Called at the session's first tool call.</summary>
    /// <param name="main">The main agent.</param>
    /// <exception cref="QwenCodeException">It cannot be created; the call fails with the message.</exception>
    IToolInvoker Create(ToolCaller main);
}

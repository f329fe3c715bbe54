namespace QwenCode.Agents;

/// <summary>The agent definitions that can be used now.</summary>
public interface IAgentCatalog
{
    /// <summary>
    /// Gives what is listed to the model and in <c>init</c>, in listing order. Re-read when files changed; else the same list.
    /// </summary>
    IReadOnlyList<AgentDefinition> List();

    /// <summary>Finds a definition, ignoring case: session, then project, user, extension and built-in.</summary>
    /// <param name="name">The name.</param>
    AgentDefinition? Find(string name);

    /// <summary>Replaces the definitions given at run time; from then on only these are listed and found.</summary>
    /// <param name="definitions">The definitions; an empty list means that no agent can be chosen.</param>
    void UseSessionAgents(IReadOnlyList<AgentDefinition> definitions);
}

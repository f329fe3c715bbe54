using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>Decides which calls run. All agents of a session share one policy; it is safe on any thread.</summary>
public interface IPermissionPolicy
{
    /// <summary>Finds the rule that forbids a tool as a whole. Such a tool is not offered to any model.</summary>
    /// <param name="toolName">The name of the tool.</param>
    /// <returns>The rule, for messages; <c>null</c> if the tool may be offered.</returns>
    string? FindBan(string toolName);

    /// <summary>
    /// Reads a call. Everything the policy decides about the call is asked of the returned object, so a command in it is parsed once.
    /// </summary>
    /// <param name="tool">The tool that is called.</param>
    /// <param name="arguments">The arguments of the call. A call whose arguments change is read again.</param>
    /// <returns>The call, ready to be judged by the rules in force at the time of each question.</returns>
    CallReading Read(ToolDeclaration tool, ToolArguments arguments);

    /// <summary>
    /// Returns what tells a tool which of the files below its path it may show, or which other hosts it may ask. A rule for one file does
    /// not forbid a search of the folder, so the search itself leaves the file out.
    /// </summary>
    /// <param name="toolName">The name of the tool.</param>
    /// <returns>
    /// A function of an absolute path, links resolved, or of an address, that is safe on any thread; <c>null</c> if no rule restricts
    /// the tool. The default is <c>null</c>.
    /// </returns>
    Func<string, bool>? ReadableBy(string toolName) => null;

    /// <summary>Returns the policy of an agent with rules of its own. What this policy forbids, that one forbids, now and later.</summary>
    /// <param name="permissions">The rules.</param>
    /// <returns>The policy; it adds what "always" allows to this one. By default a policy holds no such rules.</returns>
    /// <exception cref="NotSupportedException">The policy cannot hold the rules. The agent does not start: without them it might do more
    /// than it may.</exception>
    IPermissionPolicy NarrowTo(AgentPermissions permissions) => throw new NotSupportedException(
        $"The permission policy of this host holds no rules of agents ({permissions?.Origin}). Take them out, or use another policy.");

    /// <summary>Adds rules that let calls run, for this session and for later ones.</summary>
    /// <param name="rules">The rules, as a settings file spells them.</param>
    /// <param name="scope">The settings to write them to.</param>
    /// <exception cref="IOException">The settings could not be written; the rules still hold for this session.</exception>
    void Allow(IReadOnlyList<string> rules, PermissionScope scope);
}

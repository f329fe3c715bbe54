using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>Judges calls by permission rules, before the approval mode has its say. Shared by all agents of a session.</summary>
public interface IPermissionPolicy
{
    /// <summary>Says whether a tool may be offered at all.</summary>
    /// <param name="toolName">The tool.</param>
    /// <returns>The rule that forbids it, or <c>null</c>.</returns>
    string? FindBan(string toolName);

    /// <summary>Judges one call.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="own">What the tool itself thinks.</param>
    PermissionVerdict Judge(ToolDeclaration tool, ToolArguments arguments, ToolConsent own);

    /// <summary>Adds rules for good.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="scope">For whom.</param>
    /// <exception cref="IOException">The settings could not be written; the rules hold for this session all the same.</exception>
    void Allow(IReadOnlyList<string> rules, PermissionScope scope);
}

/// <summary>What rules say of a call.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Rule">The rule that decided, as it was written; <c>null</c> where none did.</param>
/// <param name="IsExplicitAsk">Whether an ask rule forces the question, so that a lasting "yes" makes no sense.</param>
public sealed record PermissionVerdict(PermissionDecision Decision, string? Rule = null, bool IsExplicitAsk = false);

/// <summary>Decisions about a call.</summary>
public enum PermissionDecision
{
    /// <summary>Run it, in every mode.</summary>
    Allow,

    /// <summary>The approval mode decides, or somebody is asked.</summary>
    Ask,

    /// <summary>Do not run it.</summary>
    Deny,
}

/// <summary>For whom a rule holds.</summary>
public enum PermissionScope
{
    /// <summary>This project.</summary>
    Project,

    /// <summary>This person.</summary>
    User,
}

namespace QwenCode.Configuration.Models;

/// <summary>Why there is no model to ask.</summary>
public enum ModelProblem
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>Nobody said anything of models anywhere: a program may look for one on this machine.</summary>
    NothingConfigured,

    /// <summary>Something was said, but not enough to tell which protocol is meant.</summary>
    NoProtocol,

    /// <summary>The protocol that is named does not exist.</summary>
    UnknownProtocol,

    /// <summary><c>qwen-oauth</c>, which its provider ended.</summary>
    Discontinued,

    /// <summary>The protocol is not the one that <c>security.auth.enforcedType</c> demands.</summary>
    NotTheEnforcedProtocol,

    /// <summary>The protocol has no default model and none was named.</summary>
    NoModel,

    /// <summary>The key is missing.</summary>
    MissingKey,

    /// <summary>The address is missing.</summary>
    MissingBaseUrl,
}

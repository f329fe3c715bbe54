namespace QwenCode.Models.OpenAI;

/// <summary>What a request has that a provider may refuse.</summary>
/// <param name="LimitName">The name its output limit has; empty if it has none.</param>
/// <param name="IsLimitOurs">Whether nobody but us set the limit.</param>
/// <param name="HasMedia">Whether there are images or other media in it.</param>
/// <param name="Tools">How many tools it offers.</param>
/// <param name="HasMember">Returns whether the body has a member.</param>
internal sealed record RequestFeatures(string LimitName, bool IsLimitOurs, bool HasMedia, int Tools, Func<string, bool> HasMember);

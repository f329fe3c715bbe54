namespace QwenCode.Models;

/// <summary>Checks options where they are handed on.</summary>
internal static class ChatClientOptionsChecks
{
    /// <summary>Returns the options after their check.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidOptionsException">They make no sense; the message lists every fault.</exception>
    public static T Validated<T>(this T options)
        where T : ChatClientOptions
    {
        options.Validate();
        return options;
    }
}

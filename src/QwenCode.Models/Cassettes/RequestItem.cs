using System.Security.Cryptography;
using System.Text;

namespace QwenCode.Models.Cassettes;

/// <summary>One piece of a request, without secrets, paths of this machine, times and random names.</summary>
/// <param name="Kind">What it is: one of the constants, in words of this type.</param>
/// <param name="Text">The text.</param>
internal sealed record RequestItem(string Kind, string Text)
{
    public const string System = "system";
    public const string Tools = "tools";
    public const string Settings = "settings";
    public const string User = "user";
    public const string Reminder = "reminder";
    public const string Assistant = "assistant";
    public const string Thought = "thought";
    public const string Call = "call";
    public const string Result = "result";

    /// <summary>Gets the name of the text: equal texts have equal names.</summary>
    public string Digest { get; init; } = DigestOf(Text);

    /// <summary>Gets whether the model said it.</summary>
    public bool IsOfModel => Kind is Assistant or Thought or Call;

    /// <summary>Gets whether it stands beside the conversation and not in it.</summary>
    public bool IsFrame => Kind is System or Tools or Settings;

    /// <summary>Gets whether it can come in another order, or at another step, each time: the end of a background task.</summary>
    public bool IsNotification => Kind is User && Text.StartsWith("<task-notification>", StringComparison.Ordinal);

    /// <summary>Returns a short name for a text.</summary>
    /// <param name="text">The text.</param>
    public static string DigestOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

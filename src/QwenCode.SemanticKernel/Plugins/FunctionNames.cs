namespace QwenCode.SemanticKernel.Plugins;

/// <summary>Makes names that Semantic Kernel accepts: ASCII letters, digits and underscores.</summary>
internal static class FunctionNames
{
    /// <summary>Replaces every character that the library refuses by an underscore.</summary>
    /// <param name="name">Any name; an empty one becomes an underscore.</param>
    public static string Clean(string name) =>
        name.Length == 0 ? "_"
        : name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') ? name
        : string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}

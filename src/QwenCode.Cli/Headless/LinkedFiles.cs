namespace QwenCode.Cli.Headless;

/// <summary>The files that a client links with a prompt, beside those that its text names.</summary>
/// <param name="Spoken">The user's own text, which is searched for names.</param>
/// <param name="Paths">The paths of the files; they may hold what a name in a text cannot.</param>
internal sealed record LinkedFiles(string Spoken, IReadOnlyList<string> Paths);

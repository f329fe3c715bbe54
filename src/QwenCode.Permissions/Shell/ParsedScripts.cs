using System.Collections.Concurrent;

namespace QwenCode.Permissions.Shell;

/// <summary>
/// The scripts of one call: its command, and the scripts in the arguments of that command. Each is parsed once. Safe on any thread.
/// </summary>
/// <remarks>
/// Only the syntax is kept. What a script does also depends on files and rules, and is worked out again for each question.
/// </remarks>
/// <param name="onParse">Called before a script is parsed.</param>
internal sealed class ParsedScripts(Action onParse)
{
    private readonly ConcurrentDictionary<string, Lazy<ShellScript>> _scripts = new(StringComparer.Ordinal);

    public ShellScript Parse(string script) => _scripts.GetOrAdd(script, Add).Value;

    private Lazy<ShellScript> Add(string script) => new(() =>
    {
        onParse();
        return ShellParser.Parse(script);
    });
}

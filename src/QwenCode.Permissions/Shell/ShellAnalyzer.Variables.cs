using QwenCode.Workspaces;

namespace QwenCode.Permissions.Shell;

/// <content>The directory and the variables that commands run with.</content>
internal sealed partial class ShellAnalyzer
{
    private void Assign(string name, ShellWord value)
    {
        _variables[name] = value;
        _isLost |= name is "HOME";   // it decides what a tilde means
        if ((_hasIntegers || ShellEnvironment.IsInteger(name)) && CarriesCode(value))
        {
            Add(ShellUnit.Hidden());   // a value assigned to an integer variable is evaluated as an expression
            _isPlain = false;
        }
    }

    /// <summary>
    /// Notes whether a command evaluates what variables hold, and whether any text holds code that would then run. Both may stand in any
    /// order, in loops.
    /// </summary>
    private void NoteEvaluation(SimpleCommand command)
    {
        _evaluates |= command.Words.Count > 0 && command.Words[0].Literal is "test" or "[" or "[["
            && !ShellTest.IsReadOnly(command.Words[0].Text, [.. command.Words.Skip(1)]);
        _carriesCode |= command.Words.Concat(command.Assignments.Select(static a => a.Value))
            .Concat(command.Redirections.Select(static r => r.Target)).Any(CarriesCode);
    }

    private static bool CarriesCode(ShellWord word) =>
        word.Text.Contains("$(", StringComparison.Ordinal) || word.Text.Contains('`', StringComparison.Ordinal);

    private static (string? Name, ShellWord Value) Split(ShellWord word)
    {
        var equals = Array.FindIndex(word.Chars, static c => c is { Value: '=', IsDynamic: false });
        return equals <= 0 ? (null, word) : (string.Concat(word.Chars[..equals].Select(static c => c.Value)), word.Skip(equals + 1));
    }

    private DirectorySet Settle(DirectorySet old) =>
        _directories.Paths.Count == 1 && _directories.Paths[0] is { } path && Directory.Exists(path) ? _directories
            : _directories.Union(old);

    /// <summary>Tracks <c>cd</c>, <c>pushd</c> and <c>popd</c>.</summary>
    private void Track(IReadOnlyList<ShellWord> words)
    {
        if (words.Count == 0)
        {
            return;
        }

        var name = words[0].Literal;
        _isLost |= name is null || (name is "ln"
            && words.Any(static word => word.StartsWith('-') && word.Text.Contains('s', StringComparison.Ordinal)));
        if (name is "command" or "builtin" && words.Count > 1)
        {
            words = [.. words.Skip(1).SkipWhile(static word => word.StartsWith('-'))];
            name = words.Count > 0 ? words[0].Literal : null;
        }

        if (name is "popd")
        {
            _directories = new DirectorySet([null]);
        }

        if (name is not ("cd" or "pushd" or "chdir"))
        {
            return;
        }

        var target = words.Skip(1).FirstOrDefault(static word => !word.StartsWith('-') || word.Text is "-");
        if (target is null)
        {
            _directories = new DirectorySet([Workspace.HomeDirectory]);
            return;
        }

        var text = target.HasGlob || target.Text is "-" || _variables.ContainsKey("CDPATH") ? null : target.Literal ?? Filled(target);
        text = text is null ? null : ShellPaths.Untilde(target, text, _directories.Paths[0]);
        _directories = target.IsDynamic ? _directories.Enter(text).Union(new DirectorySet([null])) : _directories.Enter(text);
    }

    private string? Filled(ShellWord word) => Fill(word) is [{ Literal: { } text }] ? text : null;

    /// <summary>Substitutes known variables; <c>null</c> if one is unknown.</summary>
    private ShellWord[]? Fill(ShellWord word)
    {
        if (!word.IsDynamic)
        {
            return [word];
        }

        var words = new List<ShellWord>();
        var chars = new List<WordChar>();
        foreach (var c in word.Chars)
        {
            if (!c.IsDynamic)
            {
                chars.Add(c);
                continue;
            }

            if (c.Value >= word.Variables.Length || !_variables.TryGetValue(word.Variables[c.Value], out var value) || value.IsDynamic)
            {
                return null;
            }

            foreach (var item in value.Chars)
            {
                if (c.Kind is WordCharKind.Dynamic && item.Value is ' ' or '\t' or '\n')
                {
                    Flush();
                }
                else
                {
                    chars.Add(item with { Kind = WordCharKind.Quoted });
                }
            }

            if (chars.Count > 100_000)
            {
                return null;
            }
        }

        Flush();
        return [.. words];

        void Flush()
        {
            if (chars.Count > 0)
            {
                words.Add(new ShellWord([.. chars], [], [], true, false));
                chars.Clear();
            }
        }
    }
}

using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>
/// What is searched for in lines, whatever the case. Shared by all threads; each searches with a <see cref="LineSearcher"/> of its
/// own.
/// </summary>
internal sealed partial class LinePattern
{
    /// <summary>How long one line may keep a backtracking expression busy.</summary>
    private static readonly TimeSpan LineTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly SearchValues<char> Special = SearchValues.Create(@"\^$.|?*+()[]{}");

    private readonly Lazy<Regex>? _compiled;
    private Lazy<LineShape?> _shape = new(static () => null);

    private LinePattern(Regex? regex, Lazy<Regex>? compiled = null) => (Regex, _compiled) = (regex, compiled);

    /// <summary>Gets what finds places where a match may be, if something faster than the expression can.</summary>
    public LiteralFinder? Literal { get; private init; }

    /// <summary>Gets the texts of which one must be in a matching line, if there are several.</summary>
    public SearchValues<string>? Literals { get; private init; }

    /// <summary>Gets the text itself where the pattern is nothing but a text with characters beyond ASCII.</summary>
    public string? Text { get; private init; }

    /// <summary>Gets the expression a line has to match; <c>null</c> where finding the literal is all.</summary>
    public Regex? Regex { get; }

    /// <summary>Gets the expression in the form that is worth its making only where very many lines are tried.</summary>
    public Regex? Compiled => _compiled?.Value ?? Regex;

    /// <summary>Gets whether the expression may be given many lines at once.</summary>
    public bool IsForManyLines { get; private init; }

    /// <summary>Gets what matching lines look like; <c>null</c> where that is not known.</summary>
    public LineShape? Shape => _shape.Value;

    /// <summary>Gets whether every line matches.</summary>
    public bool IsEverything { get; private init; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">A regular expression as JavaScript knows it.</param>
    /// <exception cref="RegexParseException">It is none.</exception>
    public static LinePattern Parse(string pattern)
    {
        if (pattern.Length == 0)
        {
            return new LinePattern(null) { IsEverything = true };
        }

        if (!pattern.AsSpan().ContainsAny(Special))
        {
            return Ascii.IsValid(pattern)
                ? new LinePattern(null) { Literal = new LiteralFinder(pattern) } : new LinePattern(null) { Text = pattern };
        }

        var dotNet = EcmaScriptPattern.ToDotNet(pattern);
        var required = RequiredLiterals.Find(dotNet);
        var (regex, isLinear) = Compile(dotNet, isSparse: required is not null);
        var compiled = isLinear ? null : new Lazy<Regex>(() => new Regex(dotNet, regex.Options | RegexOptions.Compiled, LineTimeout));
        return new LinePattern(regex, compiled)
        {
            Literal = required is [var single] ? new LiteralFinder(single) : null,
            Literals = required is { Length: > 1 } ? SearchValues.Create(required, StringComparison.OrdinalIgnoreCase) : null,
            _shape = new Lazy<LineShape?>(() => LineShape.Of(dotNet)),
            IsForManyLines = isLinear && !LooksBeyondLine().IsMatch(dotNet),
        };
    }

    // Only few lines are tried where a literal is required: there the plain engine is the faster one. Everywhere else the one that cannot
    // be made to backtrack. It knows no look-around and no references; those are left to the plain engine, under its time limit.
    private static (Regex Regex, bool IsLinear) Compile(string pattern, bool isSparse)
    {
        const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Multiline;
        var plain = new Regex(pattern, Options, LineTimeout);
        if (isSparse)
        {
            return (plain, false);
        }

        try
        {
            return (new Regex(pattern, Options | RegexOptions.NonBacktracking), true);
        }
        catch (NotSupportedException)
        {
            return (plain, false);
        }
    }

    // Anchors of the whole text, and the line end as a character of its own.
    [GeneratedRegex(@"\\[AzZG]|\\r|\(\?[a-z]")]
    private static partial Regex LooksBeyondLine();
}

using System.Globalization;

namespace QwenCode.Cli.CommandLine;

/// <summary>
/// The first step of reading a command line: kebab-case or camelCase names, <c>--name=value</c>, <c>--no-name</c>,
/// grouped short flags, and lists that take every word up to the next option. <see cref="CliOptions"/> is what the program reads.
/// </summary>
/// <remarks>Own code rather than a library: docs/decisions/0009-own-code.md.</remarks>
internal sealed class ParsedArguments
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly List<string> _warnings = [];

    /// <summary>Gets the words that are no options.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Gets how many of the words come before <c>--</c>; those behind it are never a command.</summary>
    public int PlainWords { get; private set; }

    /// <summary>Gets what was understood in another sense than it has elsewhere.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public static ParsedArguments Parse(ReadOnlySpan<string> args)
    {
        var parsed = new ParsedArguments();
        var unknown = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (arg == "--")
            {
                parsed._words.AddRange(args[(i + 1)..]);
                break;
            }

            if (arg.StartsWith("--", StringComparison.Ordinal))
            {
                i = parsed.TakeLong(arg, args, i, unknown);
            }
            else if (arg.Length > 1 && arg[0] == '-' && !char.IsAsciiDigit(arg[1]))
            {
                i = parsed.TakeShort(arg, args, i, unknown);
            }
            else
            {
                parsed._words.Add(arg);
                parsed.PlainWords++;
            }
        }

        return unknown.Count == 0 ? parsed
            : throw new UsageException($"Unknown argument{(unknown.Count > 1 ? "s" : string.Empty)}: {string.Join(", ", unknown)}");
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string? Text(string name) => _values.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>Returns a flag; <c>null</c> if it is absent, which is not the same as false.</summary>
    public bool? Flag(string name) => _values.TryGetValue(name, out var values) ? values[^1] == "true" : null;

    /// <summary>Returns a number; <c>null</c> if the option is absent or its value is no number.</summary>
    public int? Number(string name) =>
        Text(name) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Clamp(number, int.MinValue, int.MaxValue)
            : null;

    /// <summary>Returns whether an option is given with a value that asks for something.</summary>
    public bool AsksFor(OptionSpec option) => _values.TryGetValue(option.Name, out var values) && option.Kind switch
    {
        OptionKind.Flag => values[^1] == "true",
        _ => option.HarmlessValue is null || values.Exists(value => value != option.HarmlessValue),
    };

    public IReadOnlyList<string> List(string name) => _values.TryGetValue(name, out var values)
        ? [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
        : [];

    private int TakeLong(string arg, ReadOnlySpan<string> args, int at, List<string> unknown)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg.AsSpan(2) : arg.AsSpan(2, equals - 2);
        var option = OptionTable.Find(name);
        if (option is null && name.StartsWith("no-") && OptionTable.Find(name[3..]) is { Kind: OptionKind.Flag } negated)
        {
            Add(negated, "false");
            return at;
        }

        if (option is null)
        {
            unknown.Add(name.ToString());
            return at;
        }

        return Take(option, equals < 0 ? null : arg[(equals + 1)..], args, at);
    }

    private int TakeShort(string arg, ReadOnlySpan<string> args, int at, List<string> unknown)
    {
        for (var i = 1; i < arg.Length; i++)
        {
            var option = OptionTable.Find(arg[i]);
            if (option is null)
            {
                unknown.Add(arg[i].ToString());
                return at;
            }

            if (option.Kind is OptionKind.Flag && !(i + 1 < arg.Length && arg[i + 1] == '='))
            {
                Add(option, "true");
                continue;
            }

            var rest = arg[(i + 1)..];
            return Take(option, rest.Length == 0 ? null : rest.TrimStart('='), args, at);
        }

        return at;
    }

    private int Take(OptionSpec option, string? value, ReadOnlySpan<string> args, int at)
    {
        switch (option.Kind)
        {
            case OptionKind.Flag:
                if (value is null && at + 1 < args.Length && args[at + 1] is "true" or "false")
                {
                    value = args[++at];
                }

                // Taken for false, as elsewhere, `--sandbox=docker` would run without the sandbox that was asked for.
                if (value is not (null or "true" or "false"))
                {
                    throw Invalid(option, value, ["true", "false"]);
                }

                Add(option, value ?? "true");
                return at;
            case OptionKind.List:
                if (value is not null)
                {
                    Add(option, value);
                    return at;
                }

                while (at + 1 < args.Length && !args[at + 1].StartsWith('-'))
                {
                    Add(option, args[++at]);
                }

                return at;
            default:
                var next = at + 1 < args.Length ? args[at + 1] : null;
                if (value is null && next is not null && IsValue(option, next))
                {
                    value = next;
                    at++;
                }

                Add(option, value ?? throw new UsageException($"Not enough arguments following: {option.Name}"));
                return at;
        }
    }

    private static bool IsValue(OptionSpec option, string word) =>
        !word.StartsWith('-') || word.Length == 1 || (option.Kind is OptionKind.Number && char.IsAsciiDigit(word[1]));

    private void Add(OptionSpec option, string value)
    {
        if (option.Choices.Count > 0 && !option.Choices.Contains(value))
        {
            value = TakeNewer(option, value) ?? throw Invalid(option, value, option.Choices);
        }

        if (!_values.TryGetValue(option.Name, out var values))
        {
            _values[option.Name] = values = [];
        }
        else if (option.Kind is OptionKind.Text or OptionKind.Number)
        {
            throw new UsageException($"--{option.Name} was given more than once; give it once.");
        }

        values.Add(value);
    }

    private static UsageException Invalid(OptionSpec option, string value, IEnumerable<string> choices) =>
        new($"Invalid values:\n  Argument: {option.Name}, Given: \"{value}\", Choices: "
            + $"{string.Join(", ", choices.Select(static choice => $"\"{choice}\""))}");

    /// <summary>Returns what a value of a newer version means here; <c>null</c> for a value that no version knows.</summary>
    private string? TakeNewer(OptionSpec option, string value)
    {
        foreach (var (word, meaning) in option.NewerChoices)
        {
            if (word == value)
            {
                _warnings.Add($"--{option.Name} {word} belongs to a newer version; '{meaning}' is used instead.");
                return meaning;
            }
        }

        return null;
    }
}

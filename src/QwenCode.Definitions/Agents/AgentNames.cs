using System.Text;

namespace QwenCode.Definitions.Agents;

/// <summary>The rules for names of agents.</summary>
public static class AgentNames
{
    /// <summary>Words that mean something else in a conversation; <c>fork</c> is what an agent without a definition is called.</summary>
    private static readonly string[] Reserved = ["self", "system", "user", "model", "tool", "config", "default", "main", "fork"];

    /// <summary>Judges a name.</summary>
    /// <param name="name">The name, trimmed.</param>
    /// <param name="errors">Receives what makes it unusable.</param>
    /// <param name="warnings">Receives what is merely unwise.</param>
    public static void Judge(string name, ICollection<string> errors, ICollection<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(warnings);
        if (name.Length is < 2 or > 50)
        {
            errors.Add($"the name must have 2 to 50 characters, but has {name.Length}");
        }

        if (name.EnumerateRunes().Any(static rune => !Rune.IsLetter(rune) && !Rune.IsNumber(rune) && rune.Value is not ('_' or '-')))
        {
            errors.Add("the name may hold only letters, numbers, '-' and '_'");
        }

        if (name.Length > 0 && (name[0] is '-' or '_' || name[^1] is '-' or '_'))
        {
            errors.Add("the name may not begin or end with '-' or '_'");
        }

        if (Array.Exists(Reserved, word => word.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            errors.Add($"the name '{name}' is reserved");
        }

        if (name.Any(char.IsUpper))
        {
            warnings.Add("the name has uppercase letters; lower case is usual");
        }

        if (name.Contains('-', StringComparison.Ordinal) && name.Contains('_', StringComparison.Ordinal))
        {
            warnings.Add("the name mixes '-' and '_'");
        }
    }
}

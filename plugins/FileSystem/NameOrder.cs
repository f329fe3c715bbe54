namespace QwenCode.Plugin.FileSystem;

/// <summary>
/// The order in which people expect names: punctuation, digits, letters whatever their case; small before capital where nothing
/// else differs.
/// </summary>
/// <remarks>The program runs without culture data, so the order of the plain characters is written down here.</remarks>
internal static class NameOrder
{
    private const string Order = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

    /// <summary>Compares two names.</summary>
    public static int Compare(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (Weight(left[i]).CompareTo(Weight(right[i])) is var order and not 0)
            {
                return order;
            }
        }

        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : -string.CompareOrdinal(left, right);
    }

    /// <summary>Gives a name that cannot pass for several lines.</summary>
    public static string OneLine(string name) => name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0
        ? name
        : string.Concat(name.Select(static value => value < ' ' ? $"\\x{(int)value:x2}" : value.ToString()));

    private static int Weight(char value) =>
        Order.IndexOf(value, StringComparison.Ordinal) is var place and >= 0 ? place : Order.Length + char.ToLowerInvariant(value);
}

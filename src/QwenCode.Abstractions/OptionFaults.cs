using System.Globalization;

namespace QwenCode;

/// <summary>Collects what is wrong with options, so that all of it is reported at once and not one fault after the other.</summary>
public sealed class OptionFaults
{
    // What timers and waits of the framework take at most; beyond it they throw in the middle of a run.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private readonly List<string> _problems = [];

    /// <summary>Notes a fault unless a condition holds.</summary>
    /// <param name="isSound">The condition.</param>
    /// <param name="problem">The fault as a sentence: the property, its value, and what it can be.</param>
    public OptionFaults Require(bool isSound, string problem)
    {
        if (!isSound)
        {
            _problems.Add(problem);
        }

        return this;
    }

    /// <summary>Notes a fault if a number is too small.</summary>
    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    /// <param name="least">The smallest value it can have.</param>
    public OptionFaults AtLeast(string name, long value, long least) => Require(value >= least,
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be at least {least}."));

    /// <summary>Notes a fault if a time is negative, or longer than the 49 days that a timer can wait.</summary>
    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    public OptionFaults NotNegative(string name, TimeSpan value) => Require(value >= TimeSpan.Zero,
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must not be negative.")).NotTooLong(name, value);

    /// <summary>Notes a fault if a time is zero or negative, or longer than the 49 days that a timer can wait.</summary>
    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    public OptionFaults Positive(string name, TimeSpan value) => Require(value > TimeSpan.Zero,
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be longer than zero.")).NotTooLong(name, value);

    /// <summary>Notes a fault if a property is <c>null</c>, or an empty text.</summary>
    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    public OptionFaults NotEmpty(string name, object? value) => Require(
        value is not (null or string { Length: 0 }), $"{name} is {(value is null ? "null" : "empty")}; it must have a value.");

    /// <summary>Ends the check.</summary>
    /// <exception cref="InvalidOptionsException">There are faults; the message lists all of them.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidOptionsException(_problems);
        }
    }

    private OptionFaults NotTooLong(string name, TimeSpan value) => Require(value <= Longest,
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be at most {Longest.Days} days."));
}

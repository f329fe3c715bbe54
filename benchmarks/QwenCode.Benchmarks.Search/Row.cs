namespace QwenCode.Benchmarks.Search;

/// <summary>One line of the table.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Found">What came of it.</param>
/// <param name="Ours">What it took.</param>
/// <param name="Theirs">What it took the other program, or nothing.</param>
/// <param name="Measure">What is held against the target.</param>
/// <param name="Target">The target, in words.</param>
/// <param name="IsMet">Whether it is met; <c>null</c> where there is nothing to compare with.</param>
internal sealed record Row(string Name, string Found, string Ours, string Theirs, string Measure, string Target, bool? IsMet)
{
    /// <summary>The head of the table.</summary>
    public const string Head = "| what | found | ours | ripgrep | measured | target | |\n| --- | --- | ---: | ---: | ---: | --- | --- |";

    /// <inheritdoc/>
    public override string ToString() =>
        $"| {Name} | {Found} | {Ours} | {Theirs} | {Measure} | {Target} | {IsMet switch { true => "met", false => "**not met**", null => "not compared" }} |";
}

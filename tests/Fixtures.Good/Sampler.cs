using System.ComponentModel;
using Fixtures.Library;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Good;

public enum Colour
{
    Red,
    Green,
}

public sealed record Place([property: Description("Degrees north.")] double Latitude, string? Label, List<Place>? Near = null);

/// <summary>Methods of every shape.</summary>
public sealed class Sampler(TimeProvider time, IGreeting? greeting = null)
{
    [Tool("echo", DisplayName = "Echo", Kind = ToolKind.Read, Traits = ToolTraits.ReadOnly | ToolTraits.Parallel)]
    [Description("Gives back what it gets.")]
    public static string Echo([Description("What to give back.")] string text, int times = 1) => string.Concat(Enumerable.Repeat(text, times));

    [Tool("describe_all")]
    public static string DescribeAll(
        Colour colour, int? count, IReadOnlyList<string> names, Dictionary<string, int> sizes, Place place, bool loud = false, Colour? other = null) =>
        $"{colour} {count?.ToString() ?? "none"} {string.Join('+', names)} {sizes.Values.Sum()} {place.Latitude}/{place.Label}/{place.Near?.Count ?? 0} {loud} {other?.ToString() ?? "-"}";

    [Tool("locate")]
    public static async Task<Place> LocateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return new(52.5, "Zürich <here>");
    }

    [Tool("add_up")]
    public static ValueTask<int> AddUp(int[] numbers) => new(numbers.Sum());

    [Tool("touch")]
    public static Task Touch() => Task.CompletedTask;

    [Tool("whereabouts")]
    public string Whereabouts(ToolContext context, IProgress<ToolProgress> progress)
    {
        progress.Report(new OutputProgress("looking"));
        return $"{context.Agent} {time.GetUtcNow().Year} {greeting?.Text ?? "no greeting"}";
    }

    [Tool("edition")]
    public static string EditionOfLibrary() => Edition.Name;

    [Tool("wait_for_cancel")]
    public static async Task WaitForCancelAsync(CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);
}

public interface IGreeting
{
    string Text { get; }
}

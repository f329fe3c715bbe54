using Microsoft.SemanticKernel;

namespace Fixtures.Shop;

/// <summary>Talks to whoever calls, through the kernel of the call.</summary>
public sealed class Counter(Kernel made)
{
    [KernelFunction]
    public static async Task<string> AskHostAsync(Kernel kernel, CancellationToken cancellationToken) =>
        (await kernel.InvokeAsync("host", "greet", new() { ["name"] = "Ada" }, cancellationToken)).ToString();

    [KernelFunction]
    public string Plugins(Kernel kernel)
    {
        var names = kernel.Plugins.Select(plugin => plugin.Name).Order(StringComparer.Ordinal);
        kernel.Data["left"] = this;
        return $"{string.Join('+', names)} with {kernel.FunctionInvocationFilters.Count} filters, {made.Data.Count} left, {kernel.Culture.Name}";
    }

    [KernelFunction]
    public static string Price(
        int count,
        Owner owner,
        [FromKernelServices] IPriceList own,
        [FromKernelServices] Func<int, string>? plain = null,
        [FromKernelServices("tax")] Func<int, string>? keyed = null,
        [FromKernelServices] Func<string, string>? both = null) =>
        $"{owner.Name} {own.Price("xy")} {plain?.Invoke(count) ?? "nothing"} {keyed?.Invoke(count) ?? "nothing"} {both?.Invoke("b") ?? "nothing"}";

    /// <summary>A kernel without services remembers what it was asked for.</summary>
    [KernelFunction]
    public static string Forgetful() => $"{new Kernel().Services.GetService(typeof(PriceList)) is null}";
}

public sealed record Owner(string Name);

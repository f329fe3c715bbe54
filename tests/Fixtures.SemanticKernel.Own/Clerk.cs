using System.ComponentModel;
using Microsoft.SemanticKernel;
using QwenCode.Plugins;

namespace Fixtures.Own;

/// <summary>Marked in our own way, and made with a kernel.</summary>
public sealed class Clerk(Kernel made)
{
    [Tool("which_kernel"), Description("Says which kernel it got.")]
    public string Which(Kernel kernel, string greeting)
    {
        var seen = $"{greeting}: {string.Join('+', kernel.Plugins.Select(plugin => plugin.Name).Order(StringComparer.Ordinal))}, made with {made.Plugins.Count}";
        kernel.Data["left"] = this;
        return seen;
    }

    [Tool("ask_host"), Description("Calls a function of the host.")]
    public static async Task<string> AskAsync(Kernel kernel, CancellationToken cancellationToken) =>
        (await kernel.InvokeAsync("host", "greet", new() { ["name"] = "Ada" }, cancellationToken)).ToString();

    [Tool("price"), Description("Prices something with services alone.")]
    public static string Price(
        int count,
        [FromKernelServices] Func<int, string> plain,
        [FromKernelServices("tax")] Func<int, string> keyed,
        [FromKernelServices("none")] Func<long, string>? missing = null) => $"{plain(count)} {keyed(count)} {missing is null}";

    [Tool("needy"), Description("Needs what there is not.")]
    public static string Need([FromKernelServices("nowhere")] Func<long, string> service) => service(1);
}

using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace SemanticKernelPlugin;

public enum Size
{
    Small,
    Large,
}

public sealed record Line(string Sku, int Count, Size Size = Size.Small);

public sealed record Order([property: Description("Who orders.")] string Customer, IReadOnlyList<Line> Lines);

/// <summary>An ordinary plugin for Semantic Kernel: it knows nothing of the host it is dropped into.</summary>
public sealed class OrdersPlugin
{
    [KernelFunction("place_order"), Description("Places an order.")]
    public string Place([Description("The order.")] Order order) =>
        $"{order.Customer} ordered {string.Join(", ", order.Lines.Select(static line => $"{line.Count} x {line.Sku} ({line.Size})"))}";

    [KernelFunction("get_line"), Description("Gives a line of the latest order.")]
    public Line GetLine(string sku) => new(sku, 3, Size.Large);
}

using System.ComponentModel;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;
using FunctionInvocationContext = Microsoft.SemanticKernel.FunctionInvocationContext;

namespace Fixtures.Shop;

public enum Size
{
    Small,
    Large,
}

public sealed record Line(string Sku, int Count, Size Size = Size.Small);

public sealed record Order(string Customer, IReadOnlyList<Line> Lines, Dictionary<string, string>? Notes = null, Order? Replaces = null);

/// <summary>Knows nothing of the host; all it is made of comes from there or from beside it.</summary>
public sealed class OrdersPlugin(TimeProvider time, ILogger<OrdersPlugin> logger, IPriceList prices, Kernel own, Func<string, string> quote) : IDisposable
{
    public static int Disposed { get; private set; }

    [KernelFunction("place_order"), Description("Places an order.")]
    public string Place(Order order, Kernel kernel, int priority = 1) =>
        $"{order.Customer} {string.Join('+', order.Lines.Select(line => $"{line.Count}x{line.Sku}/{line.Size}"))} notes {order.Notes?.Count ?? 0} priority {priority} "
        + $"replaces {order.Replaces?.Customer ?? "none"} kernel {(ReferenceEquals(kernel, own) ? "shared" : "of its own")} with {kernel.Plugins.Count} plugins";

    [KernelFunction]
    public Task<string> WhereaboutsAsync() => Task.FromResult($"{time.GetUtcNow().Year > 2000} {logger.IsEnabled(LogLevel.Critical)} {prices.Price("x")} {quote("q")}");

    [KernelFunction]
    public static Line Line(string sku) => new(sku, 3, Size.Large);

    [KernelFunction]
    public static string Paint(Size size, bool? bright = null, double factor = 1) => $"{size} {bright?.ToString() ?? "unset"} {factor}";

    [KernelFunction]
    public static async Task WaitAsync(CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);

    [KernelFunction]
    public static string Fail() => throw new InvalidOperationException("sold out");

    [KernelFunction]
    public static AIContent Picture() => new DataContent(new byte[] { 1, 2, 3 }, "image/png");

    [KernelFunction]
    public static string Edition() => typeof(Kernel).Assembly.GetName().Version!.ToString(3);

    public void Dispose() => Disposed++;
}

public interface IPriceList
{
    int Price(string sku);
}

public sealed class PriceList : IPriceList
{
    public int Price(string sku) => sku.Length * 7;
}

public sealed class Audit(TimeProvider time) : IFunctionInvocationFilter
{
    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        await next(context);
        // The library remembers the type of whatever it turns into text.
        _ = context.Result.ToString();
        if (time is not null && context.Result.GetValue<object>() is string text)
        {
            context.Result = new FunctionResult(context.Result, $"{text} [audited]");
        }
    }
}

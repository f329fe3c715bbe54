using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.SemanticKernel.Calls;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.Benchmarks.Agents;

/// <summary>What the way through Semantic Kernel adds to a call: the same call directly, and through a kernel with 0, 1 and 3 filters.</summary>
internal static class CallBenchmark
{
    private const int Calls = 200_000;

    public static async Task RunAsync()
    {
        var call = new PingCall();
        var direct = await MeasureAsync(() => call.RunAsync(null, null, CancellationToken.None));
        Console.WriteLine($"| a call of a tool that does nothing, directly | {direct.Nanoseconds:N0} ns, {direct.Bytes:N0} B |");
        foreach (var filters in (int[])[0, 1, 3])
        {
            var services = new ServiceCollection();
            for (var i = 0; i < filters; i++)
            {
                services.AddSingleton<IFunctionInvocationFilter>(new Passing());
            }

            await using var provider = services.BuildServiceProvider();
            var invoker = new KernelInvokerFactory(provider).Create(new Caller(call.Tool));
            var through = await MeasureAsync(async () => (await invoker.InvokeAsync(call, CancellationToken.None).ConfigureAwait(false)).Result);
            Console.WriteLine($"| … through a kernel, {filters} filters | {through.Nanoseconds:N0} ns, {through.Bytes:N0} B |");
        }
    }

    // The best of five: what the machine does beside it only ever adds.
    private static async Task<(double Nanoseconds, double Bytes)> MeasureAsync(Func<ValueTask<ToolResult>> run)
    {
        var (best, bytes) = (double.MaxValue, 0.0);
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < Calls; i++)
            {
                await run().ConfigureAwait(false);
            }

            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / Calls);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        }

        return (best, bytes);
    }

    private sealed class Passing : IFunctionInvocationFilter
    {
        public Task OnFunctionInvocationAsync(Microsoft.SemanticKernel.FunctionInvocationContext context, Func<Microsoft.SemanticKernel.FunctionInvocationContext, Task> next) => next(context);
    }

    private sealed class PingCall : ToolCall
    {
        public override string CallId => "c1";

        public override Tool Tool { get; } = new Ping();

        public override ToolArguments Arguments { get; } = new(ToolDeclaration.Schema("""{"path":"src/a.cs","limit":20}"""u8));

        public override int RequestIndex => 0;

        public override int Index => 0;

        public override int Count => 1;

        public override IReadOnlyList<ChatMessage> History => [];

        public override ValueTask<ToolResult> RunAsync(
            ToolArguments? changed, Func<CancellationToken, ValueTask<ToolResult>>? body, CancellationToken cancellationToken) =>
            Tool.Prepare(Arguments, ToolContext.Detached).ExecuteAsync(cancellationToken);
    }

    private sealed class Caller(Tool tool) : ToolCaller
    {
        public override AgentId Agent => AgentId.Main;

        public override ToolSet SessionTools { get; } = new([tool]);

        public override IChatClient Model { get; } = new World("{}", 1);

        public override ValueTask<ToolResult> CallAsync(string name, ToolArguments arguments, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing calls from inside a call here.");
    }
}

// Drives the program qwen from .NET: prints the answer as it comes, asks before anything is changed, and brings a tool of its own.
//   dotnet run --project samples/TypedClient -- "What time is it in this project?"
// QWEN names the program; without it, the checkout's own is used if there is one, else the one in PATH.
using Microsoft.Extensions.AI;
using QwenCode.Client;

var own = Path.Combine(Environment.CurrentDirectory, "qwen");
await using var qwen = await QwenClient.StartAsync(new QwenClientOptions
{
    Program = Environment.GetEnvironmentVariable("QWEN") ?? (File.Exists(own) ? own : "qwen"),
    IncludePartialMessages = true,
    Tools = [AIFunctionFactory.Create(() => DateTimeOffset.Now.ToString("f"), "clock", "Tells what time it is here.")],
    DecideAsync = (request, _) =>
    {
        Console.Write($"\n{request.Question}? [y/N] ");
        return new(Console.ReadLine() is "y" ? ToolDecision.Allow() : ToolDecision.Deny("The user refused."));
    },
});

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

await foreach (var message in qwen.RunAsync(args.Length > 0 ? string.Join(' ', args) : "Say hello.", stop.Token))
{
    switch (message)
    {
        case DeltaMessage { IsThought: false } delta:
            Console.Write(delta.Text);
            break;
        case AssistantMessage assistant:
            foreach (var call in assistant.Calls)
            {
                Console.WriteLine($"\n[{call.Name} {call.Input}]");
            }

            break;
        case TaskEndedMessage task:
            Console.WriteLine($"\n[task {task.TaskId}: {task.Status}]");
            break;
        case ResultMessage result:
            Console.WriteLine($"\n[{result.Turns} requests, {result.InputTokens} + {result.OutputTokens} tokens, {result.Duration.TotalSeconds:0.0} s]");
            break;
    }
}

using QwenCode.Benchmarks.Wire;

// One pass of everything is thrown away: what is measured is the code a long run executes, not its compilation.
var megabytes = args.Length > 0 && int.TryParse(args[0], out var given) && given > 0 ? given : 20;
await StreamBenchmark.RunAsync(megabytes, charactersPerEvent: 32, isOverLoopback: false).ConfigureAwait(false);
Console.WriteLine($"## An answer of {megabytes} MB of SSE, read by the OpenAI client\n");
Console.WriteLine("| text in an event | from | MB/s of SSE | events/s | allocated per event | collections (0/1/2) |");
Console.WriteLine("| ---: | --- | ---: | ---: | ---: | --- |");
foreach (var characters in (int[])[4, 32, 256, 2048])
{
    Console.WriteLine(await StreamBenchmark.RunAsync(megabytes, characters, isOverLoopback: false).ConfigureAwait(false));
}

Console.WriteLine(await StreamBenchmark.RunAsync(megabytes, charactersPerEvent: 32, isOverLoopback: true).ConfigureAwait(false));

await HistoryBenchmark.RunAsync(100).ConfigureAwait(false);
Console.WriteLine("\n## A turn (a call and its result are added, the request is made and sent, the answer read), by length of the history\n");
Console.WriteLine("| messages | µs per turn | of it making the request | body, KiB | encoded anew, KiB | allocated per turn, KiB |");
Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (var messages in (int[])[100, 1_000, 10_000])
{
    Console.WriteLine(await HistoryBenchmark.RunAsync(messages).ConfigureAwait(false));
}

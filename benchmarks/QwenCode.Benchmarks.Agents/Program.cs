using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Agents;
using QwenCode.Benchmarks.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Models;
using QwenCode.SemanticKernel.Calls;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Workspaces;

const string Named = """{"description":"work","prompt":"task","subagent_type":"worker","run_in_background":true}""";
const string Fork = """{"description":"work","prompt":"task"}""";

switch (args)
{
    case ["agents"]:
        await AgentsAsync("background agents, 3 requests and 2 tool calls each", Named, 10_000, []);
        break;
    case ["forks"]:
        await AgentsAsync("forks of a 2 MB history, 3 requests and 2 tool calls each", Fork, 1_000,
            [.. Enumerable.Range(0, 200).Select(static i => new HistoryMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, new string((char)('a' + (i % 26)), 5_000)))]);
        break;
    case ["http"]:
        await HttpAgentsAsync(1_000);
        break;
    case ["sessions"]:
        return await SessionsAsync(2_000);
    case ["calls"]:
        await CallBenchmark.RunAsync();
        break;
    case ["late"]:
        await AgentsAsync("background agents held after their calls, each with a kernel of its own", Named, 10_000, [], isHeldLate: true);
        break;
    case ["registry"]:
        foreach (var count in new[] { 1_000, 10_000, 100_000 })
        {
            await RegistryAsync(count);
        }

        break;
    default:
        // A process for each: what one leaves to the collector must not count for the next.
        Console.WriteLine("| What | Measured |");
        Console.WriteLine("| --- | --- |");
        foreach (var part in new[] { "agents", "late", "http", "forks", "calls", "sessions", "registry" })
        {
            using var process = Process.Start(Environment.ProcessPath!, part);
            await process.WaitForExitAsync();
        }

        break;
}

return 0;

// What a process keeps of sessions that are closed, each with a background agent and a report of 50,000 characters. Fails over 5 MB.
static async Task<int> SessionsAsync(int count)
{
    const int warmUp = 200;
    const long most = 5_000_000;
    var world = new World(Named, 1, report: new string('r', 50_000));
    world.Open();
    await using var kernel = new AgentKernel(world, [world], world, world, new KernelOptions(), TimeProvider.System, NullLogger<AgentKernel>.Instance);
    var before = 0L;
    var finished = 0;
    for (var i = 0; i < warmUp + count; i++)
    {
        if (i == warmUp)
        {
            before = GC.GetTotalMemory(forceFullCollection: true);
        }

        var counter = new Counter();
        await using var session = kernel.OpenSession(new SessionOptions { Id = SessionId.New(), Workspace = new Workspace(".") }, counter);
        session.Send(new PromptInput("launch"));
        session.Send(new CompleteInput());
        await session.Completion;
        finished += counter.Finished.Count;
    }

    var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
    Console.WriteLine($"| {count:N0} closed sessions with an agent and a 50 kB report each: growth of the live heap | {growth / 1e6:0.00} MB (at most {most / 1e6:0} MB), {finished:N0} of {warmUp + count:N0} told |");
    GC.KeepAlive(kernel);
    return Math.Abs(growth) <= most && finished == warmUp + count ? 0 : 1;
}

static async Task AgentsAsync(string what, string launch, int count, IReadOnlyList<HistoryMessage> history, bool isHeldLate = false)
{
    var world = new World(launch, count, isHeldLate: isHeldLate);
    await using var services = new ServiceCollection().BuildServiceProvider();
    await using var kernel = new AgentKernel(world, [world], world, world, new KernelOptions { MaxConcurrentAgents = count }, TimeProvider.System, NullLogger<AgentKernel>.Instance, () => new KernelInvokerFactory(services));
    var counter = new Counter();
    await using var session = kernel.OpenSession(new SessionOptions { Workspace = new Workspace("."), History = history }, counter);
    var before = GC.GetTotalMemory(forceFullCollection: true);
    var launching = Stopwatch.StartNew();
    session.Send(new PromptInput("launch"));
    session.Send(new CompleteInput());
    await world.Full;
    launching.Stop();
    var running = GC.GetTotalMemory(forceFullCollection: true);
    var working = Stopwatch.StartNew();
    world.Open();
    await session.Completion;
    working.Stop();
    var ended = GC.GetTotalMemory(forceFullCollection: true);
    Console.WriteLine($"| {count:N0} {what}: told once each | {counter.Finished.Count:N0} of {counter.Started:N0}, twice: {counter.FinishedTwice} |");
    Console.WriteLine($"| … live heap per running agent | {(running - before) / count:N0} B |");
    Console.WriteLine($"| … live heap per ended agent, its notification in the owner's history included | {(ended - before) / count:N0} B |");
    Console.WriteLine($"| … launch until all are in mid-answer | {launching.ElapsedMilliseconds:N0} ms |");
    Console.WriteLine($"| … from there to the last notification's turn | {working.ElapsedMilliseconds:N0} ms, {count / working.Elapsed.TotalSeconds:N0} agents/s |");
    GC.KeepAlive(kernel);
}

// Over a real connection each: what an agent costs while its answer streams, an 18 kB prompt shared by all.
static async Task HttpAgentsAsync(int count)
{
    using var server = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "agent-server.mjs")]) { RedirectStandardOutput = true })!;
    try
    {
        var port = (await server.StandardOutput.ReadLineAsync())!["PORT ".Length..];
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var remote = new ModelProvider([new ModelEntry { Protocol = "openai", Id = "bench", BaseUrl = new Uri(http.BaseAddress, "/v1"), ApiKey = "x" }]).Default;
        var world = new World(Named, count, remote);
        await using var kernel = new AgentKernel(world, [world], world, world, new KernelOptions { MaxConcurrentAgents = count }, TimeProvider.System, NullLogger<AgentKernel>.Instance);
        var counter = new Counter();
        await using var session = kernel.OpenSession(new SessionOptions { Workspace = new Workspace(".") }, counter);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        session.Send(new PromptInput("launch"));
        session.Send(new CompleteInput());
        while (await http.GetStringAsync("/held") != count.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            await Task.Delay(20);
        }

        var running = GC.GetTotalMemory(forceFullCollection: true);
        await http.GetStringAsync("/open");
        await session.Completion;
        Console.WriteLine($"| {count:N0} background agents over HTTP, 3 requests each: told once each | {counter.Finished.Count:N0} of {counter.Started:N0}, twice: {counter.FinishedTwice} |");
        Console.WriteLine($"| … live heap per agent in mid-answer | {(running - before) / count:N0} B |");
        Console.WriteLine($"| … all of it | {watch.ElapsedMilliseconds:N0} ms |");
        GC.KeepAlive(kernel);
    }
    finally
    {
        server.Kill();
    }
}

static async Task RegistryAsync(int count)
{
    await using var registry = new TaskRegistry(new KernelOptions { MaxConcurrentAgents = 8 }, TimeProvider.System, NullLogger.Instance);
    var inbox = new Inbox();
    var owner = new TaskOwner(AgentId.Main, inbox, null);
    var tasks = new SessionTasks(new SessionId("s"), null, static _ => { }, static _ => { });
    var body = new NeverBody();
    var start = Nanoseconds(count, i => registry.Start(tasks, new TaskStart(owner, new TaskSnapshot
    {
        Id = $"t{i}", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "d", Type = "t", State = TaskState.Queued,
    }, body)));
    var find = Nanoseconds(count, i => registry.Find(tasks.Id, $"t{i}"));
    var list = Nanoseconds(10, _ => registry.List(tasks.Id)) / count;
    var stop = Nanoseconds(count, i => registry.Stop(tasks.Id, $"t{i}"));
    var take = Nanoseconds(count, _ => inbox.TryTake(static _ => true));
    Console.WriteLine($"| registry of {count:N0}: start, find, list a task, stop, take its end | {start:N0}, {find:N0}, {list:N0}, {stop:N0}, {take:N0} ns |");
}

static double Nanoseconds(int count, Action<int> act)
{
    var watch = Stopwatch.StartNew();
    for (var i = 0; i < count; i++)
    {
        act(i);
    }

    return watch.Elapsed.TotalNanoseconds / count;
}

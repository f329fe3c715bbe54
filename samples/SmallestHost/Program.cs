// The smallest host: a generic host with the framework in it, one prompt, and the events of the session printed as they come.
// Without a model in the environment it talks to a scripted one, so that it runs anywhere.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;

var builder = Host.CreateApplicationBuilder();
if (Environment.GetEnvironmentVariable("OPENAI_API_KEY") is null)
{
    var script = new ScriptedModel();
    script.When(lastUser: ".").Says("Hello from the scripted model.");
    builder.Services.AddSingleton<IModelProvider>(new ModelProvider(
        [new ModelEntry { Protocol = "scripted", Id = "scripted" }], protocols: new Dictionary<string, Func<ModelEntry, Microsoft.Extensions.AI.IChatClient>> { ["scripted"] = _ => script }));
}

builder.Services.AddQwenCode();
using var host = builder.Build();
await using var session = host.Services.GetRequiredService<SessionFactory>().Open(new SessionRequest(), new Printer());
session.Send(new PromptInput(args.Length > 0 ? string.Join(' ', args) : "Say hello."));
session.Send(new CompleteInput());
await session.Completion;

internal sealed class Printer : IFrontEnd
{
    public void OnEvent(AgentEvent agentEvent)
    {
        if (agentEvent is TextDelta delta)
        {
            Console.Write(delta.Text);
        }
        else
        {
            Console.WriteLine($"[{agentEvent.GetType().Name}]");
        }
    }
}

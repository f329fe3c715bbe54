// An ASP.NET minimal API with the framework in its process: a page sends prompts, and sees the events of the session as they come.
//   dotnet run --project samples/WebEvents            then open http://127.0.0.1:5080
// Without a model in the environment it talks to a scripted one, so that it runs anywhere.
using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;
using WebEvents;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "http://127.0.0.1:5080");
if (Environment.GetEnvironmentVariable("OPENAI_API_KEY") is null)
{
    var script = new ScriptedModel();
    script.When(lastRole: "tool").Says("Done.");
    script.When(lastUser: "note").Calls("run_shell_command", """{"command":"echo I was here > note.txt","description":"Writes a note"}""");
    script.When(lastUser: ".").Says("Hello from the scripted model. Ask me for a note.");
    builder.Services.AddSingleton<IModelProvider>(new ModelProvider(
        [new ModelEntry { Protocol = "scripted", Id = "scripted" }],
        protocols: new Dictionary<string, Func<ModelEntry, IChatClient>> { ["scripted"] = _ => script }));
}

// The program's folder has the shipped tools and agents; ./qwen makes it.
builder.Services.AddQwenCode(static options => options.ApplicationDirectory =
    Environment.GetEnvironmentVariable("QWEN_HOME") ?? Path.GetFullPath("artifacts/publish/qwen/managed"));
builder.Services.AddSingleton<Conversations>();
var app = builder.Build();

// Only pages of this server may talk to it: any page that the user visits could send requests to this address, or have its own name lead here.
app.Use(async (context, next) =>
{
    var isForeign = context.Request.Headers.Origin is [{ } origin, ..] && origin != $"{context.Request.Scheme}://{context.Request.Host}";
    if (isForeign || context.Request.Host.Host is not ("127.0.0.1" or "localhost"))
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return;
    }

    await next();
});
app.MapGet("/", () => Results.Content(Page.Html, "text/html; charset=utf-8"));
app.MapPost("/sessions", (Conversations conversations) => Results.Text(conversations.Open().Value));
app.MapGet("/sessions/{id}/events", (string id, Conversations conversations, CancellationToken cancellationToken) =>
    conversations.Find(id) is { } conversation ? TypedResults.ServerSentEvents(conversation.ReadAsync(cancellationToken)) : Results.NotFound());
app.MapPost("/sessions/{id}/prompts", async (string id, HttpRequest request, Conversations conversations, CancellationToken cancellationToken) =>
{
    using var reader = new StreamReader(request.Body);
    var prompt = await reader.ReadToEndAsync(cancellationToken);
    return conversations.Find(id) is { } conversation ? conversation.Send(new PromptInput(prompt)) : Results.NotFound();
});
app.MapPost("/sessions/{id}/interrupt", (string id, Conversations conversations) =>
    conversations.Find(id) is { } conversation ? conversation.Send(new InterruptInput()) : Results.NotFound());
app.MapPost("/sessions/{id}/decisions/{request}", (string id, string request, bool allow, Conversations conversations) =>
    conversations.Find(id) is { } conversation
        ? conversation.Send(new PermissionInput(request, new PermissionAnswer(allow ? PermissionOutcome.ProceedOnce : PermissionOutcome.Cancel)))
        : Results.NotFound());
await app.RunAsync();

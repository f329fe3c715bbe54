using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>What the user's function filters do to calls of the model, and what the model is sent.</summary>
public sealed class FilterTests : IDisposable
{
    private readonly SessionRoom _room = new();

    public void Dispose() => _room.Dispose();

    public static TheoryData<string, string, string[]> Filters => new()
    {
        { "none", "kept tea", ["tea"] },
        { "passes", "kept tea", ["tea"] },
        { "blocks", "A filter of the host ended the call of \"note\" without running it.", [] },
        { "answers", "from the cache", [] },
        { "changes", "kept coffee", ["coffee"] },
        { "adds", "kept tea", ["tea"] },
        { "retries", "kept tea", ["tea", "tea"] },
        { "throws before", "no entry", [] },
        { "throws after", "too late", ["tea"] },
        { "replaces", "kept tea [audited]", ["tea"] },
        { "replaces with json", """{"a":1}""", ["tea"] },
        { "makes invalid", "params/text must NOT have more than 40 characters", [] },
        { "removes", "params must have required property 'text'", [] },
        { "sets an object without a JSON form", "The argument 'text' is a System.Object; pass JSON, a primitive value, a list or a map.", [] },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_decides_what_the_model_gets(string kind, string sent, string[] kept)
    {
        _room.Model.Calls("note", """{"text":"tea"}""", "c1").Says("done");
        await using var services = _room.Build(registered =>
        {
            if (Filter(kind) is { } filter)
            {
                registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter(filter));
            }
        });

        var outcome = await _room.RunAsync(services);

        outcome.End.ShouldBe(RunEnd.Success);
        outcome.Text.ShouldBe("done");
        _room.SentResults().ShouldHaveSingleItem().Value.ShouldStartWith(sent);
        _room.Notes.Kept.ShouldBe(kept);
    }

    public static TheoryData<string, string, string[]> Changes => new()
    {
        // A rule forbids what the filter made of the call.
        { "rm -rf build", "Tool \"run_shell_command\" is denied by permission rules. Matching deny rule: \"run_shell_command(rm *)\".", [] },
        // No rule speaks of it, and there is no user to ask.
        { "make all", "Qwen Code requires permission to use \"run_shell_command\", but that permission was declined", [] },
        // A hook of the settings guards it.
        { "echo secret", "no secrets", [] },
        { "echo tea", "ran echo tea", ["echo tea"] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_a_filter_makes_of_a_call_is_judged_like_a_new_one(string command, string sent, string[] ran)
    {
        const string Hook = """if grep -q secret; then echo 'no secrets' >&2; exit 2; fi""";
        _room.Write("../home/.qwen/settings.json", $$$"""
            {"$version":3,"permissions":{"deny":["run_shell_command(rm *)"],"allow":["run_shell_command(echo *)"]},
             "hooks":{"PreToolUse":[{"matcher":"run_shell_command","hooks":[{"type":"command","command":"{{{Hook}}}"}]}]}}
            """);
        var shell = new ShellDouble();
        _room.Model.Calls("run_shell_command", """{"command":"echo hi"}""", "c1").Says("done");
        await using var services = _room.Build(registered => registered
            .AddSingleton<Tools.IToolSource>(shell)
            .AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) => With(context, next, "command", command))));

        await _room.RunAsync(services);

        _room.SentResults()["c1"].ShouldStartWith(sent);
        shell.Ran.ShouldBe(ran);
    }

    [Fact]
    public async Task A_retry_is_judged_anew()
    {
        var shell = new ShellDouble();
        _room.Model.Calls("run_shell_command", """{"command":"echo hi"}""", "c1").Says("done");
        _room.Write("../home/.qwen/settings.json", """{"$version":3,"permissions":{"deny":["run_shell_command(rm *)"],"allow":["run_shell_command(echo *)"]}}""");
        await using var services = _room.Build(registered => registered
            .AddSingleton<Tools.IToolSource>(shell)
            .AddSingleton<IFunctionInvocationFilter>(new InlineFilter(static async (context, next) =>
            {
                await next(context);
                context.Arguments["command"] = "rm -rf build";
                await next(context);
            })));

        await _room.RunAsync(services);

        _room.SentResults()["c1"].ShouldContain("denied by permission rules");
        shell.Ran.ShouldBe(["echo hi"]);
    }

    [Fact]
    public async Task A_filter_may_catch_the_failure_of_a_tool_and_try_again()
    {
        _room.Notes.Failures = 2;
        _room.Model.Calls("note", """{"text":"tea"}""", "c1").Says("done");
        var caught = new List<string>();
        await using var services = _room.Build(registered => registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter(async (context, next) =>
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await next(context);
                    return;
                }
                catch (KernelException exception) when (attempt < 3)
                {
                    caught.Add(exception.Message);
                }
            }
        })));

        await _room.RunAsync(services);

        caught.ShouldBe(["out of paper for tea", "out of paper for tea"]);
        _room.SentResults()["c1"].ShouldBe("kept tea");
        _room.Notes.Kept.ShouldBe(["tea", "tea", "tea"]);
        _room.Notes.Prepared.ShouldBe(3);
    }

    [Fact]
    public async Task A_failure_that_no_filter_catches_is_the_tools_own()
    {
        _room.Notes.Failures = 1;
        _room.Model.Calls("note", """{"text":"tea"}""", "c1").Says("done");
        await using var services = _room.Build(static registered => registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter(static (context, next) => next(context))));

        await _room.RunAsync(services);

        _room.SentResults()["c1"].ShouldBe("out of paper for tea");
        _room.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().ErrorType.ShouldBe("note_failed");
    }

    [Fact]
    public async Task Filters_run_in_the_order_of_their_registration_the_first_outermost()
    {
        _room.Model.Calls("note", """{"text":"tea"}""", "c1").Says("done");
        var order = new List<string>();
        InlineFilter Named(string name) => new(async (context, next) =>
        {
            order.Add($"{name} before");
            await next(context);
            order.Add($"{name} after");
        });
        await using var services = _room.Build(registered => registered.AddSingleton<IFunctionInvocationFilter>(Named("a")).AddSingleton<IFunctionInvocationFilter>(Named("b")));

        await _room.RunAsync(services);

        order.ShouldBe(["a before", "b before", "b after", "a after"]);
    }

    [Fact]
    public async Task A_filter_sees_plugin_function_arguments_and_the_agents_services()
    {
        _room.Model.Calls("note", """{"text":"tea","times":3}""", "c1").Says("done");
        var seen = new List<string>();
        await using var services = _room.Build(registered => registered.AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
        {
            seen.Add($"{context.Function.PluginName}.{context.Function.Name}");
            seen.Add(string.Join(',', context.Function.Metadata.Parameters.Select(static parameter => parameter.Name)));
            seen.Add($"{context.Arguments["text"]} {context.Arguments["TIMES"]}");
            seen.Add((context.Kernel.Services.GetService<Kernel.Tasks.TaskRegistry>() is not null).ToString());
            seen.Add((context.Kernel.Services.GetRequiredService<Microsoft.Extensions.AI.IChatClient>().GetService(typeof(QwenCode.Models.Scripting.ScriptedModel)) is not null).ToString());
            seen.Add(context.Kernel.Plugins["Notes"].ShouldHaveSingleItem().Name);
            return next(context);
        })));

        await _room.RunAsync(services);

        seen.ShouldBe(["Notes.note", "text,times", "tea 3", "True", "True", "note"]);
    }

    private static Func<FunctionInvocationContext, Func<FunctionInvocationContext, Task>, Task>? Filter(string kind) => kind switch
    {
        "none" => null,
        "passes" => static (context, next) => next(context),
        "blocks" => static (_, _) => Task.CompletedTask,
        "answers" => static (context, _) =>
        {
            context.Result = new FunctionResult(context.Function, "from the cache");
            return Task.CompletedTask;
        },
        "changes" => static (context, next) => With(context, next, "text", "coffee"),
        "adds" => static (context, next) => With(context, next, "times", 2),
        "retries" => static async (context, next) =>
        {
            await next(context);
            await next(context);
        },
        "throws before" => static (_, _) => throw new InvalidOperationException("no entry"),
        "throws after" => static async (context, next) =>
        {
            await next(context);
            throw new InvalidOperationException("too late");
        },
        "replaces" => static async (context, next) =>
        {
            await next(context);
            context.Result = new FunctionResult(context.Result, context.Result.GetValue<string>() + " [audited]");
        },
        "replaces with json" => static async (context, next) =>
        {
            await next(context);
            context.Result = new FunctionResult(context.Result, System.Text.Json.JsonSerializer.SerializeToElement(new { a = 1 }));
        },
        "makes invalid" => static (context, next) => With(context, next, "text", new string('x', 41)),
        "removes" => static (context, next) =>
        {
            context.Arguments.Remove("text");
            return next(context);
        },
        "sets an object without a JSON form" => static (context, next) => With(context, next, "text", new object()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Task With(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next, string name, object value)
    {
        context.Arguments[name] = value;
        return next(context);
    }
}

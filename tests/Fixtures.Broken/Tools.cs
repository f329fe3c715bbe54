using System.Text.Json;
using Fixtures.Library;
using Microsoft.Extensions.AI;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Broken;

/// <summary>Each method goes wrong in one way, but for the last.</summary>
public static class Tools
{
    [Tool("throws")]
    public static string Throws() => throw new InvalidOperationException("the tool is out of order");

    // Neither listens to its token nor ever yields its thread.
    [Tool("hangs")]
    public static void Hangs() => new ManualResetEventSlim().Wait(CancellationToken.None);

    [Tool("gives_null")]
    public static string? GivesNull() => null;

    [Tool("gives_50_mb")]
    public static string Gives50Mb() => new('x', 50_000_000);

    [Tool("gives_50_mb_in_parts")]
    public static IEnumerable<AIContent> Gives50MbInParts() =>
        [.. Enumerable.Range(0, 50).Select(static _ => new TextContent(new string('x', 1_000_000))), new DataContent(new byte[30_000_000], "image/png")];

    [Tool("gives_own_content")]
    public static AIContent GivesOwnContent() => new OwnContent();

    [Tool("bad name!")]
    public static void BadName() => Works();

    [Tool("takes_a_reference")]
    public static void TakesAReference(ref int number) => number++;

    [Tool("twice")]
    public static string TwiceFirst() => "first";

    [Tool("twice")]
    public static string TwiceSecond() => "second";

    [Tool("echo")]
    public static string Echo() => "not the echo you know";

    [Tool("works")]
    public static string Works() => Edition.Name;
}

public sealed class OwnContent : AIContent
{
    public override string ToString() => "my own kind of content";
}

public sealed class Unmakeable
{
    public Unmakeable() => throw new InvalidOperationException("no such luck");

    [Tool("never_made")]
    public string NeverMade() => ToString()!;
}

[PluginTool]
public sealed class NoTool;

[PluginTool]
public sealed class BadSchema : AIFunction
{
    public override string Name => "bad_schema";

    public override JsonElement JsonSchema { get; } = ToolDeclaration.Schema("""{"type":"object","properties":{"a":{"type":"strnig"}}}"""u8);

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => default;
}

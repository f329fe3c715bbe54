using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace QwenCode.Models.Scripting;

/// <summary>
/// Reads scripts: a list of rules, or a map with the list under <c>rules</c>. Unknown keys are errors, so that a typing mistake is
/// seen.
/// </summary>
internal sealed class ScriptReader(string file)
{
    /// <summary>Reads a script into a model.</summary>
    public void Read(string yaml, ScriptedModel model)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException exception)
        {
            throw new ModelScriptException(file, exception.Start.Line, $"This is not YAML: {exception.Message}", exception);
        }

        if (stream.Documents.Count == 0)
        {
            throw new ModelScriptException(file, 0, "The script is empty; write a list of rules.");
        }

        var root = stream.Documents[0].RootNode;
        if (root is YamlMappingNode map)
        {
            Only(map, "rules", "name", "description");
            root = Child(map, "rules") ?? throw Wrong(map, "There is no 'rules'.");
        }

        foreach (var rule in List(root, "rules"))
        {
            ReadRule(Map(rule, "A rule"), model);
        }
    }

    private void ReadRule(YamlMappingNode node, ScriptedModel model)
    {
        var when = Child(node, "when") is { } given ? Map(given, "'when'") : null;
        var times = Number(node, "times") ?? (when is null ? null : Number(when, "times"));
        var matcher = new ScriptMatcher();
        if (when is not null)
        {
            Only(when, "system", "lastUser", "last", "lastRole", "tools", "model", "any", "times");
            matcher = new ScriptMatcher
            {
                System = Pattern(when, "system"),
                LastUser = Pattern(when, "lastUser"),
                Last = Pattern(when, "last"),
                LastRole = Pattern(when, "lastRole"),
                Tools = Pattern(when, "tools"),
                Model = Pattern(when, "model"),
                Any = Pattern(when, "any"),
            };
        }

        var rule = model.Add(matcher, times is { } count ? (int)count : null);
        var captures = ReadCaptures(node, []);
        if (Child(node, "steps") is not { } steps)
        {
            rule.Add(ReadReply(node, captures, "when", "times"));
            return;
        }

        Only(node, "when", "times", "capture", "steps");
        var isEmpty = true;
        foreach (var step in List(steps, "'steps'"))
        {
            isEmpty = false;
            var map = Map(step, "A step");
            rule.Add(ReadReply(map, ReadCaptures(map, captures)));
        }

        if (isEmpty)
        {
            throw Wrong(steps, "'steps' has no step.");
        }
    }

    private ScriptedReply ReadReply(YamlMappingNode node, IReadOnlyList<ScriptCapture> captures, params string[] more)
    {
        Only(node, ["text", "thinking", "calls", "usage", "delay", "chunk", "chunkDelay", "error", "finish", "capture", .. more]);
        var reply = new ScriptedReply
        {
            Text = Text(node, "text"),
            Thinking = Text(node, "thinking"),
            Calls = ReadCalls(node),
            Usage = ReadUsage(node),
            Delay = TimeSpan.FromMilliseconds(Number(node, "delay") ?? 0),
            ChunkDelay = TimeSpan.FromMilliseconds(Number(node, "chunkDelay") ?? 0),
            ChunkSize = (int)(Number(node, "chunk") ?? 24),
            FinishReason = Text(node, "finish") is { } finish ? new ChatFinishReason(finish) : null,
            Error = ReadError(node),
            Captures = captures,
            Place = FormattableString.Invariant($"{file}:{node.Start.Line}"),
        };
        return reply.Text is null && reply.Calls.Count == 0 && reply.Error is null && reply.Thinking is null
            ? throw Wrong(node, "The reply is empty; it needs 'text', 'calls' or 'error'.")
            : reply;
    }

    private List<ScriptedCall> ReadCalls(YamlMappingNode node)
    {
        var calls = new List<ScriptedCall>();
        foreach (var item in Child(node, "calls") is { } list ? List(list, "'calls'") : [])
        {
            var map = Map(item, "A call");
            Only(map, "name", "args", "id");
            var name = Text(map, "name") ?? throw Wrong(map, "A call needs a 'name'.");
            var call = new ScriptedCall(name, "{}", Text(map, "id"));
            calls.Add(Child(map, "args") switch
            {
                null => call,
                YamlScalarNode raw => call with { Arguments = raw.Value ?? string.Empty },
                var args => call with { Fill = values => YamlJson.Write(args, values.Fill) },
            });
        }

        return calls;
    }

    private List<ScriptCapture> ReadCaptures(YamlMappingNode node, IReadOnlyList<ScriptCapture> inherited)
    {
        List<ScriptCapture> captures = [.. inherited];
        if (Child(node, "capture") is not { } given)
        {
            return captures;
        }

        foreach (var (key, value) in Map(given, "'capture'").Children)
        {
            var name = ((YamlScalarNode)key).Value ?? string.Empty;
            if (value is not YamlMappingNode map)
            {
                captures.Add(new ScriptCapture(name, null, Pattern(value), "\n"));
                continue;
            }

            Only(map, "from", "regex", "join");
            var source = Text(map, "from");
            if (source is not null && !ScriptCapture.IsSource(source))
            {
                throw Wrong(map, $"'from: {source}' is no place; use results, result:TOOL, last, lastUser, system or any.");
            }

            captures.Add(new ScriptCapture(name, source,
                Pattern(Child(map, "regex") ?? throw Wrong(map, $"The capture '{name}' needs a 'regex'.")), Text(map, "join") ?? "\n"));
        }

        return captures;
    }

    private UsageDetails? ReadUsage(YamlMappingNode node)
    {
        if (Child(node, "usage") is not { } given)
        {
            return null;
        }

        var map = Map(given, "'usage'");
        Only(map, "input", "output", "cached", "reasoning");
        var usage = new UsageDetails
        {
            InputTokenCount = (long?)Number(map, "input") ?? 0,
            OutputTokenCount = (long?)Number(map, "output") ?? 0,
            CachedInputTokenCount = (long?)Number(map, "cached"),
            ReasoningTokenCount = (long?)Number(map, "reasoning"),
        };
        usage.TotalTokenCount = usage.InputTokenCount + usage.OutputTokenCount;
        return usage;
    }

    private ModelException? ReadError(YamlMappingNode node)
    {
        if (Child(node, "error") is not { } given)
        {
            return null;
        }

        var map = Map(given, "'error'");
        Only(map, "status", "message");
        return ScriptedModel.Error((int)(Number(map, "status") ?? 0), Text(map, "message") ?? "scripted error");
    }

    private Regex? Pattern(YamlMappingNode node, string key) => Child(node, key) is { } value ? Pattern(value) : null;

    private Regex Pattern(YamlNode node)
    {
        try
        {
            return ScriptMatcher.Pattern((node as YamlScalarNode)?.Value ?? throw Wrong(node, "A pattern is a text."))!;
        }
        catch (ArgumentException exception)
        {
            throw new ModelScriptException(file, node.Start.Line, $"The pattern is wrong: {exception.Message}", exception);
        }
    }

    private double? Number(YamlMappingNode node, string key) => Text(node, key) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number
        : throw Wrong(Child(node, key)!, $"'{key}' must be a number, not '{text}'.");

    private string? Text(YamlMappingNode node, string key) => Child(node, key) switch
    {
        null => null,
        YamlScalarNode scalar => scalar.Value,
        var other => throw Wrong(other, $"'{key}' must be a text."),
    };

    private void Only(YamlMappingNode node, params ReadOnlySpan<string> known)
    {
        foreach (var key in node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !known.Contains(name))
            {
                throw Wrong(key, $"'{key}' is not known here; known are: {string.Join(", ", known!)}.");
            }
        }
    }

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private IEnumerable<YamlNode> List(YamlNode node, string what) =>
        node as YamlSequenceNode ?? throw Wrong(node, $"{what} must be a list.");

    private YamlMappingNode Map(YamlNode node, string what) => node as YamlMappingNode ?? throw Wrong(node, $"{what} must be a map.");

    private ModelScriptException Wrong(YamlNode node, string problem) => new(file, node.Start.Line, problem);
}

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace QwenCode.Definitions.Markdown;

/// <summary>Reads YAML by the library's events, without reflection.</summary>
/// <remarks>Kept apart so that the library is loaded only when something needs it.</remarks>
internal static class YamlReader
{
    /// <summary>Deeper nesting is no front matter, and would cost the stack.</summary>
    private const int MaxDepth = 32;

    /// <summary>Reads one document. Never throws.</summary>
    /// <param name="text">The document.</param>
    /// <param name="firstLine">The line its first line has in the file.</param>
    /// <param name="fault">Why it could not be read.</param>
    /// <param name="anchors">The anchors before it; takes those in it.</param>
    public static FrontMatterValue? Read(
        string text, int firstLine, out MarkdownFault? fault, Dictionary<string, FrontMatterValue>? anchors = null)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                fault = null;
                return null;
            }

            var value = ReadValue(parser, firstLine - 1, 0, anchors ?? []);
            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            fault = null;
            return value;
        }
        catch (YamlException exception)
        {
            fault = new(Math.Max((int)exception.Start.Line, 1) + firstLine - 1, "Cannot be read as YAML: " + exception.Message);
            return null;
        }
        catch (Exception exception) when (
            exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The library's scanner lets these escape on some malformed input, such as impossible escapes.
            fault = new(firstLine, "Cannot be read as YAML: " + exception.Message);
            return null;
        }
    }

    private static FrontMatterValue ReadValue(Parser parser, int offset, int depth, Dictionary<string, FrontMatterValue> anchors)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException($"Nested deeper than {MaxDepth} levels.");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var target)
                ? target : throw new YamlException(alias.Start, alias.End, $"There is no anchor '{alias.Value.Value}'.");
        }

        var start = parser.Accept<NodeEvent>(out var node) ? node : throw new YamlException("Expected a value.");
        var line = (int)start.Start.Line + offset;
        FrontMatterValue value;
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            value = FrontMatterValue.Scalar(scalar.Value, scalar.Style != ScalarStyle.Plain, line);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            value = FrontMatterValue.List(line);
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                value.Items!.Add(ReadValue(parser, offset, depth + 1, anchors));
            }
        }
        else
        {
            parser.Consume<MappingStart>();
            value = FrontMatterValue.Map(line);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = ReadValue(parser, offset, depth + 1, anchors);
                var name = key.Text ?? throw new YamlException(start.Start, start.End, "A key must be a text.");
                var at = parser.Current?.Start ?? start.Start;
                if (!value.Members!.TryAdd(name, ReadValue(parser, offset, depth + 1, anchors)))
                {
                    throw new YamlException(at, at, $"The key '{name}' is there more than once.");
                }
            }
        }

        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = value;
        }

        return value;
    }
}

using System.Globalization;
using System.Text;

namespace QwenCode.Models.Scripting;

/// <summary>
/// Fills templates: <c>${last}</c>, <c>${lastUser}</c>, <c>${number}</c>, and of a capture <c>${NAME}</c> (its first match),
/// <c>${NAME.all}</c> and <c>${NAME.count}</c>; <c>${NAME|text}</c> gives a text for the case that nothing matched; <c>$${</c> is
/// a plain <c>${</c>.
/// </summary>
internal sealed class ScriptValues(ScriptedRequest request, ScriptedReply reply)
{
    private readonly Dictionary<string, List<string>> _found = new(StringComparer.Ordinal);

    /// <summary>Fills a text.</summary>
    /// <param name="template">The text.</param>
    /// <exception cref="ModelScriptException">A template names nothing, or nothing matched and there is no text for that case.</exception>
    public string Fill(string template)
    {
        var start = template.IndexOf("${", StringComparison.Ordinal);
        if (start < 0)
        {
            return template;
        }

        var result = new StringBuilder();
        var at = 0;
        for (; start >= 0; start = template.IndexOf("${", at, StringComparison.Ordinal))
        {
            if (start > at && template[start - 1] is '$')
            {
                result.Append(template, at, start - at - 1).Append("${");
                at = start + 2;
                continue;
            }

            var end = template.IndexOf('}', start);
            if (end < 0)
            {
                break;
            }

            result.Append(template, at, start - at).Append(Value(template[(start + 2)..end]));
            at = end + 1;
        }

        return result.Append(template, at, template.Length - at).ToString();
    }

    private string Value(string expression)
    {
        var bar = expression.IndexOf('|', StringComparison.Ordinal);
        var name = (bar < 0 ? expression : expression[..bar]).Trim();
        switch (name)
        {
            case "last": return request.Last;
            case "lastUser": return request.LastUser;
            case "number": return request.Number.ToString(CultureInfo.InvariantCulture);
        }

        var dot = name.LastIndexOf('.');
        var part = dot < 0 ? string.Empty : name[(dot + 1)..];
        if (part is "all" or "count")
        {
            name = name[..dot];
        }

        ScriptCapture? capture = null;
        foreach (var candidate in reply.Captures)
        {
            capture = candidate.Name == name ? candidate : capture;
        }

        if (capture is null)
        {
            throw new ModelScriptException(reply.Place, 0,
                $"'${{{expression}}}' names nothing; known are last, lastUser, "
                + $"number{string.Concat(reply.Captures.Select(static known => ", " + known.Name))}.");
        }

        if (!_found.TryGetValue(name, out var found))
        {
            _found[name] = found = capture.Find(request);
        }

        return part switch
        {
            "count" => found.Count.ToString(CultureInfo.InvariantCulture),
            _ when found.Count == 0 => bar >= 0
                ? expression[(bar + 1)..]
                : throw new ModelScriptException(reply.Place, 0,
                    $"Nothing matched the capture '{name}' ({capture.Pattern}); write ${{{name}|…}} to say what stands there then."),
            "all" => string.Join(capture.Separator, found),
            _ => found[0],
        };
    }
}

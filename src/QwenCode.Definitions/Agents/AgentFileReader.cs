using QwenCode.Agents;
using QwenCode.Definitions.Markdown;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Definitions.Agents;

/// <summary>Turns one file into a definition, or into everything that is wrong with it.</summary>
internal sealed partial class AgentFileReader
{
    private readonly MarkdownDocument _document;
    private readonly AgentDialect _dialect;
    private readonly Func<string, string?>? _findRuleFault;
    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];
    private int _firstErrorLine;

    private AgentFileReader(MarkdownDocument document, AgentDialect dialect, Func<string, string?>? findRuleFault) =>
        (_document, _dialect, _findRuleFault) = (document, dialect, findRuleFault);

    /// <summary>Reads a file's text. Never throws.</summary>
    public static (AgentDefinition? Definition, AgentLoadIssue? Issue) Read(
        string text, string file, AgentLevel level, AgentDialect dialect = AgentDialect.Qwen, Func<string, string?>? findRuleFault = null)
    {
        var faults = new List<MarkdownFault>();
        if (MarkdownDocument.Parse(text, faults, AgentKeys.IsKnown) is not { } document)
        {
            var reasons =
                string.Join(", ", faults.Select(static fault => fault.Line > 1 ? $"{fault.Message} (line {fault.Line})" : fault.Message));
            return (null, new(file, faults[0].Line, "Failed to parse subagent file: " + reasons));
        }

        var reader = new AgentFileReader(document, dialect, findRuleFault);
        var definition = reader.Build(file, level);
        return reader._errors.Count == 0
            ? (definition, null)
            : (null, new(file, Math.Max(reader._firstErrorLine, 1),
                "Failed to parse subagent file: Validation failed: " + string.Join(", ", reader._errors)));
    }

    private AgentDefinition Build(string file, AgentLevel level)
    {
        foreach (var key in _document.Entries.GroupBy(static entry => entry.Key, StringComparer.Ordinal)
            .Where(static group => group.Count() > 1))
        {
            _warnings.Add($"'{key.Key}' is there more than once; the last counts");
        }

        string[] ignored = [.. _document.Entries.Where(static entry => !AgentKeys.IsSupported(entry.Key)).Select(static entry => entry.Key)
            .Distinct(StringComparer.Ordinal)];
        foreach (var key in ignored)
        {
            _warnings.Add($"'{key}' is not supported and has no effect");
        }

        var name = Name();
        return new()
        {
            Name = name,
            Description = Description(),
            SystemPrompt = Prompt(),
            Level = level,
            FilePath = level == AgentLevel.BuiltIn ? $"<builtin:{name}>" : file,
            Tools = Names("tools"),
            DisallowedTools = Names("disallowedTools") ?? [],
            Model = Model(),
            ApprovalMode = Mode(),
            Permissions = Permissions(file),
            Servers = Servers(file),
            Background = Background(),
            Color = Text("color") is { } color && color != "auto" ? color : null,
            Budget = Budget(),
            IgnoredKeys = ignored.Length == 0 ? [] : ignored,
            Warnings = _warnings,
        };
    }

    private string Name()
    {
        if (Text("name") is not { } name)
        {
            Error(_document.Find("name"), "'name' is missing in the front matter");
            return string.Empty;
        }

        var errors = new List<string>();
        AgentNames.Judge(name, errors, _warnings);
        foreach (var error in errors)
        {
            Error(_document.Find("name"), error);
        }

        return name;
    }

    private string Description()
    {
        if (_document.Find("description") is not { } value)
        {
            Error(null, "'description' is missing in the front matter");
            return string.Empty;
        }

        var description = value.Text?.Trim() ?? string.Empty;
        if (description.Length == 0)
        {
            Error(value, value.Text is null ? $"'description' must be a text, but is {value.Kind}" : "'description' is empty");
        }
        else if (description.Length > 1000)
        {
            _warnings.Add($"'description' has {description.Length} characters; more than 1000 crowd the tool list");
        }

        return description;
    }

    private string Prompt()
    {
        var prompt = _document.Body;
        if (prompt.Length < 10)
        {
            _firstErrorLine = _firstErrorLine == 0 ? _document.BodyLine : _firstErrorLine;
            _errors.Add(prompt.Length == 0
                ? "the system prompt below the front matter is empty"
                : $"the system prompt below the front matter must have at least 10 characters, but has {prompt.Length} (line "
                + $"{_document.BodyLine})");
        }
        else if (prompt.Length > 10_000)
        {
            _warnings.Add($"the system prompt has {prompt.Length} characters; more than 10000 leave less room for work");
        }

        return prompt;
    }

    private List<string>? Names(string key)
    {
        if (_document.Find(key) is not { } value || value.IsNull)
        {
            return null;
        }

        if (value.Items is null && (value.Text is not { } text || text is ['[' or '{', ..]))
        {
            Error(value, $"'{key}' must be a list of tool names, but is {(value.Text is null ? value.Kind : "no list that can be read")}");
            return null;
        }

        var items = value.Items ?? [.. Parts(value.Text!).Select(part => FrontMatterValue.Scalar(part, value.IsQuoted, value.Line))];
        var names = new List<string>(items.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Text is null || (!item.IsQuoted && (item.IsNumber || item.IsBoolean || item.IsNull)))
            {
                Error(item, $"'{key}' must hold tool names only, but holds {item.Kind}");
                continue;
            }

            var name = item.Text.Trim();
            if (name.Length == 0)
            {
                Error(item, $"'{key}' holds a blank name");
            }
            else if (name is ['*', not ' ', ..])
            {
                Error(item, $"'{key}' refers to the anchor '{name[1..]}', which is not defined before it");
            }
            else if (name is ['&', not ' ', ..])
            {
                Error(item, $"'{key}' has more than one anchor; only one can stand before a value");
            }
            else if (key == "tools" && name.Contains('('))
            {
                _warnings.Add($"'{key}' names a tool as a whole; '{name}' is left out");
            }
            else if (!seen.Add(name))
            {
                _warnings.Add($"'{key}' names {name} more than once");
            }
            else
            {
                if (name.Contains('('))
                {
                    _warnings.Add($"'{key}' names a tool as a whole; '{name}' forbids all of it");
                }

                names.Add(_dialect == AgentDialect.Claude ? ToolAliases.Canonical(name) : name);
            }
        }

        if (key == "tools" && names.Count == 0 && items.Count > 0 && _errors.Count == 0)
        {
            // No name at all would mean all tools.
            Error(value, "'tools' names parts of tools only, and no tool as a whole");
        }

        if (items.Count == 0 && key == "tools")
        {
            _warnings.Add("'tools' is empty, so the agent gets every tool its parent has");
        }

        return names;
    }

    /// <summary>Splits a text at its commas; those inside brackets belong to a name.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (text[start..i].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                start = i + 1;
            }
            else
            {
                depth += text[i] == '(' ? 1 : text[i] == ')' && depth > 0 ? -1 : 0;
            }
        }
    }

    private string? Model()
    {
        var value = _document.Find("model");
        if (value is null && _document.Find("modelConfig")?.Members?.GetValueOrDefault("model") is { } legacy)
        {
            value = legacy;
        }

        if (value is null)
        {
            return null;
        }

        var model = value.Text?.Trim() ?? string.Empty;
        if (model.Length == 0)
        {
            Error(value, value.Text is null ? $"'model' must be a text, but is {value.Kind}" : "'model' is blank");
            return null;
        }

        if (_dialect == AgentDialect.Claude && model is "sonnet" or "opus" or "haiku")
        {
            _warnings.Add($"the model '{model}' is a family of another program; the parent's model is used");
            return null;
        }

        if (model == "inherit")
        {
            _warnings.Add("'model: inherit' says what holds anyway");
            return null;
        }

        if (model.EndsWith(':') && model[..^1].TrimEnd() is "openai" or "anthropic" or "gemini" or "vertex-ai" or "qwen-oauth")
        {
            Error(value, $"'model' names the protocol '{model[..^1]}' but no model");
        }

        return model;
    }

    private ApprovalMode? Mode()
    {
        if (_document.Find("approvalMode") is not { } value)
        {
            return ForeignMode();
        }

        var valid = string.Join(", ", ApprovalModes.Names);
        if (!value.IsString)
        {
            Error(value, $"'approvalMode' must be one of {valid}, but is {value.Kind}");
            return null;
        }

        if (ApprovalModes.TryParse(value.Text, out var mode))
        {
            return mode;
        }

        switch (value.Text)
        {
            case "auto":
                _warnings.Add("'approvalMode: auto' belongs to a newer version; 'default' is used instead");
                return ApprovalMode.Default;
            case "bubble":
                // Questions of an agent that is waited for reach the user in any mode.
                return null;
        }

        Error(value, $"'approvalMode' is \"{value.Text}\", but must be one of {valid}");
        return null;
    }

    // No definition gives its agent more than the agent that launches it has, so nothing is lost by taking these words as they are meant.
    private ApprovalMode? ForeignMode()
    {
        switch (Text("permissionMode"))
        {
            case null or "bubble":
                return null;
            case "plan":
                return ApprovalMode.Plan;
            case "acceptEdits":
                return ApprovalMode.AutoEdit;
            case "bypassPermissions":
                return ApprovalMode.Yolo;
            case "default" or "auto" or "dontAsk" or "delegate":
                return ApprovalMode.Default;
            case var other:
                _warnings.Add($"'permissionMode: {other}' is not known and has no effect");
                return null;
        }
    }

    private bool Background()
    {
        if (_document.Find("background") is not { } value || value.Text is "false")
        {
            return false;
        }

        if (value.Text is "true")
        {
            return true;
        }

        _warnings.Add($"'background' must be true or false (line {value.Line}); it is taken as false");
        return false;
    }

    private string? Text(string key) =>
        _document.Find(key)?.Text?.Trim() is { Length: > 0 } text && !_document.Find(key)!.IsNull ? text : null;

    private void Error(FrontMatterValue? value, string message)
    {
        var line = value?.Line ?? 0;
        _firstErrorLine = _firstErrorLine == 0 ? line : _firstErrorLine;
        _errors.Add(line > 0 ? $"{message} (line {line})" : message);
    }
}

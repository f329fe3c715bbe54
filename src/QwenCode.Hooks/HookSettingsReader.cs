using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Reads the <c>hooks</c> object of one settings file or extension. Invalid entries are reported and skipped.</summary>
/// <param name="file">The file, for warnings.</param>
/// <param name="source">The origin of the hook.</param>
public sealed class HookSettingsReader(string file, HookSource source)
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HttpTimeout = TimeSpan.FromMinutes(10);
    private readonly List<HookEntry> _entries = [];
    private readonly List<string> _warnings = [];

    /// <summary>Gets the valid hooks.</summary>
    public IReadOnlyList<HookEntry> Entries => _entries;

    /// <summary>Gets the warnings for the owner of the file; each names file and key.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads the <c>hooks</c> object.</summary>
    /// <param name="hooks">The value of <c>hooks</c>.</param>
    public void Read(JsonElement hooks)
    {
        if (hooks.ValueKind is not JsonValueKind.Object)
        {
            Warn("hooks", "must be an object with one array for each event; no hook was read.");
            return;
        }

        foreach (var member in hooks.EnumerateObject())
        {
            var key = $"hooks.{member.Name}";
            if (member.Name is "enabled" or "disabled" or "notifications")
            {
                continue;
            }

            if (!Enum.TryParse<HookEvent>(member.Name, out var hookEvent) || hookEvent.ToString() != member.Name)
            {
                Warn(key, $"is no event and was skipped. Events: {string.Join(", ", Enum.GetNames<HookEvent>())}.");
            }
            else if (member.Value.ValueKind is not JsonValueKind.Array)
            {
                Warn(key, "must be an array and was skipped.");
            }
            else
            {
                ReadGroups(hookEvent, key, member.Value);
            }
        }
    }

    private void ReadGroups(HookEvent hookEvent, string key, JsonElement groups)
    {
        var index = 0;
        foreach (var group in groups.EnumerateArray())
        {
            var place = $"{key}[{index++}]";
            if (group.ValueKind is not JsonValueKind.Object || !group.TryGetProperty("hooks", out var hooks)
                || hooks.ValueKind is not JsonValueKind.Array)
            {
                Warn(place, "must be an object with an array \"hooks\" and was skipped.");
                continue;
            }

            if (group.TryGetProperty("matcher", out var matcher) && matcher.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                Warn($"{place}.matcher", "must be a string; its hooks were skipped.");
                continue;
            }

            var pattern = Text(group, "matcher", place) ?? string.Empty;
            if (HookMatcher.IsLiteral(hookEvent, pattern))
            {
                Warn($"{place}.matcher", $"\"{pattern}\" is no valid pattern: its hooks run only for a subject of exactly that name.");
            }

            var isSequential = Flag(group, "sequential", place);
            var number = 0;
            foreach (var hook in hooks.EnumerateArray())
            {
                if (ReadHook(hook, $"{place}.hooks[{number++}]") is { } definition)
                {
                    _entries.Add(new HookEntry(hookEvent, source, pattern, isSequential, definition));
                }
            }
        }
    }

    private HookDefinition? ReadHook(JsonElement hook, string place)
    {
        if (hook.ValueKind is not JsonValueKind.Object)
        {
            Warn(place, "must be an object and was skipped.");
            return null;
        }

        switch (Text(hook, "type", place))
        {
            case "command" when Text(hook, "command", place) is { } command && !string.IsNullOrWhiteSpace(command):
                return new CommandHook(command, Timeout(hook, place, CommandTimeout, hasMilliseconds: true))
                {
                    Name = Text(hook, "name", place),
                    Description = Text(hook, "description", place),
                    Environment = Map(hook, "env", place),
                    IsAsync = Flag(hook, "async", place),
                    UsesPowerShell = Shell(hook, place),
                };
            case "http" when Text(hook, "url", place) is { } url && !string.IsNullOrWhiteSpace(url):
                if (hook.TryGetProperty("if", out _))
                {
                    Warn($"{place}.if", "is not evaluated: the hook runs whenever its matcher fits.");
                }

                return new HttpHook(url, Timeout(hook, place, HttpTimeout, hasMilliseconds: false))
                {
                    Name = Text(hook, "name", place),
                    Description = Text(hook, "description", place),
                    Headers = Map(hook, "headers", place),
                    AllowedVariables = List(hook, "allowedEnvVars", place),
                    IsOnce = Flag(hook, "once", place),
                };
            case "command" or "http":
                Warn(place, "needs a \"command\" or \"url\" that is not empty and was skipped.");
                return null;
            default:
                Warn($"{place}.type", "must be \"command\" or \"http\"; the hook was skipped.");
                return null;
        }
    }

    private bool Shell(JsonElement hook, string place)
    {
        var shell = Text(hook, "shell", place);
        if (shell is not (null or "bash" or "powershell"))
        {
            Warn($"{place}.shell", "must be \"bash\" or \"powershell\"; bash is used.");
        }

        return shell is "powershell";
    }

    /// <param name="hook">The hook.</param>
    /// <param name="place">Its place, for warnings.</param>
    /// <param name="normal">What holds if nothing is said.</param>
    /// <param name="hasMilliseconds">Whether numbers from 1000 on are milliseconds: no command is meant to end within one.</param>
    private TimeSpan Timeout(JsonElement hook, string place, TimeSpan normal, bool hasMilliseconds)
    {
        if (!hook.TryGetProperty("timeout", out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return normal;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0 && double.IsFinite(number))
        {
            // The longest time a timer supports.
            return TimeSpan.FromMilliseconds(Math.Clamp(hasMilliseconds && number >= 1000 ? number : number * 1000, 1, int.MaxValue));
        }

        Warn($"{place}.timeout", $"must be a number above zero; {normal.TotalSeconds:0} s hold.");
        return normal;
    }

    private string? Text(JsonElement element, string name, string place)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            return value.GetString();
        }

        Warn($"{place}.{name}", "must be a string and was left out.");
        return null;
    }

    private bool Flag(JsonElement element, string name, string place)
    {
        if (element.TryGetProperty(name, out var value)
            && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
        {
            Warn($"{place}.{name}", "must be true or false; false holds.");
            return false;
        }

        return value.ValueKind is JsonValueKind.True;
    }

    private List<string> List(JsonElement element, string name, string place)
    {
        var list = new List<string>();
        if (element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
        {
            if (value.ValueKind is not JsonValueKind.Array
                || value.EnumerateArray().Any(static item => item.ValueKind is not JsonValueKind.String))
            {
                Warn($"{place}.{name}", "must be an array of strings and was left out.");
                return list;
            }

            list.AddRange(value.EnumerateArray().Select(static item => item.GetString()!));
        }

        return list;
    }

    private Dictionary<string, string> Map(JsonElement element, string name, string place)
    {
        var map = new Dictionary<string, string>();
        if (!element.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return map;
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            Warn($"{place}.{name}", "must be an object of strings and was left out.");
            return map;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.Length > 0 && !member.Name.Contains('=', StringComparison.Ordinal)
                && Text(value, member.Name, $"{place}.{name}") is { } text)
            {
                map[member.Name] = text;
            }
        }

        return map;
    }

    private void Warn(string key, string problem) => _warnings.Add($"{file}: {key} {problem}");
}

using System.Globalization;
using System.Text.Json;
using QwenCode.Configuration.Catalogue;
using QwenCode.Configuration.Layers;
using QwenCode.Configuration.Trust;

namespace QwenCode.Configuration;

/// <summary>All settings files laid over one another. Immutable; every value knows the file and line it came from.</summary>
/// <remarks>
/// Values are read by dotted key, with the built-in default where no file says anything, and <c>null</c> where there is none.
/// A value of the wrong kind throws a <see cref="SettingsException"/> that names file, line and key.
/// </remarks>
public sealed class Settings
{
    private readonly SettingsNode _root;
    private readonly SettingsNode?[] _layers;

    internal Settings(SettingsNode root, SettingsLocations locations, IReadOnlyDictionary<string, string> environment, FolderTrust trust,
        IReadOnlyList<SettingsWarning> warnings, string? environmentFile, SettingsNode?[]? layers = null)
    {
        (_root, _layers) = (root, layers ?? [null, null, null, null]);
        Locations = locations;
        Environment = environment;
        Trust = trust;
        Warnings = warnings;
        EnvironmentFile = environmentFile;
    }

    /// <summary>Gets the places that were looked at.</summary>
    public SettingsLocations Locations { get; }

    /// <summary>Gets the environment with what the <c>.env</c> file and <c>settings.env</c> add to it. It holds secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Gets whether the working directory is trusted.</summary>
    public FolderTrust Trust { get; }

    /// <summary>Gets whether the project's own settings and variables count; a folder nobody judged is trusted.</summary>
    public bool IsTrusted => Trust != FolderTrust.Untrusted;

    /// <summary>Gets what the owners of the files should know, to be shown once on standard error.</summary>
    public IReadOnlyList<SettingsWarning> Warnings { get; }

    /// <summary>Gets the <c>.env</c> file that was read, if any.</summary>
    public string? EnvironmentFile { get; }

    /// <summary>Reads a variable of <see cref="Environment"/>; one that is empty counts as not set.</summary>
    /// <param name="name">The variable.</param>
    public string? Variable(string name) => Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Reads a string.</summary>
    /// <param name="key">The dotted key.</param>
    public string? String(string key) =>
        Find(key) is not { } node ? null : node.Kind == JsonValueKind.String ? node.Text : throw WrongKind(key, node, "a string");

    /// <summary>Reads a boolean.</summary>
    /// <param name="key">The dotted key.</param>
    public bool? Bool(string key) => Find(key) switch
    {
        null => null,
        { Kind: JsonValueKind.True } => true,
        { Kind: JsonValueKind.False } => false,
        var node => throw WrongKind(key, node, "true or false"),
    };

    /// <summary>Reads a number.</summary>
    /// <param name="key">The dotted key.</param>
    public double? Number(string key) =>
        Find(key) is not { } node ? null
        : node.Kind == JsonValueKind.Number && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number
        : throw WrongKind(key, node, "a number");

    /// <summary>Reads a whole number.</summary>
    /// <param name="key">The dotted key.</param>
    public int? Integer(string key) =>
        Number(key) is not { } number ? null
        : number == Math.Truncate(number) && number is >= int.MinValue and <= int.MaxValue ? (int)number
        : throw WrongKind(key, Find(key)!, "a whole number");

    /// <summary>Reads a list of strings; a lone string is a list of one.</summary>
    /// <param name="key">The dotted key.</param>
    public IReadOnlyList<string>? StringList(string key) => Entries(key)?.ConvertAll(static entry => entry.Text);

    /// <summary>Reads any value as JSON, variables filled in.</summary>
    /// <param name="key">The dotted key.</param>
    public JsonElement? Element(string key) => Find(key)?.ToElement();

    /// <summary>
    /// Reads what one file alone says, as it was written: no variables filled in, nothing of other files. A file that is not
    /// trusted says nothing.
    /// </summary>
    /// <param name="scope">The person's or the project's file.</param>
    /// <param name="name">The top-level key.</param>
    public JsonElement? Written(SettingsScope scope, string name) => (scope switch
    {
        SettingsScope.User => _layers[1],
        SettingsScope.Project => _layers[2],
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "Only the files of the person and of the project are kept apart."),
    })?.Member(name)?.ToElement();

    /// <summary>Says where a value was written; for an object that several files build, the strongest of them.</summary>
    /// <param name="key">The dotted key.</param>
    public SettingsOrigin? Origin(string key) => Find(key)?.Origin;

    /// <summary>Returns what the files say together, variables not filled in.</summary>
    internal SettingsNode? AsWritten()
    {
        SettingsNode? root = null;
        foreach (var layer in _layers)
        {
            root = layer is null ? root : root is null ? layer : SettingsMerge.Over(root, layer);
        }

        return root;
    }

    /// <summary>
    /// Holds every file that counts against the table of settings: unknown keys, values that do not fit, and keys without effect here.
    /// </summary>
    /// <returns>The issues, file by file, from the weakest to the strongest.</returns>
    public IReadOnlyList<SettingIssue> Inspect()
    {
        var issues = new List<SettingIssue>();
        foreach (var layer in _layers)
        {
            if (layer is not null)
            {
                issues.AddRange(SettingsCheck.Check(layer));
            }
        }

        return issues;
    }

    /// <summary>Makes the error for a value that is of the right kind but means nothing.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="problem">What is expected.</param>
    public SettingsException Invalid(string key, string problem)
    {
        var origin = Origin(key);
        return new(origin?.File ?? SettingsDefaults.File, origin?.Line ?? 0, key, problem);
    }

    /// <summary>Returns the settings that one file would make alone, variables filled in.</summary>
    internal Settings Only(SettingsNode root) =>
        new(Interpolation.Apply(root, Environment), Locations, Environment, Trust, [], EnvironmentFile);

    /// <summary>Finds a node; <c>null</c> values are absent.</summary>
    internal SettingsNode? Find(string key)
    {
        var node = _root;
        for (var start = 0; start <= key.Length;)
        {
            var end = key.IndexOf('.', start);
            end = end < 0 ? key.Length : end;
            if (!node.IsObject)
            {
                throw WrongKind(key[..(start - 1)], node, "an object");
            }

            if (!node.Members.TryGetValue(key[start..end], out var member) || member.Kind == JsonValueKind.Null)
            {
                return null;
            }

            node = member;
            start = end + 1;
        }

        return node;
    }

    /// <summary>Reads a list of strings with the place of each.</summary>
    internal List<SettingsNode>? Entries(string key) => Find(key) is { } node ? Entries(key, node) : null;

    /// <summary>Reads a list of strings with the place of each.</summary>
    internal static List<SettingsNode> Entries(string key, SettingsNode node)
    {
        if (node.Kind == JsonValueKind.String)
        {
            return [node];
        }

        if (!node.IsArray)
        {
            throw WrongKind(key, node, "an array of strings");
        }

        foreach (var item in node.Items)
        {
            if (item.Kind != JsonValueKind.String)
            {
                throw WrongKind($"{key}[{item.Index}]", item, "a string");
            }
        }

        return node.Items;
    }

    internal static SettingsException WrongKind(string key, SettingsNode node, string expected) =>
        new(node.Origin.File, node.Origin.Line, key, $"must be {expected}, but is {SettingsKinds.Describe(node.Kind)}.");
}

using System.Text.Json;

namespace QwenCode.Configuration.Editing;

/// <summary>A setting as a file has it: variables not filled in, files laid over one another.</summary>
/// <param name="Key">The dotted key.</param>
/// <param name="Value">The value; a text of stars where a secret is written out.</param>
/// <param name="Origin">Where it was written.</param>
public sealed record ConfiguredValue(string Key, JsonElement Value, SettingsOrigin Origin);

using System.Text.Json;

namespace QwenCode.Kernel.Tools.Validation;

/// <summary>What checking arguments gave.</summary>
/// <param name="Arguments">The arguments, mended if that made them fit.</param>
/// <param name="Error">The first thing that does not fit, for the model; <c>null</c> if all does.</param>
internal sealed record SchemaValidation(JsonElement Arguments, string? Error)
{
    /// <summary>Gets whether the arguments fit the schema.</summary>
    public bool IsValid => Error is null;
}

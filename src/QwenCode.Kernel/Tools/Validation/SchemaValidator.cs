using System.Text.Json;

namespace QwenCode.Kernel.Tools.Validation;

/// <summary>Checks a call's arguments against its tool's schema (draft-07, and 2020-12 if the schema says so).</summary>
internal static class SchemaValidator
{
    /// <summary>Checks, mends what models often get wrong, and checks once more.</summary>
    /// <param name="schema">The tool's schema. One that cannot be used checks nothing.</param>
    /// <param name="arguments">What the model sent.</param>
    public static SchemaValidation Validate(CompiledSchema schema, JsonElement arguments)
    {
        if (arguments.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return new SchemaValidation(arguments, "Value of params must be an object");
        }

        if (!schema.IsUsable)
        {
            return new SchemaValidation(arguments, null);
        }

        if (SchemaWalk.FirstError(schema, arguments) is not { } error)
        {
            return new SchemaValidation(arguments, null);
        }

        if (ArgumentMending.Mend(schema.Root, arguments) is not { } mended)
        {
            return new SchemaValidation(arguments, error);
        }

        return new SchemaValidation(mended, SchemaWalk.FirstError(schema, mended));
    }
}

using ModelContextProtocol.Protocol;
using QwenCode.Tools;
using Described = ModelContextProtocol.Protocol.Tool;

namespace QwenCode.Mcp.Serving;

/// <summary>Describes tools to clients of the protocol.</summary>
public static class ServedTool
{
    /// <summary>Returns a tool as clients see it.</summary>
    /// <param name="declaration">The tool.</param>
    /// <returns>The description; <c>null</c> if the protocol has no room for its schema.</returns>
    public static Described? Of(ToolDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        try
        {
            return new Described
            {
                Name = declaration.Name,
                Title = declaration.DisplayName,
                Description = ServedContent.Sound(declaration.Description),
                InputSchema = declaration.Parameters,
                Annotations = Hints(declaration),
            };
        }
        catch (ArgumentException)
        {
            // A schema that is not that of an object.
            return null;
        }
    }

    private static ToolAnnotations Hints(ToolDeclaration declaration)
    {
        var isReading = declaration.Traits.HasFlag(ToolTraits.ReadOnly);
        return new ToolAnnotations
        {
            Title = declaration.DisplayName,
            ReadOnlyHint = isReading,
            DestructiveHint = isReading || declaration.Traits.HasFlag(ToolTraits.Preapproved) ? false : declaration.Kind switch
            {
                ToolKind.Edit or ToolKind.Delete or ToolKind.Move or ToolKind.Execute => true,
                ToolKind.Read or ToolKind.Search or ToolKind.Fetch or ToolKind.Think => false,
                _ => null,
            },
            OpenWorldHint = declaration.Kind switch
            {
                ToolKind.Fetch or ToolKind.Execute => true,
                ToolKind.Other => null,
                _ => false,
            },
        };
    }
}

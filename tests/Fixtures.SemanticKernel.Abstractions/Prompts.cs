using System.Text.Json;

namespace Microsoft.SemanticKernel;

public interface IPromptTemplateFactory;

public sealed class PromptTemplateConfig
{
    public string? Name { get; set; }

    public string Template { get; set; } = string.Empty;

    public string Description { get; set; } = string.Empty;

    public static PromptTemplateConfig FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new() { Description = document.RootElement.GetProperty("description").GetString()! };
    }
}

using System.Text;

namespace QwenCode.Configuration.Models;

/// <summary>What the command line says of the model.</summary>
/// <param name="Model"><c>--model</c>.</param>
/// <param name="AuthType"><c>--auth-type</c>.</param>
/// <param name="ApiKey"><c>--openai-api-key</c>, for whichever protocol is selected. Never printed.</param>
/// <param name="BaseUrl"><c>--openai-base-url</c>, for whichever protocol is selected.</param>
public sealed record ModelFlags(string? Model = null, string? AuthType = null, string? ApiKey = null, string? BaseUrl = null)
{
    /// <summary>Gets the flags of a command line that says nothing.</summary>
    public static ModelFlags None { get; } = new();

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Model = ").Append(Model).Append(", AuthType = ").Append(AuthType).Append(", BaseUrl = ").Append(BaseUrl);
        return true;
    }
}
